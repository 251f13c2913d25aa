-- The second look at what differed in the first. What is in motion, or on its way to Airtable, is no difference.

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
