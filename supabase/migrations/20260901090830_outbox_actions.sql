-- What owners see of the outbox, and do about it.

-- Definer: the outbox is not exposed.
create function private.sync_outbox(of_state text, max integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.begin_owner_action();
  return (
    select coalesce(jsonb_agg(to_jsonb(e) order by e.id desc), '[]') from (
      select o.id, o.state, o.rolled_back, o.creation, o.table_name, left(o.table_name, -1) as entity, o.row_id as entity_id,
        airtable.row_title(o.table_name, o.row_id) as title, o.source, o.actor, a.display_name as actor_name, o.created_at,
        o.attempts, o.not_before, o.error, o.sent_at, o.done_at,
        (select coalesce(jsonb_agg(jsonb_build_object('column', f.column_name, 'state', f.state, 'mine', f.mine, 'base', f.was,
            'theirs', f.theirs) order by f.column_name), '[]') from airtable.outbox_fields f where f.outbox_id = o.id) as fields
      from airtable.outbox o left join public.admins a on a.user_id = o.actor
      where case when of_state is null then o.open or o.state = 'parked' else o.state = of_state end
      order by o.id desc limit least(greatest(max, 1), 500)
    ) as e);
end
$$;

-- What was rolled back is done once more, in the name of whoever asks; what waits is due now.
-- Definer: the outbox is not exposed, and nobody has the right to write to mirrored tables.
create function private.retry_push(ids bigint[]) returns integer
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  entry airtable.outbox;
  cells jsonb;
  whole jsonb;
  tried integer := 0;
begin
  perform private.begin_owner_action();
  perform airtable.hold_base(b.base_id, true) from (
    select distinct o.base_id from airtable.outbox o where o.id = any (ids) order by 1) as b;
  for entry in select o.* from airtable.outbox o where o.id = any (ids) and o.state in ('parked', 'superseded', 'pending') order by o.id for update loop
    tried := tried + 1;
    if entry.open then
      update airtable.outbox o set state = 'pending', not_before = clock_timestamp() where o.id = entry.id;
      perform airtable.call_push(entry.base_id);
      continue;
    end if;
    update airtable.outbox o set state = 'discarded' where o.id = entry.id;
    select jsonb_object_agg(f.column_name, f.mine) into cells
    from airtable.outbox_fields f where f.outbox_id = entry.id and f.state in ('refused', 'superseded');
    if cells is not null then
      execute format('update public.%1$I t set (%2$s) = (select %2$s from jsonb_populate_record(t, $2)) where t.id = $1 and t.deleted_at is null',
        entry.table_name, (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(cells) k)) using entry.row_id, cells;
    end if;
    if entry.creation and not exists (select from airtable.outbox o where o.row_id = entry.row_id and o.open) then
      execute format('select jsonb_agg(jsonb_build_object(''id'', t.id, ''after'', to_jsonb(t))) from public.%I t
        where t.id = $1 and t.airtable_id is null and t.deleted_at is null', entry.table_name) into whole using entry.row_id;
      perform airtable.queue_edits(entry.base_id, entry.table_name, whole) where whole is not null;
    end if;
  end loop;
  return tried;
end
$$;

-- The row holds Airtable's value again. A record that was never made there is not here either; a request's credits go back.
-- Definer: as private.retry_push.
create function private.discard_push(ids bigint[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  entry airtable.outbox;
  given_up integer := 0;
begin
  perform private.begin_owner_action();
  perform airtable.hold_base(b.base_id, true) from (
    select distinct o.base_id from airtable.outbox o where o.id = any (ids) order by 1) as b;
  perform set_config('live.source', 'system', true);
  for entry in select o.* from airtable.outbox o where o.id = any (ids) and o.state in ('pending', 'parked', 'superseded') order by o.id for update loop
    given_up := given_up + 1;
    if entry.creation and airtable.never_made(entry.table_name, entry.row_id) then
      if entry.table_name = 'connections' then
        update public.connections k set connection_status = 'declined', decline_reason = 'It could not be kept'
        where k.id = entry.row_id and k.requested_at is not null and k.connection_status = 'pending_review';
      end if;
      execute format('update public.%I t set deleted_at = now() where t.id = $1 and t.deleted_at is null', entry.table_name) using entry.row_id;
      perform airtable.give_up_entries(o.base_id, array[o.id], 'discarded', null)
      from airtable.outbox o where o.row_id = entry.row_id and o.open;
      update airtable.outbox o set state = 'discarded' where o.id = entry.id;
    elsif not entry.open then
      update airtable.outbox o set state = 'discarded' where o.id = entry.id;
    else
      perform airtable.give_up_entries(entry.base_id, array[entry.id], 'discarded', null);
      perform airtable.call_push(entry.base_id);
    end if;
  end loop;
  return given_up;
end
$$;

create function airtable.never_made(rows_of text, of_row uuid) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  never boolean;
begin
  execute format('select t.airtable_id is null from public.%I t where t.id = $1', rows_of) into never using of_row;
  return coalesce(never, false);
end
$$;

grant execute on function private.sync_outbox(text, integer), private.retry_push(bigint[]), private.discard_push(bigint[]) to authenticated;

create function public.sync_outbox(state text default null, max integer default 100) returns jsonb
language sql set search_path = ''
return private.sync_outbox(state, max);
comment on function public.sync_outbox(text, integer) is
  'What is on its way to Airtable, newest first: who, which record, each field with mine, base and theirs, state, error. Without a state: what is open or parked. Owners only.';

create function public.retry_push(ids bigint[]) returns integer
language sql set search_path = ''
return private.retry_push(ids);
comment on function public.retry_push(bigint[]) is
  'Sends parked entries again; what was rolled back or overtaken is changed once more. Returns how many. Owners only.';

create function public.discard_push(ids bigint[]) returns integer
language sql set search_path = ''
return private.discard_push(ids);
comment on function public.discard_push(bigint[]) is
  'Gives entries up: their rows hold again what Airtable has. Returns how many. Owners only.';

grant execute on function public.sync_outbox(text, integer), public.retry_push(bigint[]), public.discard_push(bigint[]) to authenticated;
