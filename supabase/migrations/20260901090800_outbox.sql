-- What people do here has to be done in Airtable as well. The transaction that changes a mirrored row leaves an entry in
-- the outbox, by trigger, so that no action can forget it and an edit in SQL is sent too. Until Airtable has it, the row
-- shows the new value, and what comes from there is compared field by field (airtable.respect_outbox).

create table airtable.outbox (
  id bigint generated always as identity primary key,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  row_id uuid not null,
  -- The record is to be made. Any other entry is a change of one.
  creation boolean not null default false,
  actor uuid,
  source text not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Sent: Airtable has it, and its payload has not come back yet.
  state text not null default 'pending'
    check (state in ('pending', 'sending', 'sent', 'done', 'parked', 'superseded', 'discarded')),
  -- Parked for good: the row holds Airtable's value again. Otherwise it is tried again by itself.
  rolled_back boolean not null default false,
  open boolean not null generated always as
    (state in ('pending', 'sending', 'sent') or (state = 'parked' and not rolled_back)) stored,
  attempts integer not null default 0,
  not_before timestamptz not null default now(),
  error text,
  sent_at timestamptz,
  done_at timestamptz
);
comment on table airtable.outbox is 'What was changed here and is to be changed in Airtable: one entry a record and statement.';
create index outbox_row_id_idx on airtable.outbox (row_id) where open;
create index outbox_base_id_idx on airtable.outbox (base_id, id) where open;
create index outbox_state_idx on airtable.outbox (state, id);

create table airtable.outbox_fields (
  outbox_id bigint not null references airtable.outbox (id) on delete cascade,
  column_name text not null,
  field_id text not null,
  -- As in to_jsonb of the row: links are ids of rows.
  was jsonb,
  mine jsonb,
  theirs jsonb,
  state text not null default 'open' check (state in ('open', 'done', 'superseded', 'refused', 'discarded')),
  primary key (outbox_id, column_name)
);
comment on table airtable.outbox_fields is 'The cells of an entry: what it changes them to, from what, and what Airtable had instead.';

alter table airtable.outbox enable row level security;
alter table airtable.outbox_fields enable row level security;

-- Tells whoever pushes, when the transaction commits: a listener, or the function itself where the platform can post.
-- Once a transaction: a listener hears equal notices as one, but every post would be one more run of the function.
create function airtable.call_push(base text) returns void
language plpgsql set search_path = '' as $$
declare
  url text;
  secret text;
begin
  perform pg_notify('airtable_outbox', base);
  if to_regproc('net.http_post') is not null and to_regclass('vault.decrypted_secrets') is not null then
    execute $query$select max(decrypted_secret) filter (where name = 'airtable_push_url'),
      max(decrypted_secret) filter (where name = 'airtable_sync_secret') from vault.decrypted_secrets$query$ into url, secret;
    if url is not null and secret is not null and current_setting('airtable.push_called', true) is distinct from url then
      perform set_config('airtable.push_called', url, true);
      execute 'select net.http_post(url := $1, body := ''{"background": true}''::jsonb, headers := $2)'
      using url, jsonb_build_object('content-type', 'application/json', 'x-sync-secret', secret);
    end if;
  end if;
exception when others then
  -- The schedule finds the entry; the action is not undone because nobody could be told at once.
  insert into live.failures (channel, seq, error) values ('airtable_outbox', 0, sqlerrm);
end
$$;

-- Definer: who may change a row need not have rights on schema airtable. The time zone: times are compared as text.
create function airtable.note_edits() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  base text;
  edits jsonb;
begin
  -- What the mirror itself writes came from there.
  if current_setting('live.source', true) in ('airtable', 'automation', 'system') then
    return null;
  end if;
  select min(b.base_id) into base from airtable.field_bindings b where b.table_name = tg_table_name;
  if base is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    select jsonb_agg(jsonb_build_object('id', n.id, 'airtable_id', n.airtable_id, 'after', to_jsonb(n))) into edits
    from new_rows n where n.deleted_at is null and n.airtable_id is null;
  else
    select jsonb_agg(jsonb_build_object('id', n.id, 'airtable_id', n.airtable_id, 'before', to_jsonb(o), 'after', to_jsonb(n)))
    into edits
    from new_rows n join old_rows o on o.id = n.id where n.deleted_at is null and n.* is distinct from o.*;
  end if;
  if edits is not null then
    perform airtable.queue_edits(base, tg_table_name, edits);
  end if;
  return null;
