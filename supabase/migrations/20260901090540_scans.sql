-- Full scans, page by page, over as many runs of the function as it takes.

create table airtable.scans (
  run_id uuid not null references airtable.runs (id) on delete cascade,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  state text not null default 'pending' check (state in ('pending', 'running', 'done', 'failed')),
  -- Airtable's own, of the next page. Null: from the beginning.
  next_offset text,
  -- When the iterator was opened: its rows are at least that new.
  started_at timestamptz,
  restarts integer not null default 0,
  records bigint not null default 0,
  written bigint not null default 0,
  deleted bigint not null default 0,
  refused bigint not null default 0,
  -- Rows that the mirror had at the start, for the estimate.
  expected bigint not null default 0,
  error text,
  primary key (run_id, table_id)
);
comment on table airtable.scans is 'How far each table of a full scan has come.';
create index scans_unfinished_idx on airtable.scans (base_id) where state in ('pending', 'running');

create table airtable.scanned (
  run_id uuid not null,
  table_id text not null,
  record_id text not null,
  primary key (run_id, table_id, record_id),
  foreign key (run_id, table_id) references airtable.scans (run_id, table_id) on delete cascade
);
comment on table airtable.scanned is 'Records that a scan under way has seen. What it has not seen at its end is gone from the base.';

alter table airtable.scans enable row level security;
alter table airtable.scanned enable row level security;

-- anew: the scan that is under way may have passed what was lost; it begins again.
create function airtable.begin_scan(base text, reason text, anew boolean, only_tables text[] default null) returns uuid
language plpgsql set search_path = '' as $$
declare
  run uuid;
  bound record;
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable scan ' || base, 17));
  select r.id into run from airtable.runs r
  where r.base_id = base and r.kind = 'backfill' and r.state = 'running' order by r.started_at limit 1;
  if run is null then
    insert into airtable.runs (kind, base_id, counts) values ('backfill', base, jsonb_build_object('reason', reason))
    returning id into run;
  end if;
  for bound in
    select b.table_id, min(b.table_name) as table_name from airtable.field_bindings b
    where b.base_id = base and (only_tables is null or b.table_id = any (only_tables)) group by b.table_id
  loop
    insert into airtable.scans as s (run_id, base_id, table_id, table_name)
    values (run, base, bound.table_id, bound.table_name)
    on conflict (run_id, table_id) do update set state = 'pending', next_offset = null, started_at = null, records = 0
    where anew;
  end loop;
  return run;
end
$$;
comment on function airtable.begin_scan(text, text, boolean, text[]) is
  'Has every table of a base (or some) read from beginning to end. Joins the scan that is under way. Returns its run.';

create function airtable.open_scans(base text) returns setof airtable.scans
language sql stable set search_path = ''
begin atomic
  select s.* from airtable.scans s where s.base_id = base and s.state in ('pending', 'running')
  -- Parents before children spares stubs.
  order by array_position(array['organizations', 'contacts', 'startups', 'signals', 'connections', 'interactions'], s.table_name);
end;

create function airtable.open_iterator(of_run uuid, of_table text) returns timestamptz
language plpgsql set search_path = '' as $$
declare
  scan airtable.scans;
  known bigint;
begin
  delete from airtable.scanned s where s.run_id = of_run and s.table_id = of_table;
  select * into scan from airtable.scans s where s.run_id = of_run and s.table_id = of_table;
  execute format('select count(*) from public.%I where deleted_at is null and airtable_id is not null', scan.table_name) into known;
  update airtable.scans s set state = 'running', next_offset = null, started_at = clock_timestamp(), records = 0, expected = known,
    restarts = s.restarts + (s.state = 'running')::integer
  where s.run_id = of_run and s.table_id = of_table returning s.* into scan;
  return scan.started_at;
end
$$;
comment on function airtable.open_iterator(uuid, text) is
  'Begins a table from its first page, also again: what an iterator that died has seen proves nothing about deletions.';

-- batch: as for apply_snapshot, of one page or several. Refused (AL001) when the scan is not at from_offset any more.
create function airtable.apply_scan(base text, by_holder uuid, of_run uuid, opened_at timestamptz, from_offset text, to_offset text, batch jsonb)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  scan airtable.scans;
  counts jsonb;
  swept integer := 0;
