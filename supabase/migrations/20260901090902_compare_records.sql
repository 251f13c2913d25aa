-- The first look: a page of the base next to the rows that mirror it, hash by hash. What differs is a suspect, no more.

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
