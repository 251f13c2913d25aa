-- Sending the outbox, batch by batch. Between the calls to Airtable nothing is remembered but what stands here, so that a
-- process that dies is followed by one that reads again what Airtable has, and finds there what was sent.

-- Who pushes a base holds the lease 'push <base>' of airtable.readers.
create function airtable.hold_push(base text, by_holder uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from airtable.readers r where r.base_id = 'push ' || base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process pushes this base now', hint = 'Nothing was written; it goes on.';
  end if;
  perform airtable.hold_base(base, true);
  perform set_config('live.source', 'airtable', true);
end
$$;

create function airtable.bases_to_push() returns setof text
language sql stable set search_path = ''
begin atomic
  select distinct o.base_id from airtable.outbox o
  where o.open and (o.state <> 'sent' or o.sent_at < now() - interval '1 minute') and (o.state = 'sending' or o.not_before <= now());
end;

-- What was sent by a process that did not come back is looked at again; of what has not come back for a minute (Airtable
-- may have had it already) the record is read.
create function airtable.begin_push(base text, by_holder uuid) returns integer
language plpgsql set search_path = '' as $$
begin
  perform airtable.hold_push(base, by_holder);
  update airtable.outbox o set state = 'pending' where o.base_id = base and o.state = 'sending';
  return airtable.read_cells_again(base, coalesce((
    select jsonb_agg(jsonb_build_object('id', o.id, 'column', f.column_name))
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id and f.state = 'open'
    where o.base_id = base and o.state = 'sent' and o.sent_at < now() - interval '1 minute'), '[]'));
end
$$;

-- A value as a change has it: a link is the other record's id in Airtable. {"waits": true}: it has none yet.
create function airtable.as_cell(rows_of text, col text, value jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  parents text;
  record jsonb;
begin
  select p.relname into parents
  from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass and a.attname = col;
  if parents is null or value = 'null' then
    return value;
  end if;
  execute format('select coalesce(to_jsonb(p.airtable_id), ''{"waits": true}'') from public.%I p where p.id = $1', parents)
  into record using (value #>> '{}')::uuid;
  return coalesce(record, '{"waits": true}');
end
$$;

-- The next rows of one table, each with the entries that one person left in a row: {table_id, table, creation, live_id,
-- rows: [{row_id, record_id, attempts, cells: [{column, field_id, value}]}]}. Null: nothing is due. What was changed several
-- times is sent once.
create function airtable.claim_pushes(base text, by_holder uuid, max integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  first airtable.outbox;
  of_rows uuid[];
  live_id text;
  claimed jsonb;
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.give_up_lost(base);
  loop
    select o.* into first from airtable.outbox o
    where o.base_id = base and o.open and o.state in ('pending', 'parked') and o.not_before <= clock_timestamp()
      and not exists (select from airtable.outbox e where e.row_id = o.row_id and e.open and e.state in ('pending', 'parked') and e.id < o.id)
    order by o.id limit 1;
    if first.id is null then
      return null;
    end if;
    select b.field_id into live_id from airtable.field_bindings b
    where b.base_id = base and b.table_id = first.table_id and b.column_name = 'live_id' and b.drift is null;
    exit when not first.creation or live_id is not null;
    update airtable.outbox o set state = 'parked', not_before = clock_timestamp() + interval '1 hour',
      error = 'The table has no text field “Live ID”, by which a record is made only once. Add it, then run npm run airtable:connect.'
    where o.base_id = base and o.table_id = first.table_id and o.creation and o.state in ('pending', 'parked') and o.open;
  end loop;

  select array_agg(c.row_id) into of_rows from (
    select o.row_id from airtable.outbox o
    where o.base_id = base and o.table_id = first.table_id and o.creation = first.creation and o.open
      and o.state in ('pending', 'parked') and o.not_before <= clock_timestamp()
      and not exists (select from airtable.outbox e where e.row_id = o.row_id and e.open and e.state in ('pending', 'parked') and e.id < o.id)
    order by o.id limit max
  ) as c;
  -- In a row: up to the first of another person.
  update airtable.outbox o set state = 'sending', attempts = o.attempts + 1, error = case when airtable.has_refusal(o.id) then o.error end
  from (
    select w.id, bool_and(w.same) over (partition by w.row_id order by w.id) as same from (
      select e.id, e.row_id, e.actor is not distinct from first_value(e.actor) over (partition by e.row_id order by e.id) as same
      from airtable.outbox e where e.row_id = any (of_rows) and e.open and e.state in ('pending', 'parked')
    ) as w
  ) as run
  where o.id = run.id and run.same;
  -- Several changes of a field are sent as one, in the first of them: that one may be the making of the record.
  with cells as (
    select f.outbox_id, f.column_name, row_number() over w as n, count(*) over whole as of_n, last_value(f.mine) over whole as last_mine
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
    where o.row_id = any (of_rows) and o.state = 'sending' and f.state = 'open'
    window w as (partition by o.row_id, f.column_name order by o.id),
      whole as (w rows between unbounded preceding and unbounded following)
  )
  update airtable.outbox_fields f set state = case when c.n > 1 then 'done' else f.state end,
    mine = case when c.n = 1 then c.last_mine else f.mine end
  from cells c where c.of_n > 1 and f.outbox_id = c.outbox_id and f.column_name = c.column_name;
  perform airtable.settle_entries(array(select o.id from airtable.outbox o where o.row_id = any (of_rows) and o.state = 'sending'));

  execute format($query$
    select jsonb_build_object('table_id', $2, 'table', $3, 'creation', $4, 'live_id', $5::text, 'rows', jsonb_agg(r.row order by r.first))
    from (
      select min(o.id) as first, jsonb_build_object('row_id', o.row_id, 'record_id', t.airtable_id,
        'attempts', max(o.attempts), 'cells', coalesce(jsonb_agg(jsonb_build_object('column', f.column_name, 'field_id', f.field_id,
          'value', airtable.as_cell($3, f.column_name, f.mine))) filter (where f.state = 'open'), '[]')) as row
      from airtable.outbox o join public.%I t on t.id = o.row_id left join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = any ($1) and o.state = 'sending' group by o.row_id, t.airtable_id
    ) as r $query$, first.table_name)
  into claimed using of_rows, first.table_id, first.table_name, first.creation, live_id;
  return claimed;
end
$$;
comment on function airtable.claim_pushes(text, uuid, integer) is
  'What to send next, of one table: changes of records, or records to be made. Refused (AL001) when the caller does not hold the lease.';

-- Back to where they were, to be tried again later. parked: because of something that trying again does not help.
create function airtable.release_pushes(base text, by_holder uuid, row_ids uuid[], wait_ms double precision, reason text, parked boolean)
returns void
language plpgsql set search_path = '' as $$
begin
  perform airtable.hold_push(base, by_holder);
  update airtable.outbox o set state = case when parked then 'parked' else 'pending' end,
    error = case when airtable.has_refusal(o.id) then o.error else left(reason, 2000) end,
    not_before = clock_timestamp() + make_interval(secs => wait_ms / 1000)
  where o.base_id = base and case when row_ids is null then o.open and o.state <> 'sent' else o.row_id = any (row_ids) and o.state = 'sending' end;
end
$$;

create function airtable.next_push_ms(base text) returns double precision
language sql stable set search_path = ''
begin atomic
  -- greatest passes over null.
  select case when count(*) > 0 then greatest(0, extract(epoch from min(o.not_before) - clock_timestamp()) * 1000)::float8 end
  from airtable.outbox o where o.base_id = base and o.open and o.state in ('pending', 'parked')
    -- Only what could be claimed: a row's later entries wait for its first.
    and not exists (select from airtable.outbox e where e.row_id = o.row_id and e.open and e.state in ('pending', 'parked') and e.id < o.id);
end;

create function airtable.outbox_counts() returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object('pending', count(*) filter (where o.state in ('pending', 'sending')),
    'sent', count(*) filter (where o.state = 'sent'), 'parked', count(*) filter (where o.state = 'parked'))
  from airtable.outbox o where o.state in ('pending', 'sending', 'sent', 'parked');
end;

create function airtable.forget_old_outbox() returns void
language sql set search_path = ''
begin atomic
  delete from airtable.outbox o where not o.open and o.done_at < now() - interval '30 days';
end;
comment on function airtable.forget_old_outbox() is 'Trims the entries that are closed to 30 days.';

do $$
begin
  if exists (select from pg_extension where extname = 'pg_cron') then
    perform cron.schedule('trim the outbox', '41 3 * * *', 'select airtable.forget_old_outbox()');
  end if;
end
$$;
