-- How records become rows: one statement a table, the newest wins, in SQL.

create function airtable.stub_parents(parents text, airtable_ids text[]) returns void
language plpgsql set search_path = '' as $$
begin
  execute format(
    'insert into public.%I (id, airtable_id, deleted_at)
     select private.record_id(a), a, now() from unnest($1) as a
     where not exists (select from public.%I p where p.airtable_id = a)
     order by a on conflict (airtable_id) do nothing', parents, parents)
  using airtable_ids;
end
$$;
comment on function airtable.stub_parents(text, text[]) is
  'Makes hidden rows for records that others link to and that have not come yet.';

-- A change is {airtable_id, created, edited_at, values: {column: value}}, at most one a record. Columns that are
-- not named keep what they hold. Link columns hold the record id of the linked record, or null.
--
-- edited_at is the source version. A payload's is when Airtable made the edit: what is older than the row is left out.
-- A snapshot (a record read over REST) has none: it is kept off what is newer by airtable.apply_snapshot, and must not
-- claim a time either, or it would shut out the payloads that it was read before. It leaves the row's version as it is,
-- or lifts it to edited_at, which is no later than any payload still to come.
create function airtable.upsert_rows(rows_of text, changes jsonb, snapshot boolean default false) returns integer
language plpgsql set search_path = '' as $$
declare
  columns text;
  filled text;
  assigned text;
  compared text;
  joins text := '';
  linked text := '';
  link record;
  written integer;
  named text[];
begin
  -- Locked first, so that the columns a change does not name are read as they will be when it is written, and nobody
  -- changes here what is compared with what came.
  perform airtable.adopt_records(rows_of, changes);
  execute format('select count(*) from (select from public.%I where airtable_id in (
    select c ->> ''airtable_id'' from jsonb_array_elements($1) c) order by id for update) locked', rows_of)
  using changes;
  changes := airtable.respect_outbox(rows_of, changes, snapshot);
  -- Asked once: to look for each column in thousands of records costs as much as to write them.
  named := array(select distinct k from jsonb_array_elements(changes) as c, jsonb_object_keys(c -> 'values') as k);

  -- The columns that a record fills, in the words of the statement below. A column that may not be null and that
  -- the record leaves empty takes its default.
  select
    string_agg(format('%I', a.attname), ', '),
    string_agg(case when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end, ', '),
    string_agg(format('%I = excluded.%I', a.attname, a.attname), ', '),
    string_agg(format('t.%I is distinct from excluded.%I', a.attname, a.attname), ' or ')
  into columns, filled, assigned, compared
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped
    and a.attname = any (named);

  -- A link column is one that refers to a mirrored table. What it is joined to gives the row's id.
  for link in
    select a.attname as col, p.relname as parent, 'p' || a.attnum as alias
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_catalog.pg_class p on p.oid = k.confrelid
    where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass
      and a.attname = any (named)
  loop
    perform airtable.stub_parents(link.parent, array(
      select distinct c -> 'values' ->> link.col from jsonb_array_elements(changes) c
      where c -> 'values' ->> link.col is not null));
    joins := joins || format(' left join public.%I %I on %2$I.airtable_id = c."values" ->> %L', link.parent, link.alias, link.col);
    linked := linked || format(' || case when %I.id is null then ''{}'' else jsonb_build_object(%L, %1$I.id) end', link.alias, link.col);
  end loop;

  execute format($query$
    insert into public.%1$I as t (id, airtable_id, airtable_edited_at, received_at, deleted_at %2$s)
    select coalesce(e.id, private.record_id(c.airtable_id)), c.airtable_id,
      case when $2 then greatest(e.airtable_edited_at, c.edited_at) else c.edited_at end, now(),
      case when c.created or e.id is null or e.airtable_edited_at is null then null else e.deleted_at end %3$s
    from jsonb_to_recordset($1) as c(airtable_id text, created boolean, edited_at timestamptz, "values" jsonb)
    left join public.%1$I e on e.airtable_id = c.airtable_id %6$s
    cross join lateral jsonb_populate_record(coalesce(e, null::public.%1$I), c."values" %7$s) as r
    on conflict (airtable_id) do update set
      airtable_edited_at = excluded.airtable_edited_at, received_at = excluded.received_at,
      deleted_at = excluded.deleted_at %4$s
    where (t.airtable_edited_at is null or t.airtable_edited_at <= excluded.airtable_edited_at)
      and (t.airtable_edited_at is null or t.deleted_at is distinct from excluded.deleted_at %5$s
        -- What a snapshot brought before its payload came: now the time of the edit is known.
        or (not $2 and t.airtable_edited_at < excluded.airtable_edited_at))
  $query$, rows_of, ', ' || columns, ', ' || filled, ', ' || assigned, ' or ' || compared, joins, linked)
  using changes, snapshot;
  get diagnostics written = row_count;
  return written;
end
$$;
comment on function airtable.upsert_rows(text, jsonb, boolean) is
  'Writes records to a mirrored table. Returns how many rows changed. What is older than the row is left out.';

-- The rows of a page at once. When the table refuses one, one by one: {written, refused: [{airtable_id, reason}]}.
create function airtable.upsert_rows_or_refuse(rows_of text, changes jsonb, snapshot boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  change jsonb;
  written integer := 0;
  refused jsonb := '[]';
begin
  begin
    return jsonb_build_object('written', airtable.upsert_rows(rows_of, changes, snapshot), 'refused', refused);
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    null;
  end;
  for change in select c from jsonb_array_elements(changes) c loop
    begin
      written := written + airtable.upsert_rows(rows_of, jsonb_build_array(change), snapshot);
    exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
      refused := refused || jsonb_build_array(jsonb_build_object('airtable_id', change ->> 'airtable_id', 'reason', sqlerrm));
    end;
  end loop;
  return jsonb_build_object('written', written, 'refused', refused);
end
$$;
comment on function airtable.upsert_rows_or_refuse(text, jsonb, boolean) is
  'Writes records to a mirrored table; one that breaks a rule of the table does not keep the others out.';

create function airtable.delete_rows(rows_of text, changes jsonb, snapshot boolean default false) returns integer
language plpgsql set search_path = '' as $$
declare
  written integer;
begin
  execute format($query$
    update public.%I t set deleted_at = coalesce(c.edited_at, now()), received_at = now(),
      airtable_edited_at = greatest(t.airtable_edited_at, c.edited_at)
    from jsonb_to_recordset($1) as c(airtable_id text, edited_at timestamptz)
    where t.airtable_id = c.airtable_id and t.deleted_at is null
      and ($2 or t.airtable_edited_at is null or t.airtable_edited_at <= c.edited_at)
  $query$, rows_of) using changes, snapshot;
  get diagnostics written = row_count;
  return written;
end
$$;
comment on function airtable.delete_rows(text, jsonb, boolean) is 'Leaves tombstones. What is older than the row is left out.';