begin
  select * into scan from airtable.scans s where s.run_id = of_run and s.table_id = batch ->> 'table_id' for update;
  if scan.state is distinct from 'running' or scan.started_at <> opened_at or scan.next_offset is distinct from from_offset then
    raise exception using errcode = 'AL001', message = 'This scan has begun anew, or another goes on with it', hint = 'Nothing was written.';
  end if;
  counts := airtable.apply_snapshot(base, by_holder, scan.started_at, 'system', batch);
  insert into airtable.scanned (run_id, table_id, record_id)
  select of_run, scan.table_id, r from jsonb_array_elements_text(batch -> 'seen') as r on conflict do nothing;
  if to_offset is null then
    swept := airtable.sweep(scan);
  end if;
  update airtable.scans s set next_offset = to_offset, state = case when to_offset is null then 'done' else s.state end,
    records = s.records + jsonb_array_length(batch -> 'seen'),
    written = s.written + (counts ->> 'written')::bigint,
    refused = s.refused + (counts ->> 'refused')::bigint,
    deleted = s.deleted + swept
  where s.run_id = of_run and s.table_id = scan.table_id;
  return counts || jsonb_build_object('deleted', swept);
end
$$;

-- Nobody has counted what was written just now, and the planner takes it for a few rows: row by row against row by row,
-- 20,000 took 20 s.
create function airtable.sweep(scan airtable.scans) returns integer
language plpgsql set search_path = '' set enable_nestloop = off as $$
declare
  gone jsonb;
  written integer := 0;
begin
  -- Rows do not say which base they come from: with two bases in one table, what one does not have may be the other's.
  if not exists (
    select from airtable.field_bindings b where b.table_name = scan.table_name and b.base_id <> scan.base_id
  ) then
    execute format($query$
      select jsonb_agg(jsonb_build_object('airtable_id', t.airtable_id)) from public.%I t
      where t.deleted_at is null and t.airtable_id is not null
        and coalesce(t.received_at < $1.started_at, true)
        and not exists (select from airtable.scanned s
          where s.run_id = $1.run_id and s.table_id = $1.table_id and s.record_id = t.airtable_id)
        and not exists (select from airtable.touches l
          where l.record_id = t.airtable_id and l.touched_at >= $1.started_at - interval '10 seconds') $query$, scan.table_name)
    into gone using scan;
    if gone is not null then
      written := airtable.delete_rows(scan.table_name, gone, true);
      update airtable.dead_letters d set resolved_at = now()
      where d.resolved_at is null and d.record_id in (select g ->> 'airtable_id' from jsonb_array_elements(gone) g);
    end if;
  end if;
  delete from airtable.scanned s where s.run_id = scan.run_id and s.table_id = scan.table_id;
  return written;
end
$$;
comment on function airtable.sweep(airtable.scans) is
  'Leaves tombstones for rows that a complete scan has not seen and that nothing has touched since it began.';

create function airtable.fail_scan(of_run uuid, of_table text, reason text) returns void
language sql set search_path = ''
begin atomic
  update airtable.scans s set state = 'failed', error = reason where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.scanned s where s.run_id = of_run and s.table_id = of_table;
end;

create function airtable.scan_progress(of_run uuid) returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object('run_id', r.id, 'state', r.state, 'reason', r.counts ->> 'reason', 'started_at', r.started_at,
    'records', coalesce(sum(s.records), 0), 'written', coalesce(sum(s.written), 0), 'deleted', coalesce(sum(s.deleted), 0),
    'dead_letters', coalesce(sum(s.refused), 0),
    -- At least: a table may have grown since the mirror last saw it.
    'expected', coalesce(sum(case when s.state in ('done', 'failed') then s.records else greatest(s.expected, s.records) end), 0),
    'tables', coalesce(jsonb_agg(jsonb_build_object('table', s.table_name, 'state', s.state, 'records', s.records) order by s.table_name), '[]'))
  from airtable.runs r left join airtable.scans s on s.run_id = r.id
  where r.id = of_run group by r.id;
end;

create function airtable.finish_scans(base text) returns setof jsonb
language plpgsql set search_path = '' as $$
declare
  run uuid;
begin
  for run in
    update airtable.runs r set finished_at = now(),
      state = case when f.errors is null then 'succeeded' else 'failed' end, error = f.errors,
      counts = r.counts || f.counts
    from (
      select s.run_id, string_agg(format('%s: %s', s.table_name, s.error), '; ') filter (where s.state = 'failed') as errors,
        jsonb_build_object('records', sum(s.records), 'written', sum(s.written), 'deleted', sum(s.deleted),
          'dead_letters', sum(s.refused), 'restarts', sum(s.restarts)) as counts
      from airtable.scans s where s.base_id = base group by s.run_id
      having bool_and(s.state in ('done', 'failed'))
    ) as f
    where r.id = f.run_id and r.state = 'running' returning r.id
  loop
    return next airtable.scan_progress(run);
  end loop;
end
$$;
comment on function airtable.finish_scans(text) is 'Closes the runs whose tables are all done. Returns what each of them came to.';
