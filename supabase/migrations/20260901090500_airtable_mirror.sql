-- State of the mirror: what was read of Airtable's payload log, and by whom.
--
-- A webhook is a hint; the payload log is the truth. What was read of it is a number (webhooks.cursor), and rows,
-- receipts and the new cursor commit together or not at all.

create table airtable.webhooks (
  id text primary key check (id ~ '^ach[A-Za-z0-9]+$'),
  base_id text not null check (base_id ~ '^app[A-Za-z0-9]+$'),
  -- Airtable shows it once, when the webhook is made.
  mac_secret_base64 text not null,
  -- Where it posts its pings; a webhook that died is made anew with the same.
  notification_url text,
  -- Number of the first payload that has not been applied.
  cursor bigint not null default 1 check (cursor >= 1),
  lease_holder uuid,
  lease_expires_at timestamptz,
  -- A ping came while the lease was held: the holder looks again before it lets go.
  dirty boolean not null default false,
  expires_at timestamptz,
  last_ping_at timestamptz,
  last_drained_at timestamptz,
  -- Airtable's time of the newest payload that was applied. Whatever comes later in the log is not older.
  last_payload_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table airtable.webhooks is 'One row a webhook: how far its payload log was applied, and who is reading it now.';
create index webhooks_base_id_idx on airtable.webhooks (base_id);

create table airtable.receipts (
  webhook_id text not null references airtable.webhooks (id) on delete cascade,
  -- Not the transaction number: Airtable splits one transaction over several payloads.
  payload_number bigint not null,
  base_transaction_number bigint,
  payload_timestamp timestamptz,
  applied_at timestamptz not null default now(),
  primary key (webhook_id, payload_number)
);
comment on table airtable.receipts is 'Payloads that were applied. Nothing is applied twice.';
create index receipts_applied_at_idx on airtable.receipts (applied_at);

create table airtable.dead_letters (
  id bigint generated always as identity primary key,
  webhook_id text references airtable.webhooks (id) on delete set null,
  -- Null for what was read over REST.
  payload_number bigint,
  base_id text not null,
  table_id text not null,
  record_id text not null,
  cells jsonb not null,
  -- Columns whose cells cannot be stored; the record's other columns are. Null: the table refused the whole row.
  columns text[],
  reason text not null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz
);
comment on table airtable.dead_letters is 'Cells that could not be stored, as they came, with the reason. The rest of their page was applied.';
create index dead_letters_webhook_id_idx on airtable.dead_letters (webhook_id);
-- One open letter a record: what comes later is added to it, or resolves it.
create unique index dead_letters_record_id_idx on airtable.dead_letters (record_id) where resolved_at is null;

create table airtable.runs (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('drain', 'backfill', 'reconcile', 'push', 'automation')),
  base_id text,
  webhook_id text references airtable.webhooks (id) on delete set null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  -- Continued: its time was over, or Airtable asked for a pause; another run goes on from there.
  state text not null default 'running' check (state in ('running', 'succeeded', 'continued', 'failed')),
  counts jsonb not null default '{}',
  error text
);
comment on table airtable.runs is 'Every run of the mirror: what it was, how it ended, what it counted.';
create index runs_started_at_idx on airtable.runs (started_at desc);
create index runs_webhook_id_idx on airtable.runs (webhook_id);

create table airtable.field_bindings (
  base_id text not null,
  table_id text not null,
  field_id text not null,
  table_name text not null,
  column_name text not null,
  -- As Airtable calls it; learnt at the first look at the schema.
  field_type text,
  -- Why this field is not followed any more; its column keeps what it holds.
  drift text,
  drifted_at timestamptz,
  primary key (base_id, field_id),
  unique (base_id, table_name, column_name)
);
comment on table airtable.field_bindings is 'Which Airtable field fills which column. By id, so that renaming a field changes nothing.';

alter table airtable.webhooks enable row level security;
alter table airtable.receipts enable row level security;
alter table airtable.dead_letters enable row level security;
alter table airtable.runs enable row level security;
alter table airtable.field_bindings enable row level security;

-- The lease ------------------------------------------------------------------------------------------------------

create function airtable.take_lease(webhook text, holder uuid, seconds integer)
returns table (base_id text, cursor bigint, stale boolean, newest timestamptz)
language plpgsql set search_path = '' as $$
begin
  -- Who held it before us and did not come back has a run that nobody will finish.
  update airtable.runs r set state = 'failed', finished_at = now(), error = 'The process ended before its work was done; another goes on from there.'
  from airtable.webhooks w
  where w.id = webhook and w.lease_expires_at < now() and w.lease_holder <> holder
    and r.webhook_id = w.id and r.kind = 'drain' and r.state = 'running';
  return query
    update airtable.webhooks w
    set lease_holder = holder, lease_expires_at = now() + make_interval(secs => seconds), dirty = false
    where w.id = webhook and (w.lease_holder is null or w.lease_expires_at < now() or w.lease_holder = holder)
    -- Airtable keeps a payload for a week.
    returning w.base_id, w.cursor, coalesce(w.last_drained_at, w.created_at) < now() - interval '7 days', w.last_payload_at;
  if not found then
    update airtable.webhooks w set dirty = true where w.id = webhook;
  end if;
end
$$;
comment on function airtable.take_lease(text, uuid, integer) is
  'Lets one drain run on a webhook at a time. No row: somebody else holds it, and was told to look again.';

create function airtable.renew_lease(webhook text, holder uuid, seconds integer) returns boolean
language sql set search_path = ''
begin atomic
  update airtable.webhooks w set lease_expires_at = now() + make_interval(secs => seconds)
  where w.id = webhook and w.lease_holder = holder
  returning true;
end;
comment on function airtable.renew_lease(text, uuid, integer) is 'Keeps a lease whose holder is alive. Null: it was lost.';

create function airtable.release_lease(webhook text, holder uuid) returns boolean
language sql set search_path = ''
begin atomic
  with before as (
    select w.id, w.dirty from airtable.webhooks w where w.id = webhook and w.lease_holder = holder for update
  )
  update airtable.webhooks w
  set lease_holder = case when b.dirty then w.lease_holder end,
    lease_expires_at = case when b.dirty then w.lease_expires_at end,
    dirty = false,
    last_drained_at = case when b.dirty then w.last_drained_at else now() end
  from before b where w.id = b.id
  returning b.dirty;
end;
comment on function airtable.release_lease(text, uuid) is
  'Lets go, unless a ping came meanwhile: then true, and the holder drains again. Null: the lease was lost.';

create function airtable.drop_lease(webhook text, holder uuid) returns void
language sql set search_path = ''
begin atomic
  update airtable.webhooks w set lease_holder = null, lease_expires_at = null
  where w.id = webhook and w.lease_holder = holder;
end;
comment on function airtable.drop_lease(text, uuid) is 'Lets go in the middle of the log: another goes on, and nothing says that it was drained.';
