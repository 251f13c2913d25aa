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

create function airtable.require_reader(base text, by_holder uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from airtable.readers r where r.base_id = base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process reads this base now', hint = 'Nothing was written; it goes on.';
  end if;
end
$$;

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

create function airtable.fail_comparison(of_run uuid, of_table text, reason text) returns void
language sql set search_path = ''
begin atomic
  update airtable.reconciliations s set state = 'failed', error = reason where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.compared c where c.run_id = of_run and c.table_id = of_table;
end;
