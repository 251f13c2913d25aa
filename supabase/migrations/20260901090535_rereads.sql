-- Single records that are read again over REST: which of them are due, and what became of them.

-- Which records of one table to read now, and when the database began to look: {table_id, source, read_at, records, left}.
create function airtable.next_rereads(base text, max integer) returns jsonb
language sql set search_path = ''
begin atomic
  with due as (
    select r.table_id, r.source, r.record_id, r.asked_at from airtable.rereads r
    where r.base_id = base and r.not_before <= now()
  ), chosen as (
    select d.table_id, d.source from due d order by d.asked_at limit 1
  ), batch as (
    select d.record_id from due d join chosen c using (table_id, source) order by d.asked_at limit max
  )
  select jsonb_build_object('table_id', c.table_id, 'source', c.source, 'read_at', clock_timestamp(),
    'records', (select jsonb_agg(b.record_id) from batch b), 'due', (select count(*) from due d where d.table_id = c.table_id))
  from chosen c;
end;

-- Applies what was read of the records that next_rereads gave, and takes them off the list. One that was not there and
-- that the log says was there lately is asked for again, a few times.
create function airtable.apply_rereads(base text, by_holder uuid, read_at timestamptz, asked_by text, snapshot jsonb)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  counts jsonb := airtable.apply_snapshot(base, by_holder, read_at, asked_by, snapshot);
  answered constant text[] := array(select c ->> 'airtable_id' from jsonb_array_elements(snapshot -> 'changes') c)
    || array(select l ->> 'record_id' from jsonb_array_elements(coalesce(snapshot -> 'dead_letters', '[]')) l);
  absent constant text[] := array(select jsonb_array_elements_text(coalesce(snapshot -> 'absent', '[]')));
begin
  delete from airtable.rereads r
  where r.record_id = any (answered || absent) and r.asked_at <= read_at
    and (not r.record_id = any (absent) or r.attempts >= 4
      or not exists (
        select from airtable.touches t
        where t.record_id = r.record_id and t.touched_at >= read_at - interval '10 seconds' and t.destroyed_at is null));
  update airtable.rereads r set attempts = r.attempts + 1, not_before = now() + make_interval(secs => 2 ^ r.attempts)
  where r.record_id = any (absent);
  return counts;
end
$$;
