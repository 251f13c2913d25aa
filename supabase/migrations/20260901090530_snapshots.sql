-- Records read over REST, and how they are kept off what is newer.
--
-- A snapshot tells no time of edit, and no clock of ours may stand in for it: ahead of Airtable's, it would make the
-- payloads of the next seconds look old, and they would be lost. What is certain is order. A read that began at read_at
-- shows each cell as it was then or later. So a cell that the log has set since keeps what the log says, which is as new
-- or newer; every other cell takes the snapshot's. If the snapshot is ahead of our cursor, the payloads in between come
-- again over it and end in the same row. This needs no clock but the database's own.

create table airtable.touches (
  record_id text primary key,
  base_id text not null,
  -- {column: when the log last set it}, in seconds since 1970 by this database.
  columns jsonb not null default '{}',
  created_at timestamptz,
  destroyed_at timestamptz,
  touched_at timestamptz not null
);
comment on table airtable.touches is 'What the payload log did to a record lately, cell by cell. A snapshot that was read before leaves it alone.';
create index touches_touched_at_idx on airtable.touches (touched_at);

create table airtable.rereads (
  record_id text primary key,
  base_id text not null,
  table_id text not null,
  source text not null check (source in ('airtable', 'automation')),
  asked_at timestamptz not null default clock_timestamp(),
  not_before timestamptz not null default now(),
  attempts integer not null default 0
);
comment on table airtable.rereads is 'Records to be read over REST: known in part, named by an automation, or in a dead letter.';
create index rereads_base_id_idx on airtable.rereads (base_id, table_id);

-- One process reads a base over REST at a time, so that no snapshot can meet another.
create table airtable.readers (
  base_id text primary key,
  holder uuid,
  expires_at timestamptz,
  dirty boolean not null default false
);
comment on table airtable.readers is 'Who is reading a base over REST now.';

alter table airtable.touches enable row level security;
alter table airtable.rereads enable row level security;
alter table airtable.readers enable row level security;

create function airtable.note_touches(base text, changes jsonb, refused jsonb) returns void
language sql set search_path = ''
begin atomic
  insert into airtable.touches as t (record_id, base_id, columns, created_at, touched_at)
  select c ->> 'airtable_id', base,
    (select coalesce(jsonb_object_agg(k, extract(epoch from clock_timestamp())), '{}') from jsonb_object_keys(c -> 'values') as k),
    case when (c ->> 'created')::boolean then clock_timestamp() end, clock_timestamp()
  from jsonb_array_elements(changes) as c
  where not exists (select from jsonb_array_elements(refused) as r where r ->> 'airtable_id' = c ->> 'airtable_id')
  on conflict (record_id) do update set columns = t.columns || excluded.columns, touched_at = excluded.touched_at,
    created_at = coalesce(excluded.created_at, t.created_at),
    destroyed_at = case when excluded.created_at is null then t.destroyed_at end;
end;

create function airtable.note_destroyed(base text, records text[]) returns void
language sql set search_path = ''
begin atomic
  insert into airtable.touches as t (record_id, base_id, destroyed_at, touched_at)
  select r, base, clock_timestamp(), clock_timestamp() from unnest(records) as r
  on conflict (record_id) do update set destroyed_at = excluded.destroyed_at, touched_at = excluded.touched_at;
  delete from airtable.rereads r where r.record_id = any (records);
  update airtable.dead_letters d set resolved_at = now() where d.record_id = any (records) and d.resolved_at is null;
end;
comment on function airtable.note_destroyed(text, text[]) is 'Of a record that is gone nothing is to be read, and nothing to be repaired.';

create function airtable.ask_again(base text, of_table text, records text[], asked_by text) returns integer
language sql set search_path = ''
begin atomic
  with asked as (
    insert into airtable.rereads as r (record_id, base_id, table_id, source)
    select distinct id, base, of_table, asked_by from unnest(records) as id
    -- A table that is bound to nothing any more cannot be asked.
    where of_table is not null order by id
    on conflict (record_id) do update set asked_at = excluded.asked_at, not_before = excluded.not_before, attempts = 0
    returning 1
  )
  select count(*)::integer from asked;
end;
comment on function airtable.ask_again(text, text, text[], text) is 'Puts records on the list of those to be read over REST. Returns how many.';

create function airtable.take_reader(base text, by_holder uuid, seconds integer) returns boolean
language plpgsql set search_path = '' as $$
begin
  insert into airtable.readers as r (base_id, holder, expires_at)
  values (base, by_holder, now() + make_interval(secs => seconds))
  on conflict (base_id) do update set holder = excluded.holder, expires_at = excluded.expires_at, dirty = false
  where r.holder is null or r.expires_at < now() or r.holder = by_holder;
  if found then
    return true;
  end if;
  update airtable.readers r set dirty = true where r.base_id = base;
  return false;
end
$$;
comment on function airtable.take_reader(text, uuid, integer) is 'False: somebody else reads this base, and was told to look again.';

