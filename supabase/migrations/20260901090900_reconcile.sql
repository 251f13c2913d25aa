-- Whether the base and the mirror hold the same, told row by row while both go on changing.
--
-- A table is read from beginning to end and compared as it comes. What differs is not reported yet: the log may be
-- behind, or the read. Each such record is looked at again, with the log drained after the read: what the log has set
-- since is in motion, what differs in the same way twice is different.

create table airtable.reconciliations (
  run_id uuid not null references airtable.runs (id) on delete cascade,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  state text not null default 'reading' check (state in ('reading', 'settling', 'done', 'failed')),
  -- Airtable's own, of the next page.
  next_offset text,
  -- When the iterator was opened. Null: not yet.
  started_at timestamptz,
  restarts integer not null default 0,
  records bigint not null default 0,
  expected bigint not null default 0,
  missing bigint,
  extra bigint,
  different bigint,
  -- Records that would not hold still, however often they were looked at.
  moving bigint,
  dead_letters bigint,
  -- Columns whose field is in drift: nothing can be said of them.
  skipped text[],
  base_hash text,
  mirror_hash text,
  error text,
  primary key (run_id, table_id)
);
comment on table airtable.reconciliations is 'How far each table of a comparison has come, and what it came to.';
create index reconciliations_unfinished_idx on airtable.reconciliations (base_id) where state in ('reading', 'settling');

create table airtable.compared (
  run_id uuid not null,
  table_id text not null,
  record_id text not null,
  -- Null: not there.
  base_hash text,
  mirror_hash text,
  -- {column: {base, mirror}} as it was at the last look.
  differing jsonb,
  looks integer not null default 1,
  look_after timestamptz not null default clock_timestamp(),
  state text not null default 'equal' check (state in ('equal', 'suspect', 'confirmed', 'moving')),
  primary key (run_id, table_id, record_id),
  foreign key (run_id, table_id) references airtable.reconciliations (run_id, table_id) on delete cascade
);
comment on table airtable.compared is 'Records of a comparison under way, with the hash of each side.';
create index compared_suspects_idx on airtable.compared (run_id, table_id, look_after) where state = 'suspect';

create table airtable.differences (
  id bigint generated always as identity primary key,
  run_id uuid not null references airtable.runs (id) on delete cascade,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  record_id text not null,
  -- As seen from the mirror: it lacks the record, has one too many, or holds something else.
  kind text not null check (kind in ('missing', 'extra', 'different')),
  columns jsonb not null default '{}',
  found_at timestamptz not null default now(),
  repair_asked_at timestamptz,
  unique (run_id, record_id)
);
comment on table airtable.differences is 'What a comparison found: which record, what differs, and whether its repair was asked for.';

alter table airtable.reconciliations enable row level security;
alter table airtable.compared enable row level security;
alter table airtable.differences enable row level security;

-- records: [{airtable_id, values}] with the columns that can be read of each. Both sides come out of the same casts and
-- defaults as a row that is written (airtable.upsert_rows); a link is the record id that it leads to.
create function airtable.compare_records(rows_of text, records jsonb)
returns table (record_id text, base jsonb, mirror jsonb)
language plpgsql stable set search_path = '' as $$
declare
  named constant text[] := array(
    select distinct k from jsonb_array_elements(records) as c, jsonb_object_keys(c -> 'values') as k order by k);
  theirs text;
  ours text;
  joins text;
  links text[];
begin
  select string_agg(format('%L, %s', a.attname, case
      when p.relname is not null then format('c."values" -> %L', a.attname)
      when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end), ', '),
    string_agg(format('%L, %s', a.attname, case
      when p.relname is not null then format('p%s.airtable_id', a.attnum) else format('t.%I', a.attname) end), ', '),
    coalesce(string_agg(format(' left join public.%1$I p%2$s on p%2$s.id = t.%3$I', p.relname, a.attnum, a.attname), '')
      filter (where p.relname is not null), ''),
    coalesce(array_agg(a.attname::text) filter (where p.relname is not null), '{}')
  into theirs, ours, joins, links
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_constraint k on k.contype = 'f' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
  left join pg_catalog.pg_class p on p.oid = k.confrelid
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped
    and a.attname = any (named);

  return query execute format($query$
    select c.airtable_id, jsonb_build_object(%2$s) - u.unread,
      case when t.id is not null then jsonb_build_object(%3$s) - u.unread end
    from jsonb_to_recordset($1) as c(airtable_id text, "values" jsonb)
    left join public.%1$I t on t.airtable_id = c.airtable_id and t.deleted_at is null %4$s
    cross join lateral jsonb_populate_record(null::public.%1$I, c."values" - $2) as r
    cross join lateral (select case when c."values" ?& $3 then '{}'
      else array(select n from unnest($3) as n where not c."values" ? n) end as unread) as u
  $query$, rows_of, theirs, ours, joins)
  using records, links, named;
