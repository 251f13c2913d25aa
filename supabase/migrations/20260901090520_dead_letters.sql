-- What could not be stored stays visible until a good version comes.

create function airtable.write_letters(webhook text, base text, letters jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if jsonb_array_length(letters) = 0 then
    return;
  end if;
  insert into airtable.dead_letters as open (webhook_id, payload_number, base_id, table_id, record_id, cells, columns, reason)
  select distinct on (l.record_id) webhook, l.payload_number, base, l.table_id, l.record_id, l.cells, l.columns, l.reason
  from jsonb_to_recordset(letters) as
    l(payload_number bigint, table_id text, record_id text, cells jsonb, columns text[], reason text)
  order by l.record_id, l.payload_number desc nulls last
  on conflict (record_id) where resolved_at is null do update set
    webhook_id = excluded.webhook_id, payload_number = excluded.payload_number,
    cells = open.cells || excluded.cells, reason = excluded.reason,
    columns = case when open.columns is not null and excluded.columns is not null
      then array(select distinct c from unnest(open.columns || excluded.columns) as c order by c) end;
  -- Whoever wrote these may not know yet that a field is followed no more. Whoever is finding that out is waited for, or
  -- waits, and forgives these too.
  perform from airtable.field_bindings b where b.base_id = base order by b.field_id for share;
  perform airtable.forgive_drift(base);
end
$$;
comment on function airtable.write_letters(text, text, jsonb) is 'Adds to the open letter of a record, or opens one.';

-- Takes from the open letters what has been stored since, and opens letters for rows that the table refused. Returns how
-- many records are to be read again: those whose letter is about the whole row, of which a payload brings only a part.
create function airtable.settle_letters(webhook text, base text, of_table text, changes jsonb, refused jsonb, whole boolean default false)
returns integer
language plpgsql set search_path = '' as $$
declare
  torn text[];
begin
  perform airtable.write_letters(webhook, base, coalesce((
    select jsonb_agg(jsonb_build_object('table_id', coalesce(of_table, ''), 'record_id', r ->> 'airtable_id',
      'cells', c -> 'values', 'reason', r ->> 'reason'))
    from jsonb_array_elements(refused) r
    join jsonb_array_elements(changes) c on c ->> 'airtable_id' = r ->> 'airtable_id'), '[]'));
  if not exists (
    select from airtable.dead_letters d where d.base_id = base and d.table_id = coalesce(of_table, '') and d.resolved_at is null
  ) then
    return 0;
  end if;

  with stored as (
    select c ->> 'airtable_id' as id, array(select jsonb_object_keys(c -> 'values')) as columns,
      whole or coalesce((c ->> 'created')::boolean, false) as whole
    from jsonb_array_elements(changes) c
    where not exists (select from jsonb_array_elements(refused) r where r ->> 'airtable_id' = c ->> 'airtable_id')
  ), left_over as (
    select d.id, s.id as record_id, d.columns is null and not s.whole as torn,
      array(select unnest(d.columns) except select unnest(s.columns)) as columns
    from airtable.dead_letters d join stored s on s.id = d.record_id where d.resolved_at is null
  ), settled as (
    update airtable.dead_letters d
    set resolved_at = case when l.columns = '{}' then now() end,
      columns = case when l.columns = '{}' then d.columns else l.columns end
    from left_over l where d.id = l.id and not l.torn
  )
  select array_agg(l.record_id) into torn from left_over l where l.torn;
  return airtable.ask_again(base, of_table, coalesce(torn, '{}'), 'airtable');
end
$$;

-- A field that is not followed any more has no cells that could be stored.
create function airtable.forgive_drift(base text) returns void
language sql set search_path = ''
begin atomic
  update airtable.dead_letters d
  set resolved_at = case when l.columns = '{}' then now() end, columns = case when l.columns = '{}' then d.columns else l.columns end
  from (
    select o.id, array(
      select c from unnest(o.columns) as c
      where not exists (
        select from airtable.field_bindings b
        where b.base_id = base and b.table_id = o.table_id and b.column_name = c and b.drift is not null)) as columns
    from airtable.dead_letters o where o.base_id = base and o.resolved_at is null and o.columns is not null
  ) as l
  where d.id = l.id and l.columns <> d.columns;
end;

create function airtable.retry_dead_letter(letter bigint) returns boolean
language plpgsql set search_path = '' as $$
declare
  open airtable.dead_letters;
begin
  select * into open from airtable.dead_letters d where d.id = letter and d.resolved_at is null;
  if open.id is null or open.record_id !~ '^rec[A-Za-z0-9]+$' then
    return false;
  end if;
  perform airtable.ask_again(open.base_id, open.table_id, array[open.record_id], 'airtable');
  return true;
end
$$;
comment on function airtable.retry_dead_letter(bigint) is
  'Has the next drain read the record again: its letter is resolved when everything can be stored by then. False: there is nothing to retry.';
