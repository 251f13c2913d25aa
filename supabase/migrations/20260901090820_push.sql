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

-- What the row holds in these columns is not what the log set there last, so that a snapshot may write them. The read comes
-- when one that lags behind the log, by the time that is allowed for that, cannot be older.
create function airtable.read_cells_again(base text, cells jsonb) returns integer
language plpgsql set search_path = '' as $$
declare
  given record;
  touched timestamptz;
  asked integer := 0;
begin
  for given in
    select o.table_id, airtable.record_of(o.table_name, o.row_id) as record, array_agg(distinct c.column) as columns
    from jsonb_to_recordset(cells) as c(id bigint, "column" text) join airtable.outbox o on o.id = c.id
    group by 1, 2
  loop
    continue when given.record is null;
    select t.touched_at into touched from airtable.touches t where t.record_id = given.record and t.columns ?| given.columns;
    update airtable.touches t set columns = t.columns - given.columns where t.record_id = given.record;
    asked := asked + airtable.ask_again(base, given.table_id, array[given.record], 'airtable');
    if touched > now() - interval '11 seconds' then
      update airtable.rereads r set not_before = touched + interval '11 seconds' where r.record_id = given.record;
    end if;
  end loop;
  return asked;
end
$$;

create function airtable.record_of(rows_of text, of_row uuid) returns text
language plpgsql stable set search_path = '' as $$
declare
  record text;
begin
  execute format('select t.airtable_id from public.%I t where t.id = $1 and t.deleted_at is null', rows_of) into record using of_row;
  return record;
end
$$;

-- cells: [{id, column}] of entries that ended without being kept. The rows hold again what Airtable has: as far as it is
-- known at once, and then as it is read.
create function airtable.roll_back(base text, cells jsonb) returns void
language plpgsql set search_path = '' set timezone = 'UTC' as $$
declare
  given record;
