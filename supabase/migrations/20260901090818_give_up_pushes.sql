-- How an entry of the outbox ends without being kept: its fields are given up with a reason, the rows hold again what
-- Airtable has, and what is not known for certain is read.

create function airtable.record_of(rows_of text, of_row uuid) returns text
language plpgsql stable set search_path = '' as $$
declare
  record text;
begin
  execute format('select t.airtable_id from public.%I t where t.id = $1 and t.deleted_at is null', rows_of) into record using of_row;
  return record;
end
$$;

-- What the row holds in these columns is not what the log set there last, so that a snapshot may write them. The read comes
-- when one that lags behind the log, by the time that is allowed for that, cannot be older.
create function airtable.read_cells_again(base text, cells jsonb) returns integer
language plpgsql set search_path = '' as $$
declare
  given record;
  touched timestamptz;
  asked integer := 0;
begin
  for given in
    select o.table_id, airtable.record_of(o.table_name, o.row_id) as record, array_agg(distinct c.column) as columns
    from jsonb_to_recordset(cells) as c(id bigint, "column" text) join airtable.outbox o on o.id = c.id
    group by 1, 2
  loop
    continue when given.record is null;
    select t.touched_at into touched from airtable.touches t where t.record_id = given.record and t.columns ?| given.columns;
    update airtable.touches t set columns = t.columns - given.columns where t.record_id = given.record;
    asked := asked + airtable.ask_again(base, given.table_id, array[given.record], 'airtable');
    if touched > now() - interval '11 seconds' then
      update airtable.rereads r set not_before = touched + interval '11 seconds' where r.record_id = given.record;
    end if;
  end loop;
  return asked;
end
$$;

-- cells: [{id, column}] of entries that ended without being kept. The rows hold again what Airtable has: as far as it is
-- known at once, and then as it is read.
create function airtable.roll_back(base text, cells jsonb) returns void
language plpgsql set search_path = '' set timezone = 'UTC' as $$
declare
  given record;
begin
  for given in
    select o.row_id, o.table_name, f.column_name, coalesce(f.theirs, f.was) as value, f.mine
    from jsonb_to_recordset(cells) as c(id bigint, "column" text)
    join airtable.outbox o on o.id = c.id
    join airtable.outbox_fields f on f.outbox_id = c.id and f.column_name = c.column
    order by c.id desc
  loop
    begin
      execute format('update public.%1$I t set %2$I = (jsonb_populate_record(t, $2)).%2$I
        where t.id = $1 and to_jsonb(t.%2$I) is not distinct from nullif($3, ''null'')', given.table_name, given.column_name)
      using given.row_id, jsonb_build_object(given.column_name, given.value), given.mine;
    exception when data_exception or integrity_constraint_violation then
      -- What is there cannot be stored; the read that follows says so.
      null;
    end;
  end loop;
  perform airtable.read_cells_again(base, cells);
end
$$;

create function airtable.give_up_fields(base text, cells jsonb, outcome text, reason text) returns void
language plpgsql set search_path = '' as $$
begin
  if jsonb_array_length(cells) = 0 then
    return;
  end if;
  update airtable.outbox_fields f set state = outcome
  from jsonb_to_recordset(cells) as c(id bigint, "column" text)
  where f.outbox_id = c.id and f.column_name = c.column and f.state = 'open';
  update airtable.outbox o set error = left(reason, 2000)
  where o.id in (select (c ->> 'id')::bigint from jsonb_array_elements(cells) c) and reason is not null;
  perform airtable.roll_back(base, cells);
  perform airtable.settle_entries(array(select (c ->> 'id')::bigint from jsonb_array_elements(cells) c));
  if outcome = 'refused' then
    perform airtable.tell_actors(cells, 'write:refused');
  end if;
end
$$;

create function airtable.give_up_entries(base text, entries bigint[], outcome text, reason text) returns void
language sql set search_path = ''
begin atomic
  select airtable.give_up_fields(base, coalesce(jsonb_agg(jsonb_build_object('id', f.outbox_id, 'column', f.column_name)), '[]'), outcome, reason)
  from airtable.outbox_fields f where f.outbox_id = any (entries) and f.state = 'open';
end;

-- Why a field was refused is not forgotten while the entry's others are on their way.
create function airtable.has_refusal(entry bigint) returns boolean
language sql stable set search_path = ''
begin atomic
  select exists (select from airtable.outbox_fields f where f.outbox_id = entry and f.state = 'refused');
end;

-- Entries that cannot be sent any more: their field is gone, or their row.
create function airtable.give_up_lost(base text) returns void
language plpgsql set search_path = '' as $$
declare
  lost record;
  mirrored text;
  gone bigint[];
begin
  -- What has arrived there is not lost with its field.
  with arrived as (
    update airtable.outbox_fields f set state = 'done'
    from airtable.outbox o where o.id = f.outbox_id and o.base_id = base and o.state = 'sent' and f.state = 'open' and not exists (
      select from airtable.field_bindings b where b.base_id = base and b.field_id = f.field_id and b.drift is null)
    returning f.outbox_id
  )
  select array_agg(a.outbox_id) into gone from arrived a;
  perform airtable.settle_entries(gone);
  for lost in
    select coalesce(b.drift, 'The field is bound to nothing any more') as reason,
      jsonb_agg(jsonb_build_object('id', o.id, 'column', f.column_name)) as cells
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id and f.state = 'open'
    left join airtable.field_bindings b on b.base_id = o.base_id and b.field_id = f.field_id
    where o.base_id = base and o.open and (b.field_id is null or b.drift is not null) group by 1
  loop
    perform airtable.give_up_fields(base, lost.cells, 'refused', lost.reason);
  end loop;
  for mirrored in select distinct o.table_name from airtable.outbox o where o.base_id = base and o.open loop
    execute format('select array_agg(o.id) from airtable.outbox o left join public.%I t on t.id = o.row_id
      where o.base_id = $1 and o.state = ''sent'' and o.table_name = $2 and (t.id is null or t.deleted_at is not null)', mirrored)
    into gone using base, mirrored;
    update airtable.outbox_fields f set state = 'done' where f.outbox_id = any (gone) and f.state = 'open';
    perform airtable.settle_entries(gone);
    for lost in execute format('select array_agg(o.id) as ids, case when t.airtable_id is null then ''The row was deleted here''
        else ''The record was deleted in Airtable'' end as reason
      from airtable.outbox o left join public.%I t on t.id = o.row_id
      where o.base_id = $1 and o.open and o.table_name = $2 and o.state <> ''sent'' and (t.id is null or t.deleted_at is not null)
      group by 2', mirrored)
    using base, mirrored loop
      perform airtable.give_up_entries(base, lost.ids, 'refused', lost.reason);
    end loop;
  end loop;
end
$$;