end
$$;

-- A row that Airtable has never seen is made there whole, however it came about.
create function airtable.queue_edits(base text, rows_of text, edits jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  made_by constant text := coalesce(nullif(current_setting('live.source', true), ''),
    case when auth.uid() is null then 'sql' else 'admin' end);
begin
  with bound as (
    select b.table_id, b.field_id, b.column_name, b.column_name = min(b.column_name) over () as first
    from airtable.field_bindings b
    where b.base_id = base and b.table_name = rows_of and b.drift is null and b.column_name <> 'live_id'
  ), edited as (
    select (e ->> 'id')::uuid as id, e -> 'before' as before, e -> 'after' as after,
      e ->> 'airtable_id' is null and not exists (
        select from airtable.outbox o where o.row_id = (e ->> 'id')::uuid and o.creation and o.open) as creation
    from jsonb_array_elements(edits) as e
  ), cells as (
    select e.id, e.creation, b.table_id, b.field_id, b.column_name, e.after -> b.column_name as mine,
      -- What an empty cell is here.
      case when not e.creation then e.before -> b.column_name
        else airtable.as_row(rows_of, jsonb_build_object(b.column_name, null)) -> b.column_name end as was
    from edited e cross join bound b
    -- One cell at least, by which the entry is seen to end.
    where case when e.creation then b.first or e.after -> b.column_name not in ('null', 'false')
      else e.before -> b.column_name is distinct from e.after -> b.column_name end
  ), entries as (
    insert into airtable.outbox (base_id, table_id, table_name, row_id, creation, actor, source)
    select base, min(c.table_id), rows_of, c.id, bool_or(c.creation), auth.uid(), made_by
    from cells c group by c.id order by c.id
    returning id, row_id
  ), nowhere as (
    -- There is nothing left to make it of.
    insert into airtable.outbox (base_id, table_id, table_name, row_id, creation, actor, source, state, rolled_back, error, done_at)
    select base, d.table_id, rows_of, e.id, true, auth.uid(), made_by, 'parked', true, d.reason, clock_timestamp()
    from edited e cross join (
      select min(b.table_id) as table_id, coalesce(min(b.drift), 'No field of the table is bound') as reason
      from airtable.field_bindings b where b.base_id = base and b.table_name = rows_of
    ) as d
    where e.creation and not exists (select from bound) and not exists (
      select from airtable.outbox o where o.row_id = e.id and o.creation and o.state = 'parked')
  )
  insert into airtable.outbox_fields (outbox_id, column_name, field_id, was, mine)
  select e.id, c.column_name, c.field_id, c.was, c.mine from entries e join cells c on c.id = e.row_id;
  if found then
    perform airtable.call_push(base);
  end if;
end
$$;

do $$
declare
  mirrored text;
begin
  foreach mirrored in array array['organizations', 'contacts', 'startups', 'signals', 'connections', 'interactions'] loop
    execute format('create trigger queue_inserted after insert on public.%I referencing new table as new_rows
      for each statement execute function airtable.note_edits()', mirrored);
    execute format('create trigger queue_updated after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function airtable.note_edits()', mirrored);
  end loop;
end
$$;

-- That a row has its record's id now is no change that anybody made.
create or replace function private.field_changes(before jsonb, after jsonb) returns jsonb
language sql immutable set search_path = ''
begin atomic
  select coalesce(jsonb_object_agg(a.key, jsonb_build_array(before -> a.key, a.value)), '{}')
  from jsonb_each(after) as a
  where before -> a.key is distinct from a.value
    and a.key <> all (array['updated_at', 'received_at', 'airtable_edited_at', 'deleted_at', 'region', 'last_credit_change', 'airtable_id']);
end;