end
$$;
comment on function airtable.compare_records(text, jsonb) is
  'Records as Airtable has them beside the rows that mirror them, column by column. A row that is not there is null.';

create function airtable.differing_columns(base jsonb, mirror jsonb) returns jsonb
language sql immutable set search_path = ''
begin atomic
  select coalesce(jsonb_object_agg(b.key, jsonb_build_object('base', b.value, 'mirror', mirror -> b.key)), '{}')
  from jsonb_each(coalesce(base, '{}')) as b where mirror is not null and b.value is distinct from mirror -> b.key;
end;

create function airtable.begin_reconciliation(base text, reason text) returns uuid
language plpgsql set search_path = '' as $$
declare
  run uuid;
  bound record;
  known bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable scan ' || base, 17));
  select r.id into run from airtable.runs r
  where r.base_id = base and r.kind = 'reconcile' and r.state = 'running' order by r.started_at limit 1;
  if run is not null then
    return run;
  end if;
  insert into airtable.runs (kind, base_id, counts) values ('reconcile', base, jsonb_build_object('reason', reason))
  returning id into run;
  for bound in
    select b.table_id, min(b.table_name) as table_name from airtable.field_bindings b where b.base_id = base group by b.table_id
  loop
    execute format('select count(*) from public.%I where deleted_at is null and airtable_id is not null', bound.table_name) into known;
    insert into airtable.reconciliations (run_id, base_id, table_id, table_name, expected)
    values (run, base, bound.table_id, bound.table_name, known);
  end loop;
  return run;
end
$$;
comment on function airtable.begin_reconciliation(text, text) is
  'Has a base compared with its mirror. Joins the comparison that is under way. Returns its run.';

-- All tables are read before any suspect is looked at again: that gives the log its time.
create function airtable.next_reconciliation(base text) returns setof airtable.reconciliations
language sql stable set search_path = ''
begin atomic
  select s.* from airtable.reconciliations s where s.base_id = base and s.state in ('reading', 'settling')
  order by s.state, s.started_at is null,
    array_position(array['organizations', 'contacts', 'startups', 'signals', 'connections', 'interactions'], s.table_name)
  limit 1;
end;

create function airtable.open_comparison(of_run uuid, of_table text) returns timestamptz
language plpgsql set search_path = '' as $$
declare
  known bigint;
  rows_of text;
  opened timestamptz;
begin
  select s.table_name into rows_of from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.compared c where c.run_id = of_run and c.table_id = of_table;
  execute format('select count(*) from public.%I where deleted_at is null and airtable_id is not null', rows_of) into known;
  update airtable.reconciliations s set next_offset = null, records = 0, expected = known,
    restarts = s.restarts + (s.started_at is not null)::integer, started_at = clock_timestamp()
  where s.run_id = of_run and s.table_id = of_table returning s.started_at into opened;
  return opened;
end
$$;
comment on function airtable.open_comparison(uuid, text) is 'Begins a table from its first page, also again.';