begin
  for given in
    select o.row_id, o.table_name, f.column_name, coalesce(f.theirs, f.was) as value, f.mine
    from jsonb_to_recordset(cells) as c(id bigint, "column" text)
    join airtable.outbox o on o.id = c.id
    join airtable.outbox_fields f on f.outbox_id = c.id and f.column_name = c.column
    order by c.id desc
  loop
    begin
      execute format('update public.%1$I t set %2$I = (jsonb_populate_record(t, $2)).%2$I
        where t.id = $1 and to_jsonb(t.%2$I) is not distinct from nullif($3, ''null'')', given.table_name, given.column_name)
      using given.row_id, jsonb_build_object(given.column_name, given.value), given.mine;
    exception when data_exception or integrity_constraint_violation then
      -- What is there cannot be stored; the read that follows says so.
      null;
    end;
  end loop;
  perform airtable.read_cells_again(base, cells);
end
$$;

create function airtable.give_up_fields(base text, cells jsonb, outcome text, reason text) returns void
language plpgsql set search_path = '' as $$
begin
  if jsonb_array_length(cells) = 0 then
    return;
  end if;
  update airtable.outbox_fields f set state = outcome
  from jsonb_to_recordset(cells) as c(id bigint, "column" text)
  where f.outbox_id = c.id and f.column_name = c.column and f.state = 'open';
  update airtable.outbox o set error = left(reason, 2000)
  where o.id in (select (c ->> 'id')::bigint from jsonb_array_elements(cells) c) and reason is not null;
  perform airtable.roll_back(base, cells);
  perform airtable.settle_entries(array(select (c ->> 'id')::bigint from jsonb_array_elements(cells) c));
  if outcome = 'refused' then
    perform airtable.tell_actors(cells, 'write:refused');
  end if;
end
$$;

create function airtable.give_up_entries(base text, entries bigint[], outcome text, reason text) returns void
language sql set search_path = ''
begin atomic
  select airtable.give_up_fields(base, coalesce(jsonb_agg(jsonb_build_object('id', f.outbox_id, 'column', f.column_name)), '[]'), outcome, reason)
  from airtable.outbox_fields f where f.outbox_id = any (entries) and f.state = 'open';
end;

-- Why a field was refused is not forgotten while the entry's others are on their way.
create function airtable.has_refusal(entry bigint) returns boolean
language sql stable set search_path = ''
begin atomic
  select exists (select from airtable.outbox_fields f where f.outbox_id = entry and f.state = 'refused');
end;

-- Entries that cannot be sent any more: their field is gone, or their row.
create function airtable.give_up_lost(base text) returns void
language plpgsql set search_path = '' as $$
declare
  lost record;
  mirrored text;
  gone bigint[];
begin
  -- What has arrived there is not lost with its field.
  with arrived as (
    update airtable.outbox_fields f set state = 'done'
    from airtable.outbox o where o.id = f.outbox_id and o.base_id = base and o.state = 'sent' and f.state = 'open' and not exists (
      select from airtable.field_bindings b where b.base_id = base and b.field_id = f.field_id and b.drift is null)
    returning f.outbox_id
  )
  select array_agg(a.outbox_id) into gone from arrived a;
  perform airtable.settle_entries(gone);
  for lost in
    select coalesce(b.drift, 'The field is bound to nothing any more') as reason,
      jsonb_agg(jsonb_build_object('id', o.id, 'column', f.column_name)) as cells
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id and f.state = 'open'
    left join airtable.field_bindings b on b.base_id = o.base_id and b.field_id = f.field_id
    where o.base_id = base and o.open and (b.field_id is null or b.drift is not null) group by 1
  loop
    perform airtable.give_up_fields(base, lost.cells, 'refused', lost.reason);
  end loop;
  for mirrored in select distinct o.table_name from airtable.outbox o where o.base_id = base and o.open loop
    execute format('select array_agg(o.id) from airtable.outbox o left join public.%I t on t.id = o.row_id
      where o.base_id = $1 and o.state = ''sent'' and o.table_name = $2 and (t.id is null or t.deleted_at is not null)', mirrored)
    into gone using base, mirrored;
    update airtable.outbox_fields f set state = 'done' where f.outbox_id = any (gone) and f.state = 'open';
    perform airtable.settle_entries(gone);
    execute format('select array_agg(o.id) from airtable.outbox o left join public.%I t on t.id = o.row_id
      where o.base_id = $1 and o.open and o.table_name = $2 and o.state <> ''sent'' and (t.id is null or t.deleted_at is not null)', mirrored)
    into gone using base, mirrored;
    perform airtable.give_up_entries(base, gone, 'refused', 'The record was deleted in Airtable');
  end loop;
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
  -- Of several changes of a field the last is sent, as one from what the first was based on.
  with cells as (
    select f.outbox_id, f.column_name, f.was, o.row_id,
      row_number() over w as n, count(*) over (partition by o.row_id, f.column_name) as of_n,
      first_value(f.was) over w as first_was
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
    where o.row_id = any (of_rows) and o.state = 'sending' and f.state = 'open'
    window w as (partition by o.row_id, f.column_name order by o.id)
  )
  update airtable.outbox_fields f set state = case when c.n < c.of_n then 'done' else f.state end,
    was = case when c.n = c.of_n then c.first_was else f.was end
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

create function airtable.sending(base text, row_ids uuid[]) returns bigint[]
language sql stable set search_path = ''
begin atomic
  select coalesce(array_agg(o.id), '{}') from airtable.outbox o
  where o.base_id = base and o.row_id = any (row_ids) and o.state = 'sending';
end;

create function airtable.note_sent(base text, row_ids uuid[]) returns void
language sql set search_path = ''
begin atomic
  update airtable.outbox o set state = 'sent', sent_at = clock_timestamp()
  where o.base_id = base and o.row_id = any (row_ids) and o.state = 'sending';
end;

-- found: [{row_id, values}] as Airtable has the records now, without what cannot be read; absent: row ids. Returns what is to be sent:
-- [{row_id, columns}]. The others are ended, or wait for what was sent before.
create function airtable.decide_pushes(base text, by_holder uuid, found_there jsonb, absent uuid[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  there record;
  cell record;
  came jsonb;
  columns text[];
  sends jsonb := '[]';
  overtaken jsonb := '[]';
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.give_up_entries(base, airtable.sending(base, absent), 'refused', 'The record is not in the base any more');
  for there in
    select r.row_id, r.values, min(o.table_name) as table_name
    from jsonb_to_recordset(found_there) as r(row_id uuid, "values" jsonb)
    join airtable.outbox o on o.row_id = r.row_id and o.state = 'sending' and o.base_id = base
    group by r.row_id, r.values
  loop
    came := airtable.as_row(there.table_name, there.values);
    columns := '{}';
    for cell in
      select f.*, array(
        -- What was sent just now may not show yet.
        select v from airtable.outbox s join airtable.outbox_fields g on g.outbox_id = s.id, unnest(array[g.was, g.mine]) as v
        where s.row_id = there.row_id and s.state = 'sent' and s.sent_at > clock_timestamp() - interval '10 seconds'
          and g.column_name = f.column_name and g.state = 'open') as lately
      from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = there.row_id and o.state = 'sending' and f.state = 'open'
    loop
      if came -> cell.column_name = cell.mine then
        continue;
      elsif came -> cell.column_name = cell.was or came -> cell.column_name = any (cell.lately) then
        columns := columns || cell.column_name;
      else
        update airtable.outbox_fields f set state = 'superseded', theirs = came -> cell.column_name
        where f.outbox_id = cell.outbox_id and f.column_name = cell.column_name;
        overtaken := overtaken || jsonb_build_object('id', cell.outbox_id, 'column', cell.column_name);
      end if;
    end loop;
    if columns = '{}' then
      perform airtable.note_sent(base, array[there.row_id]);
    else
      sends := sends || jsonb_build_object('row_id', there.row_id, 'columns', columns);
    end if;
  end loop;
  if overtaken <> '[]' then
    perform airtable.settle_entries(array(select (c ->> 'id')::bigint from jsonb_array_elements(overtaken) c));
    perform airtable.roll_back(base, overtaken);
    perform airtable.tell_actors(overtaken, 'write:superseded');
  end if;
  return sends;
end
$$;
comment on function airtable.decide_pushes(text, uuid, jsonb, uuid[]) is
  'Compares what is to be sent with what is there, field by field: mine is there, nothing has moved, or somebody was newer.';

-- written: [{row_id, record_id, made_at, values}] as Airtable answered; refused: [{row_id, columns, error}].
create function airtable.record_pushes(base text, by_holder uuid, written jsonb, refused jsonb) returns void
language plpgsql set search_path = '' set timezone = 'UTC' as $$
declare
  done record;
  refusal record;
  cell record;
  came jsonb;
begin
  perform airtable.hold_push(base, by_holder);
  for refusal in select * from jsonb_to_recordset(refused) as r(row_id uuid, columns text[], error text) loop
    perform airtable.give_up_fields(base, coalesce((
      select jsonb_agg(jsonb_build_object('id', f.outbox_id, 'column', f.column_name)) from airtable.outbox_fields f
      where f.outbox_id = any (airtable.sending(base, array[refusal.row_id])) and f.state = 'open'
        and f.column_name = any (refusal.columns)), '[]'), 'refused', refusal.error);
  end loop;
  for done in
    select d.*, o.table_name from jsonb_to_recordset(written) as d(row_id uuid, record_id text, made_at timestamptz, "values" jsonb)
    join lateral (select min(o.table_name) as table_name from airtable.outbox o where o.row_id = d.row_id) as o on true
  loop
    if done.made_at is not null then
      perform airtable.adopt_record(done.table_name, done.row_id, done.record_id, done.made_at);
    end if;
    came := airtable.as_row(done.table_name, done.values);
    -- What Airtable made of it: a rounded number, a shortened time.
    for cell in
      select f.outbox_id, f.column_name, f.mine from airtable.outbox_fields f
      where f.outbox_id = any (airtable.sending(base, array[done.row_id])) and f.state = 'open'
        and came ? f.column_name and came -> f.column_name <> f.mine
    loop
      execute format('update public.%1$I t set %2$I = (jsonb_populate_record(null::public.%1$I, $2)).%2$I
        where t.id = $1 and to_jsonb(t.%2$I) is not distinct from nullif($3, ''null'')', done.table_name, cell.column_name)
      using done.row_id, came, cell.mine;
      update airtable.outbox_fields f set mine = came -> cell.column_name
      where f.outbox_id = cell.outbox_id and f.column_name = cell.column_name;
    end loop;
    perform airtable.note_sent(base, array[done.row_id]);
  end loop;
end
$$;
comment on function airtable.record_pushes(text, uuid, jsonb, jsonb) is
  'What Airtable took, and what it refused and why. What it took is closed when it comes back.';

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

-- made: [{row_id, record_id, made_at}]: records that stand for rows now, though not all of their cells are there yet.
create function airtable.adopt_pushes(base text, by_holder uuid, made jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.adopt_record((select min(o.table_name) from airtable.outbox o where o.row_id = m.row_id), m.row_id, m.record_id, m.made_at)
  from jsonb_to_recordset(made) as m(row_id uuid, record_id text, made_at timestamptz);
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
