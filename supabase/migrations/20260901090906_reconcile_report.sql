-- What a comparison came to, while it runs and when it is over, and the repair of what it found.

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
