-- What comes from Airtable does not overwrite what is on its way there, unless it is newer. Per field: mine comes back, so
-- it has arrived; what mine was based on comes, so nothing has moved; anything else is a newer edit there, and wins.
--
-- While an entry is being sent, or was sent and has not come back, what the log says may be from before or after it. The
-- log itself decides: once mine is in it, whatever follows is newer. A snapshot decides by when it was read. What is left
-- out in between is read again where an entry ends otherwise than by coming back.

-- Values of a change as to_jsonb of the row would have them.
create function airtable.as_row(rows_of text, cells jsonb) returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
declare
  built text;
  links text[];
  kept jsonb;
begin
  select string_agg(format('%L, ', a.attname) || case
      when p.relname is not null then format(
        'coalesce((select p.id from public.%I p where p.airtable_id = $1 ->> %2$L), private.record_id($1 ->> %2$L))', p.relname, a.attname)
      when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end, ', '),
    coalesce(array_agg(a.attname::text) filter (where p.relname is not null), '{}')
  into built, links
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_constraint k on k.contype = 'f' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
  left join pg_catalog.pg_class p on p.oid = k.confrelid
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped and cells ? a.attname;
  if built is null then
    return '{}';
  end if;
  execute format('select jsonb_build_object(%s) from jsonb_populate_record(null::public.%I, $1 - $2) as r', built, rows_of)
  into kept using cells, links;
  return kept;
end
$$;

create function airtable.settle_entries(entries bigint[]) returns void
language sql set search_path = ''
begin atomic
  update airtable.outbox o set done_at = clock_timestamp(), rolled_back = l.refused,
    state = case when l.refused then 'parked' when l.superseded then 'superseded' when l.discarded then 'discarded' else 'done' end
  from (
    select f.outbox_id, bool_or(f.state = 'refused') as refused, bool_or(f.state = 'superseded') as superseded,
      bool_or(f.state = 'discarded') as discarded
    from airtable.outbox_fields f where f.outbox_id = any (entries)
    group by f.outbox_id having not bool_or(f.state = 'open')
  ) as l
  where o.id = l.outbox_id and o.open;
end;
comment on function airtable.settle_entries(bigint[]) is 'Closes the entries of which no field is open any more.';

-- Which columns of a change the row is to keep as they are. Ends the fields that came back or were overtaken.
create function airtable.columns_to_keep(of_row uuid, values_of jsonb, earlier jsonb, snapshot boolean, read_at timestamptz)
returns text[]
language plpgsql set search_path = '' as $$
declare
  kept text[] := '{}';
  overtaken jsonb := '[]';
  settled bigint[] := '{}';
  col record;
  came jsonb;
  arrived integer;
  stands boolean;
begin
  for col in
    select f.column_name as name, array_agg(f.outbox_id order by f.outbox_id) as ids, array_agg(f.mine order by f.outbox_id) as mine,
      array_agg(f.was order by f.outbox_id) as was,
      bool_or(o.state = 'sending') as sending, bool_or(o.state = 'sent') as sent,
      array_agg(o.state = 'sent' order by f.outbox_id) as was_sent,
      bool_or(o.state = 'sent' and (read_at is null or o.sent_at >= read_at - interval '10 seconds')) as sent_lately
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
    where o.row_id = of_row and o.open and f.state = 'open' and values_of ? f.column_name
    group by f.column_name
  loop
    came := values_of -> col.name;
    select max(i) into arrived from generate_subscripts(col.mine, 1) as i
    where col.mine[i] = came or coalesce(earlier -> col.name @> jsonb_build_array(col.mine[i]), false);
    stands := false;
    if snapshot and col.sending then
      -- Read before or after it was sent: whoever sends it will know.
      kept := kept || col.name;
      continue;
    elsif arrived is null and snapshot and col.sent and not col.sent_lately then
      -- It was there, and has been changed since.
      select max(i) into arrived from generate_subscripts(col.mine, 1) as i where col.was_sent[i];
    elsif arrived is null and (col.sending or col.sent) then
      kept := kept || col.name;
      continue;
    end if;
    if arrived is not null then
      update airtable.outbox_fields f set state = 'done'
      where f.column_name = col.name and f.outbox_id = any (col.ids[1:arrived]);
      settled := settled || col.ids[1:arrived];
      if arrived = cardinality(col.ids) then
        -- Nothing that the row would not hold already.
        if came = col.mine[arrived] then
          kept := kept || col.name;
        end if;
        continue;
      end if;
      stands := came = col.mine[arrived] or came = col.was[arrived + 1];
      -- The one after it is being sent: whoever sends it has read what is there now.
      stands := stands or col.sending;
    else
      arrived := 0;
      stands := came = col.was[1];
    end if;
    if stands then
      kept := kept || col.name;
    else
      update airtable.outbox_fields f set state = 'superseded', theirs = came
      where f.column_name = col.name and f.outbox_id = any (col.ids[arrived + 1:]);
      settled := settled || col.ids[arrived + 1:];
      overtaken := overtaken || (select jsonb_agg(jsonb_build_object('id', i, 'column', col.name)) from unnest(col.ids[arrived + 1:]) as i);
    end if;
  end loop;
  perform airtable.settle_entries(settled);
  perform airtable.tell_actors(overtaken, 'write:superseded');
  return kept;
