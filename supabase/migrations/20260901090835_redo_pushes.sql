-- A change that was overtaken in Airtable is made again by whoever made it, or by an owner: through the action that made
-- it, with its rules and the caller's rights. It is based on what was newer there, so that whoever was newer still is seen.

-- Definer: the outbox is not exposed.
create function private.overtaken_pushes(of_record uuid) returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  select coalesce(jsonb_agg(to_jsonb(e) order by e.id desc), '[]') from (
    select o.id, left(o.table_name, -1) as entity, o.row_id as entity_id, o.created_at, o.done_at,
      (select jsonb_agg(jsonb_build_object('column', f.column_name, 'mine', f.mine, 'base', f.was, 'theirs', f.theirs)
        order by f.column_name) from airtable.outbox_fields f where f.outbox_id = o.id and f.state = 'superseded') as fields
    from airtable.outbox o
    where o.actor = auth.uid() and o.state = 'superseded' and (of_record is null or o.row_id = of_record)
      and private.role_of(auth.uid()) is not null
      -- As far as the caller may still see the row.
      and coalesce(airtable.region_of(o.table_name, o.row_id) = any (private.regions_of(auth.uid())), true)
    order by o.id desc limit 100
  ) as e;
end;

-- Statuses and the pool have actions of their own; whatever else may be edited is edited.
create function private.redo_status(of_row uuid, mine jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if mine ->> 'approval_status' = 'rejected' then
    raise invalid_parameter_value using message = 'Why it was rejected is not kept once it is rejected no more',
      hint = 'Reject the signal again, and say why.';
  elsif mine ? 'approval_status' then
    perform private.review_signal(of_row, (mine ->> 'approval_status')::public.approval_status, null);
  end if;
  if mine ? 'is_public' then
    perform private.set_signal_public(of_row, (mine ->> 'is_public')::boolean);
  end if;
  if mine ? 'connection_status' then
    perform private.set_connection_status(of_row, (mine ->> 'connection_status')::public.connection_status);
  end if;
end
$$;

-- Definer: the outbox is not exposed, and nobody has the right to write to mirrored tables.
create function private.redo_push(entry bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  statuses constant text[] := array['approval_status', 'is_public', 'connection_status'];
  overtaken airtable.outbox;
  mine jsonb;
  theirs jsonb;
  record jsonb;
begin
  perform private.begin_staff_action();
  perform airtable.hold_base(o.base_id, true) from airtable.outbox o where o.id = entry;
  -- The same words for one that is not there and one that is not theirs.
  select o.* into overtaken from airtable.outbox o
  where o.id = entry and o.state = 'superseded' and (o.actor = auth.uid() or private.role_of(auth.uid()) = 'owner') for update;
  if overtaken.id is null then
    raise no_data_found using message = 'No change of yours waits to be made again',
      hint = 'Somebody may have done it, or given it up. Load the page again.';
  end if;
  select jsonb_object_agg(f.column_name, f.mine), jsonb_object_agg(f.column_name, f.theirs) into mine, theirs
  from airtable.outbox_fields f where f.outbox_id = entry and f.state = 'superseded';
  if mine ?| statuses then
    execute format('select to_jsonb(t) from public.%I t where t.id = $1 and t.deleted_at is null for no key update', overtaken.table_name)
    into record using overtaken.row_id;
    if record is null then
      raise no_data_found using message = format('There is no such %s', left(overtaken.table_name, -1)),
        hint = 'Somebody may have removed it. Load the list again.';
    end if;
    perform private.check_region((record ->> 'region')::public.region);
    perform private.check_conflicts(record, mine - private.editable_fields(overtaken.table_name), theirs);
    perform private.redo_status(overtaken.row_id, mine);
  end if;
  if mine - statuses <> '{}' then
    perform private.edit_record(overtaken.table_name, overtaken.row_id, mine - statuses, theirs - statuses);
  end if;
  update airtable.outbox o set state = 'discarded' where o.id = entry;
end
$$;
grant execute on function private.overtaken_pushes(uuid), private.redo_push(bigint) to authenticated;

create function public.overtaken_pushes(of_record uuid default null) returns jsonb
language sql stable set search_path = ''
return private.overtaken_pushes(of_record);
comment on function public.overtaken_pushes(uuid) is
  'The caller’s own changes (of one row, or all) that were newer in Airtable and can be made again: [{id, entity, entity_id, fields: [{column, mine, base, theirs}]}], newest first. For staff.';

create function public.redo_push(entry bigint) returns void
language sql set search_path = ''
return private.redo_push(entry);
comment on function public.redo_push(bigint) is
  'Makes a change again that was newer in Airtable: by whoever made it, or an owner, with their rights of now. PT409 when somebody changed it since, with [{field, yours, theirs, base}] in the detail; P0002 when there is nothing to make again, or the row is gone.';

grant execute on function public.overtaken_pushes(uuid), public.redo_push(bigint) to authenticated;
