-- Who changed something is told when Airtable did not keep it, or somebody was newer there.

create function airtable.shown_value(rows_of text, col text, value jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  parents text;
  shown text;
begin
  if coalesce(value, 'null') in ('null', '""') then
    return 'nothing';
  end if;
  select p.relname into parents
  from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass and a.attname = col;
  if parents is not null and pg_input_is_valid(value #>> '{}', 'uuid') then
    execute format('select coalesce(r ->> ''title'', r ->> ''name'', r ->> ''full_name'', ''another record'')
      from (select to_jsonb(p) as r from public.%I p where p.id = $1) as p', parents) into shown using (value #>> '{}')::uuid;
    return coalesce(shown, 'another record');
  end if;
  return case value when 'true' then 'yes' when 'false' then 'no' else '“' || left(value #>> '{}', 200) || '”' end;
end
$$;

create function airtable.row_title(rows_of text, of_row uuid) returns text
language plpgsql stable set search_path = '' as $$
declare
  title text;
begin
  execute format('select coalesce(r ->> ''title'', r ->> ''name'', r ->> ''full_name'', (
      select t.name from public.startups t where t.id = (r ->> ''startup_id'')::uuid), left(r ->> ''summary'', 80))
    from (select to_jsonb(t) as r from public.%I t where t.id = $1) as t', rows_of) into title using of_row;
  return coalesce(nullif(title, ''), 'a record without a title');
end
$$;

-- cells: [{id, column}] of entries that ended. Staff alone, of rows that they may still see; of many rows at once, once.
create function airtable.tell_actors(cells jsonb, kind text) returns void
language plpgsql set search_path = '' as $$
declare
  refused constant boolean := kind = 'write:refused';
begin
  if jsonb_array_length(cells) = 0 then
    return;
  end if;
  with fields as (
    select o.actor, o.table_name, o.row_id, o.error, f.column_name, f.was, f.mine, f.theirs
    from jsonb_to_recordset(cells) as c(id bigint, "column" text)
    join airtable.outbox o on o.id = c.id
    join airtable.outbox_fields f on f.outbox_id = o.id and f.column_name = c.column
    join auth.users u on u.id = o.actor
    where private.role_of(o.actor) is not null
  ), rows_told as (
    select f.actor, f.table_name, f.row_id,
      string_agg(format('%s: yours %s, %sbefore %s', live.capitalized(private.field_words(f.column_name)),
        airtable.shown_value(f.table_name, f.column_name, f.mine),
        case when refused then '' else format('theirs %s, ', airtable.shown_value(f.table_name, f.column_name, f.theirs)) end,
        airtable.shown_value(f.table_name, f.column_name, f.was)), E'\n' order by f.column_name) as words,
      string_agg(distinct private.field_words(f.column_name), ', ') as names, min(f.error) as error
    from fields f group by f.actor, f.table_name, f.row_id
  ), people as (
    select r.actor, count(*) as n, min(r.table_name) as table_name, min(r.row_id::text)::uuid as row_id, min(r.words) as words,
      min(r.names) as names, min(r.error) as error
    from rows_told r
    where coalesce(airtable.region_of(r.table_name, r.row_id) = any (private.regions_of(r.actor)), true)
      and live.wants_news(r.actor, kind, null, airtable.region_of(r.table_name, r.row_id))
    group by r.actor
  )
  insert into public.notifications (user_id, kind, title, body, entity, entity_id, severity, count, created_at)
  select p.actor, kind,
    left(case
      when p.n > 1 and refused then format('Airtable refused %s of your changes', p.n)
      when p.n > 1 then format('%s of your changes were overtaken in Airtable', p.n)
      when refused then format('Airtable refused the %s of %s', p.names, airtable.row_title(p.table_name, p.row_id))
      else format('Newer in Airtable: the %s of %s', p.names, airtable.row_title(p.table_name, p.row_id)) end, 300),
    left(case when p.n > 1 then null else concat_ws(E'\n', case when refused then p.error end, p.words,
      case when refused then 'The record shows what Airtable has.' else 'The record shows theirs. Open it to make your change again.' end) end, 2000),
    left(p.table_name, -1), case when p.n = 1 then p.row_id end, 'warning', p.n, clock_timestamp()
  from people p;
end
$$;
comment on function airtable.tell_actors(jsonb, text) is
  'Notifies who left the entries that a field was refused, or was newer in Airtable: mine, theirs, and what it was before.';

create function airtable.region_of(rows_of text, of_row uuid) returns public.region
language plpgsql stable set search_path = '' as $$
declare
  region public.region;
begin
  execute format('select (to_jsonb(t) ->> ''region'')::public.region from public.%I t where t.id = $1', rows_of) into region using of_row;
  return region;
end
$$;