end
$$;

-- changes: as for airtable.upsert_rows, of rows that are locked. A change may say what a column was in between (passed).
-- Returns what of them is to be written. A change of which nothing is left has come back, and is no news.
create function airtable.respect_outbox(rows_of text, changes jsonb, snapshot boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  touched record;
  came jsonb;
  earlier jsonb;
  kept text[];
  left_over jsonb;
  dropped integer[] := '{}';
begin
  for touched in execute format($query$
    select c.at::integer as at, c.change, t.id from jsonb_array_elements($1) with ordinality as c(change, at)
    join public.%1$I t on t.airtable_id = c.change ->> 'airtable_id'
    where exists (select from airtable.outbox o where o.row_id = t.id and o.open) $query$, rows_of)
  using changes loop
    begin
      came := airtable.as_row(rows_of, touched.change -> 'values');
      select jsonb_object_agg(p.key, (
        select jsonb_agg(airtable.as_row(rows_of, jsonb_build_object(p.key, v)) -> p.key) from jsonb_array_elements(p.value) as v))
      into earlier from jsonb_each(touched.change -> 'passed') as p;
    exception when data_exception then
      -- The table will refuse it.
      continue;
    end;
    kept := airtable.columns_to_keep(touched.id, came, coalesce(earlier, '{}'), snapshot, (touched.change ->> 'read_at')::timestamptz);
    if kept <> '{}' then
      left_over := (touched.change -> 'values') - kept;
      changes := jsonb_set(changes, array[(touched.at - 1)::text, 'values'], left_over);
      if left_over = '{}' and not snapshot and not coalesce((touched.change ->> 'created')::boolean, false) then
        dropped := dropped || touched.at;
      end if;
    end if;
  end loop;
  if dropped <> '{}' then
    select coalesce(jsonb_agg(c.change order by c.at), '[]') into changes
    from jsonb_array_elements(changes) with ordinality as c(change, at) where not c.at = any (dropped);
  end if;
  return changes;
end
$$;

-- What is not settled is not what the log has set.
create function airtable.without_pending(rows_of text, changes jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  settled jsonb;
begin
  if not exists (select from airtable.outbox o where o.open and o.table_name = rows_of) then
    return changes;
  end if;
  execute format($query$
    select jsonb_agg(case when p.columns is null then c else jsonb_set(c, '{values}', (c -> 'values') - p.columns) end)
    from jsonb_array_elements($1) as c
    left join public.%I t on t.airtable_id = c ->> 'airtable_id'
    left join lateral (
      select array_agg(f.column_name) as columns from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = t.id and o.open and f.state = 'open') as p on true $query$, rows_of)
  into settled using changes;
  return coalesce(settled, '[]');
end
$$;

-- Of a record: what differs from Airtable by intent.
create function airtable.pending_columns(record text) returns text[]
language sql stable set search_path = ''
begin atomic
  select coalesce(array_agg(distinct f.column_name), '{}')
  from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
  where o.open and f.state = 'open' and o.row_id in (
    select t.id from public.organizations t where t.airtable_id = record
    union all select t.id from public.contacts t where t.airtable_id = record
    union all select t.id from public.startups t where t.airtable_id = record
    union all select t.id from public.signals t where t.airtable_id = record
    union all select t.id from public.connections t where t.airtable_id = record
    union all select t.id from public.interactions t where t.airtable_id = record);
end;

-- A record that was made for a row of ours says so in its field "Live ID". It may come by the log before whoever made it
-- could note it, or be linked to before that: then a row stands for it already, and what hangs there moves over.
create function airtable.adopt_record(rows_of text, of_row uuid, record text, made_at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  other uuid;
  child record;
  adopted boolean;
begin
  execute format('select t.id from public.%I t where t.airtable_id = $1', rows_of) into other using record;
  execute format('select t.airtable_id is null from public.%I t where t.id = $1 for update', rows_of) into adopted using of_row;
  if not coalesce(adopted, false) or other = of_row then
    return false;
  end if;
  if other is not null then
    for child in
      select k.conrelid::regclass as rows, a.attname as col
      from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.contype = 'f' and k.confrelid = format('public.%I', rows_of)::regclass
    loop
      execute format('update %s set %2$I = $1 where %2$I = $2', child.rows, child.col) using of_row, other;
    end loop;
    execute format('delete from public.%I where id = $1', rows_of) using other;
  end if;
  execute format('update public.%I set airtable_id = $2, airtable_edited_at = coalesce(airtable_edited_at, $3), received_at = now()
    where id = $1', rows_of) using of_row, record, made_at;
  return true;
end
$$;

create function airtable.adopt_records(rows_of text, changes jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  found_here record;
begin
  for found_here in execute format($query$
    select t.id, c ->> 'airtable_id' as record, coalesce(c ->> 'edited_at', c ->> 'created_at')::timestamptz as at
    from jsonb_array_elements($1) as c
    join public.%I t on t.id = case when pg_input_is_valid(c -> 'values' ->> 'live_id', 'uuid') then (c -> 'values' ->> 'live_id')::uuid end
    where t.airtable_id is null $query$, rows_of)
  using changes loop
    perform airtable.adopt_record(rows_of, found_here.id, found_here.record, found_here.at);
  end loop;
end
$$;
