-- What is to be sent is compared with what Airtable holds at that moment, and what Airtable answered is noted, field by
-- field: whoever changed a field there since wins it, and the rest goes through.

create function airtable.sending(base text, row_ids uuid[]) returns bigint[]
language sql stable set search_path = ''
begin atomic
  select coalesce(array_agg(o.id), '{}') from airtable.outbox o
  where o.base_id = base and o.row_id = any (row_ids) and o.state = 'sending';
end;

create function airtable.note_sent(base text, row_ids uuid[]) returns void
language sql set search_path = ''
begin atomic
  update airtable.outbox o set state = 'sent', sent_at = clock_timestamp()
  where o.base_id = base and o.row_id = any (row_ids) and o.state = 'sending';
end;

-- found: [{row_id, values}] as Airtable has the records now, without what cannot be read; absent: row ids. Returns what is to be sent:
-- [{row_id, columns}]. The others are ended, or wait for what was sent before.
create function airtable.decide_pushes(base text, by_holder uuid, found_there jsonb, absent uuid[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  there record;
  cell record;
  came jsonb;
  columns text[];
  sends jsonb := '[]';
  overtaken jsonb := '[]';
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.give_up_entries(base, airtable.sending(base, absent), 'refused', 'The record is not in the base any more');
  for there in
    select r.row_id, r.values, min(o.table_name) as table_name
    from jsonb_to_recordset(found_there) as r(row_id uuid, "values" jsonb)
    join airtable.outbox o on o.row_id = r.row_id and o.state = 'sending' and o.base_id = base
    group by r.row_id, r.values
  loop
    came := airtable.as_row(there.table_name, there.values);
    columns := '{}';
    for cell in
      select f.*, array(
        -- What was sent just now may not show yet.
        select v from airtable.outbox s join airtable.outbox_fields g on g.outbox_id = s.id, unnest(array[g.was, g.mine]) as v
        where s.row_id = there.row_id and s.state = 'sent' and s.sent_at > clock_timestamp() - interval '10 seconds'
          and g.column_name = f.column_name and g.state = 'open') as lately
      from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = there.row_id and o.state = 'sending' and f.state = 'open'
    loop
      if came -> cell.column_name = cell.mine then
        continue;
      elsif came -> cell.column_name = cell.was or came -> cell.column_name = any (cell.lately) then
        columns := columns || cell.column_name;
      else
        update airtable.outbox_fields f set state = 'superseded', theirs = came -> cell.column_name
        where f.outbox_id = cell.outbox_id and f.column_name = cell.column_name;
        overtaken := overtaken || jsonb_build_object('id', cell.outbox_id, 'column', cell.column_name);
      end if;
    end loop;
    if columns = '{}' then
      perform airtable.note_sent(base, array[there.row_id]);
    else
      sends := sends || jsonb_build_object('row_id', there.row_id, 'columns', columns);
    end if;
  end loop;
  if overtaken <> '[]' then
    perform airtable.settle_entries(array(select (c ->> 'id')::bigint from jsonb_array_elements(overtaken) c));
    perform airtable.roll_back(base, overtaken);
    perform airtable.tell_actors(overtaken, 'write:superseded');
  end if;
  return sends;
end
$$;
comment on function airtable.decide_pushes(text, uuid, jsonb, uuid[]) is
  'Compares what is to be sent with what is there, field by field: mine is there, nothing has moved, or somebody was newer.';

-- written: [{row_id, record_id, made_at, values}] as Airtable answered; refused: [{row_id, columns, error}].
create function airtable.record_pushes(base text, by_holder uuid, written jsonb, refused jsonb) returns void
language plpgsql set search_path = '' set timezone = 'UTC' as $$
declare
  done record;
  refusal record;
  cell record;
  came jsonb;
begin
  perform airtable.hold_push(base, by_holder);
  for refusal in select * from jsonb_to_recordset(refused) as r(row_id uuid, columns text[], error text) loop
    perform airtable.give_up_fields(base, coalesce((
      select jsonb_agg(jsonb_build_object('id', f.outbox_id, 'column', f.column_name)) from airtable.outbox_fields f
      where f.outbox_id = any (airtable.sending(base, array[refusal.row_id])) and f.state = 'open'
        and f.column_name = any (refusal.columns)), '[]'), 'refused', refusal.error);
  end loop;
  for done in
    select d.*, o.table_name from jsonb_to_recordset(written) as d(row_id uuid, record_id text, made_at timestamptz, "values" jsonb)
    join lateral (select min(o.table_name) as table_name from airtable.outbox o where o.row_id = d.row_id) as o on true
  loop
    if done.made_at is not null then
      perform airtable.adopt_record(done.table_name, done.row_id, done.record_id, done.made_at);
    end if;
    came := airtable.as_row(done.table_name, done.values);
    -- What Airtable made of it: a rounded number, a shortened time.
    for cell in
      select f.outbox_id, f.column_name, f.mine from airtable.outbox_fields f
      where f.outbox_id = any (airtable.sending(base, array[done.row_id])) and f.state = 'open'
        and came ? f.column_name and came -> f.column_name <> f.mine
    loop
      execute format('update public.%1$I t set %2$I = (jsonb_populate_record(null::public.%1$I, $2)).%2$I
        where t.id = $1 and to_jsonb(t.%2$I) is not distinct from nullif($3, ''null'')', done.table_name, cell.column_name)
      using done.row_id, came, cell.mine;
      update airtable.outbox_fields f set mine = came -> cell.column_name
      where f.outbox_id = cell.outbox_id and f.column_name = cell.column_name;
    end loop;
    perform airtable.note_sent(base, array[done.row_id]);
  end loop;
end
$$;
comment on function airtable.record_pushes(text, uuid, jsonb, jsonb) is
  'What Airtable took, and what it refused and why. What it took is closed when it comes back.';

-- made: [{row_id, record_id, made_at}]: records that stand for rows now, though not all of their cells are there yet.
create function airtable.adopt_pushes(base text, by_holder uuid, made jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.adopt_record((select min(o.table_name) from airtable.outbox o where o.row_id = m.row_id), m.row_id, m.record_id, m.made_at)
  from jsonb_to_recordset(made) as m(row_id uuid, record_id text, made_at timestamptz);
end
$$;