create function airtable.renew_reader(base text, by_holder uuid, seconds integer) returns boolean
language sql set search_path = ''
begin atomic
  with before as (select r.base_id, r.dirty from airtable.readers r where r.base_id = base and r.holder = by_holder for update)
  update airtable.readers r set expires_at = now() + make_interval(secs => seconds), dirty = false
  from before b where r.base_id = b.base_id
  returning b.dirty;
end;
comment on function airtable.renew_reader(text, uuid, integer) is
  'Keeps the base of a reader that is alive. True: somebody asked meanwhile. Null: it was lost.';

create function airtable.release_reader(base text, by_holder uuid) returns boolean
language sql set search_path = ''
begin atomic
  with before as (select r.base_id, r.dirty from airtable.readers r where r.base_id = base and r.holder = by_holder for update)
  update airtable.readers r
  set holder = case when b.dirty then r.holder end, expires_at = case when b.dirty then r.expires_at end, dirty = false
  from before b where r.base_id = b.base_id
  returning b.dirty;
end;
comment on function airtable.release_reader(text, uuid) is 'Lets go, unless somebody asked meanwhile: then true. Null: it was lost.';

-- What the log has set well since is no letter any more; what it sets badly opens one of its own.
create function airtable.letters_still_due(letters jsonb, since timestamptz) returns jsonb
language sql stable set search_path = ''
begin atomic
  select coalesce(jsonb_agg(l || jsonb_build_object('columns', k.columns)), '[]')
  from jsonb_array_elements(coalesce(letters, '[]')) as l
  left join airtable.touches t on t.record_id = l ->> 'record_id' and t.touched_at >= since
  cross join lateral (
    select case when jsonb_typeof(l -> 'columns') = 'array' then array(
      select c from jsonb_array_elements_text(l -> 'columns') as c
      where not coalesce(to_timestamp((t.columns ->> c)::float8) >= since, false)) end as columns
  ) as k
  where not coalesce(t.destroyed_at >= since, false) and k.columns is distinct from '{}';
end;

-- snapshot: {table_id, table, changes: [{airtable_id, created_at, values}], absent: [id], dead_letters: […]}. The values
-- are those of every column that is bound and not in drift; absent records were asked for and not there.
create function airtable.apply_snapshot(base text, by_holder uuid, read_at timestamptz, asked_by text, snapshot jsonb)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  -- A replica that answers may lag behind the log: what the log set just before the read stays too.
  since constant timestamptz := read_at - interval '10 seconds';
  rows_of constant text := snapshot ->> 'table';
  of_table constant text := snapshot ->> 'table_id';
  -- Later than no payload still to come. Where there is no log the database's own clock does no harm.
  version timestamptz := read_at;
  changes jsonb;
  outcome jsonb;
  letters jsonb;
  gone text[];
  removed integer;
begin
  perform from airtable.readers r where r.base_id = base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process reads this base now', hint = 'Nothing was written; it goes on.';
  end if;
  perform airtable.hold_base(base, true);
  perform set_config('live.source', asked_by, true);
  if exists (select from airtable.webhooks w where w.base_id = base) then
    select max(w.last_payload_at) into version from airtable.webhooks w where w.base_id = base;
  end if;

  select coalesce(jsonb_agg(c || jsonb_build_object('created', true, 'read_at', read_at,
    'edited_at', greatest((c ->> 'created_at')::timestamptz, version),
    'values', case when t.columns is null then c -> 'values' else (c -> 'values') - array(
      select k.key from jsonb_each(t.columns) as k where to_timestamp(k.value::text::float8) >= since) end)), '[]')
  into changes
  from jsonb_array_elements(airtable.without_drift(base, rows_of, snapshot -> 'changes')) as c
  left join airtable.touches t on t.record_id = c ->> 'airtable_id' and t.touched_at >= since
  where not coalesce(t.destroyed_at >= since, false);
  outcome := airtable.upsert_rows_or_refuse(rows_of, changes, true);
  perform airtable.settle_letters(null, base, of_table, changes, outcome -> 'refused', true);
  letters := airtable.letters_still_due(snapshot -> 'dead_letters', since);
  perform airtable.write_letters(null, base, letters);

  -- What the log has named lately is there, or will be said to be gone: a record that was made just now may answer 404.
  gone := array(
    select a from jsonb_array_elements_text(coalesce(snapshot -> 'absent', '[]')) as a
    where not exists (select from airtable.touches t where t.record_id = a and t.touched_at >= since));
  removed := airtable.delete_rows(rows_of, coalesce((
    select jsonb_agg(jsonb_build_object('airtable_id', g, 'edited_at', version)) from unnest(gone) as g), '[]'), true);
  update airtable.dead_letters d set resolved_at = now() where d.record_id = any (gone) and d.resolved_at is null;

  return jsonb_build_object('written', outcome -> 'written', 'deleted', removed,
    'refused', jsonb_array_length(outcome -> 'refused') + jsonb_array_length(letters));
end
$$;
comment on function airtable.apply_snapshot(text, uuid, timestamptz, text, jsonb) is
  'Writes records as they were read over REST. Cells that the log has set since the read began are left alone. Refused (AL001) when the caller is not the base''s reader any more.';