create function airtable.require_reader(base text, by_holder uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from airtable.readers r where r.base_id = base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process reads this base now', hint = 'Nothing was written; it goes on.';
  end if;
end
$$;

-- One page as it was read. Refused (AL001) when the comparison is not at from_offset any more.
create function airtable.note_compared(base text, by_holder uuid, of_run uuid, opened_at timestamptz, from_offset text,
  to_offset text, of_table text, page jsonb)
returns void
language plpgsql set search_path = '' set enable_nestloop = off as $$
declare
  comparison airtable.reconciliations;
begin
  perform airtable.require_reader(base, by_holder);
  select * into comparison from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table for update;
  if comparison.state is distinct from 'reading' or comparison.started_at <> opened_at
    or comparison.next_offset is distinct from from_offset
  then
    raise exception using errcode = 'AL001', message = 'This comparison has begun anew, or another goes on with it',
      hint = 'Nothing was written.';
  end if;
  insert into airtable.compared (run_id, table_id, record_id, base_hash, mirror_hash, differing, state, look_after)
  select of_run, of_table, c.record_id, md5(c.base::text), md5(c.mirror::text),
    case when c.base is distinct from c.mirror then airtable.differing_columns(c.base, c.mirror) end,
    case when c.base is distinct from c.mirror then 'suspect' else 'equal' end,
    -- How far Airtable's log may lag behind its records is not documented: an edit that shows in both looks and is still
    -- not in the log would be reported.
    clock_timestamp() + interval '5 seconds'
  from airtable.compare_records(comparison.table_name, page) as c
  on conflict do nothing;
  if to_offset is null and not exists (
    -- Rows do not say which base they come from: with two bases in one table, what one does not have may be the other's.
    select from airtable.field_bindings b where b.table_name = comparison.table_name and b.base_id <> base
  ) then
    execute format($query$
      insert into airtable.compared (run_id, table_id, record_id, mirror_hash, differing, state, look_after)
      select $1, $2, t.airtable_id, md5(t.airtable_id), '{}', 'suspect', clock_timestamp() from public.%I t
      where t.deleted_at is null and t.airtable_id is not null and not exists (
        select from airtable.compared c where c.run_id = $1 and c.table_id = $2 and c.record_id = t.airtable_id)
    $query$, comparison.table_name) using of_run, of_table;
  end if;
  update airtable.reconciliations s set next_offset = to_offset, records = s.records + jsonb_array_length(page),
    state = case when to_offset is null then 'settling' else 'reading' end
  where s.run_id = of_run and s.table_id = of_table;
end
$$;

-- Which records of a table to look at again: {looked_at, records, left, wait_ms}. None and left: they are due later.
create function airtable.next_suspects(of_run uuid, of_table text, max integer) returns jsonb
language sql set search_path = ''
begin atomic
  with suspects as (
    select c.record_id, c.look_after from airtable.compared c
    where c.run_id = of_run and c.table_id = of_table and c.state = 'suspect'
  ), due as (
    select s.record_id from suspects s where s.look_after <= clock_timestamp() order by s.look_after limit max
  )
  select jsonb_build_object('looked_at', clock_timestamp(), 'left', (select count(*) from suspects),
    'records', (select coalesce(jsonb_agg(d.record_id), '[]') from due d),
    'wait_ms', (select greatest(0, extract(epoch from min(s.look_after) - clock_timestamp()) * 1000) from suspects s));
end;

-- A column that is on its way to Airtable differs by intent.
create function airtable.columns_under_way(rows_of text, record text) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  columns text[];
begin
  execute format($query$
    select array_agg(distinct f.column_name) from public.%I t
    join airtable.outbox o on o.row_id = t.id and o.open join airtable.outbox_fields f on f.outbox_id = o.id
    where t.airtable_id = $1 $query$, rows_of)
  into columns using record;
  return coalesce(columns, '{}');
end
$$;

-- What a second look saw: records as for note_compared, absent: those that are not in the base. The log has been drained
-- since, so whatever the base held at the look and the log had to say of it is in the mirror.
create function airtable.settle_suspects(base text, by_holder uuid, of_run uuid, of_table text, looked_at timestamptz,
  records jsonb, absent text[])
returns void
language plpgsql set search_path = '' as $$
declare
  -- A replica that answered may have lagged behind the log.
  since constant timestamptz := looked_at - interval '10 seconds';
  rows_of constant text := (
    select s.table_name from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table);
  second jsonb;
begin
  perform airtable.require_reader(base, by_holder);
  execute format($query$
    select coalesce(jsonb_agg(jsonb_build_object('record_id', a, 'mirror', case when t.id is not null then '{}'::jsonb end)), '[]')
    from unnest($1) as a left join public.%I t on t.airtable_id = a and t.deleted_at is null $query$, rows_of)
  into second using absent;
  second := second || coalesce((
    select jsonb_agg(jsonb_build_object('record_id', c.record_id, 'base', c.base, 'mirror', c.mirror))
    from airtable.compare_records(rows_of, records) as c), '[]');

  update airtable.compared c set
    base_hash = md5(l.base::text),
    mirror_hash = md5(case when l.base is null and l.mirror is not null then l.record_id else l.mirror::text end),
    differing = d.differing, looks = c.looks + 1,
    look_after = clock_timestamp() + make_interval(secs => least(4 * c.looks, 12)),
    state = case
      when l.base is not distinct from l.mirror then 'equal'
      when f.still and c.differing - f.moved = d.differing - f.moved
        and (c.base_hash is null) = (l.base is null) and (c.mirror_hash is null) = (l.mirror is null) then 'confirmed'
      when c.looks >= 8 then 'moving'
      else 'suspect'
    end
  from jsonb_to_recordset(second) as l(record_id text, base jsonb, mirror jsonb)
  cross join lateral (select airtable.differing_columns(l.base, l.mirror) as differing) as d
  left join airtable.touches t on t.record_id = l.record_id and t.touched_at >= since
  cross join lateral (
    select coalesce(array(select k.key from jsonb_each(t.columns) as k where to_timestamp(k.value::text::float8) >= since), '{}')
      || airtable.columns_under_way(rows_of, l.record_id) as moved
  ) as m
  cross join lateral (
    select m.moved, not exists (select from airtable.rereads r where r.record_id = l.record_id)
      and case
        -- Whether a record is there at all: nothing of it may be in motion.
        when l.base is null or l.mirror is null then m.moved = '{}' and t.record_id is null
        else d.differing - m.moved <> '{}'
      end as still
  ) as f
  where c.run_id = of_run and c.table_id = of_table and c.record_id = l.record_id and c.state = 'suspect';
end
$$;

-- A table whose suspects are all settled. What waits as a dead letter is known to differ, and counted as that.
create function airtable.close_comparison(of_run uuid, of_table text) returns void
language plpgsql set search_path = '' as $$
declare
  comparison airtable.reconciliations;
  letters bigint;
begin
  select * into comparison from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table for update;
  if comparison.state <> 'settling' then
    return;
  end if;
  select count(*) into letters from airtable.dead_letters d
  where d.base_id = comparison.base_id and d.table_id = of_table and d.resolved_at is null;
  insert into airtable.differences (run_id, base_id, table_id, table_name, record_id, kind, columns)
  select of_run, comparison.base_id, of_table, comparison.table_name, c.record_id,
    case when c.base_hash is null then 'extra' when c.mirror_hash is null then 'missing' else 'different' end, c.differing
  from airtable.compared c
  where c.run_id = of_run and c.table_id = of_table and c.state = 'confirmed' and not exists (
    select from airtable.dead_letters d where d.record_id = c.record_id and d.resolved_at is null and d.columns is null)
  order by c.record_id;
  update airtable.reconciliations s set state = 'done',
    missing = n.missing, extra = n.extra, different = n.different, moving = h.moving, dead_letters = letters,
    base_hash = h.base_hash, mirror_hash = h.mirror_hash,
    skipped = array(select b.column_name from airtable.field_bindings b
      where b.base_id = s.base_id and b.table_id = of_table and b.drift is not null order by 1)
  from (
    select count(*) filter (where d.kind = 'missing') as missing, count(*) filter (where d.kind = 'extra') as extra,
      count(*) filter (where d.kind = 'different') as different
    from airtable.differences d where d.run_id = of_run and d.table_id = of_table
  ) as n, (
    select count(*) filter (where c.state = 'moving') as moving,
      md5(string_agg(c.record_id || c.base_hash, ',' order by c.record_id)) as base_hash,
      md5(string_agg(c.record_id || c.mirror_hash, ',' order by c.record_id)) as mirror_hash
    from airtable.compared c where c.run_id = of_run and c.table_id = of_table
  ) as h
  where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.compared c where c.run_id = of_run and c.table_id = of_table;
end
$$;

create function airtable.fail_comparison(of_run uuid, of_table text, reason text) returns void
language sql set search_path = ''
begin atomic
  update airtable.reconciliations s set state = 'failed', error = reason where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.compared c where c.run_id = of_run and c.table_id = of_table;
end;

create function airtable.reconcile_progress(of_run uuid) returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object('run_id', r.id, 'base_id', r.base_id, 'kind', 'reconcile', 'state', r.state, 'reason', r.counts ->> 'reason',
    'started_at', r.started_at, 'finished_at', r.finished_at, 'error', r.error,
    'records', coalesce(sum(s.records), 0),
    'expected', coalesce(sum(case when s.state = 'reading' then greatest(s.expected, s.records) else s.records end), 0),
    'suspects', (select count(*) from airtable.compared c where c.run_id = r.id and c.state = 'suspect'),
    'missing', coalesce(sum(s.missing), 0), 'extra', coalesce(sum(s.extra), 0), 'different', coalesce(sum(s.different), 0),
    'moving', coalesce(sum(s.moving), 0), 'dead_letters', coalesce(sum(s.dead_letters), 0),
    'identical', coalesce((r.counts ->> 'identical')::boolean, false),
    'tables', coalesce(jsonb_agg(jsonb_build_object('table', s.table_name, 'state', s.state, 'records', s.records,
      'missing', s.missing, 'extra', s.extra, 'different', s.different, 'moving', s.moving, 'dead_letters', s.dead_letters,
      'skipped', s.skipped, 'base_hash', s.base_hash, 'mirror_hash', s.mirror_hash, 'error', s.error)
      order by s.table_name) filter (where s.table_name is not null), '[]'))
  from airtable.runs r left join airtable.reconciliations s on s.run_id = r.id
  where r.id = of_run group by r.id;
end;

create function airtable.finish_reconciliations(base text) returns setof jsonb
language plpgsql set search_path = '' as $$
declare
  run uuid;
begin
  for run in
    update airtable.runs r set finished_at = now(),
      state = case when f.errors is null then 'succeeded' else 'failed' end, error = f.errors, counts = r.counts || f.counts
    from (
      select s.run_id, string_agg(format('%s: %s', s.table_name, s.error), '; ') filter (where s.state = 'failed') as errors,
        jsonb_build_object('records', sum(s.records), 'missing', sum(s.missing), 'extra', sum(s.extra),
          'different', sum(s.different), 'moving', sum(s.moving), 'dead_letters', sum(s.dead_letters),
          'identical', bool_and(s.state = 'done' and s.base_hash is not distinct from s.mirror_hash
            and s.missing + s.extra + s.different + s.moving + s.dead_letters = 0)) as counts
      from airtable.reconciliations s where s.base_id = base group by s.run_id
      having bool_and(s.state in ('done', 'failed'))
    ) as f
    where r.id = f.run_id and r.state = 'running' returning r.id
  loop
    return next airtable.reconcile_progress(run);
  end loop;
end
$$;
comment on function airtable.finish_reconciliations(text) is 'Closes the comparisons whose tables are all done. Returns what each of them came to.';

-- What is read again is applied as any snapshot is; a record that is not in the base gets its tombstone. A cell that the
-- log has just set is kept off a snapshot for 10 s, so nothing is read before those are over.
create function airtable.repair_differences(of_run uuid, chosen bigint[] default null) returns integer
language sql set search_path = ''
begin atomic
  with wanted as (
    update airtable.differences d set repair_asked_at = now()
    where d.run_id = of_run and (chosen is null or d.id = any (chosen))
    returning d.base_id, d.table_id, d.record_id
  ), asked as (
    insert into airtable.rereads as r (record_id, base_id, table_id, source, not_before)
    select w.record_id, w.base_id, w.table_id, 'airtable', greatest(now(), t.touched_at + interval '11 seconds')
    from wanted w left join airtable.touches t on t.record_id = w.record_id order by w.record_id
    on conflict (record_id) do update set asked_at = excluded.asked_at, not_before = excluded.not_before, attempts = 0
    returning 1
  )
  select count(*)::integer from asked;
end;
comment on function airtable.repair_differences(uuid, bigint[]) is
  'Has the chosen differences of a comparison (or all) read again and applied. Returns how many.';
