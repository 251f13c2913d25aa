-- The canary: a cell of the base's own table "Live canary" is given a new value now and then, and the way to Airtable and
-- back is proven when the payload log brings exactly that value.

create table airtable.canaries (
  base_id text primary key,
  is_on boolean not null default false,
  every_minutes integer not null default 5 check (every_minutes in (1, 5, 15)),
  -- Since when it is on without a break: what was proven before says nothing of today.
  on_since timestamptz,
  -- Where it is written; null until the table was found in the base. The record is made when there is none.
  table_id text,
  field_id text,
  record_id text,
  next_at timestamptz not null default now(),
  -- What was sent last and has not come back.
  nonce text,
  sent_at timestamptz,
  under_way boolean not null default false,
  -- Of the last proof.
  proven_at timestamptz,
  round_trip_ms integer,
  -- Of the rounds since then that failed: the first, the last, and why.
  failing_since timestamptz,
  failed_at timestamptz,
  error text
);
comment on table airtable.canaries is 'One row a base: whether its canary flies, how often, and how the last round ended.';
alter table airtable.canaries enable row level security;

create table airtable.canary_rounds (
  id bigint generated always as identity primary key,
  base_id text not null references airtable.canaries (base_id) on delete cascade,
  -- Null: nothing could be sent.
  sent_at timestamptz,
  ended_at timestamptz not null,
  round_trip_ms integer,
  error text
);
comment on table airtable.canary_rounds is 'Rounds that have ended, for a week: how long they took, or why they failed.';
create index canary_rounds_base_id_idx on airtable.canary_rounds (base_id, ended_at desc);
alter table airtable.canary_rounds enable row level security;

-- Whoever reads the log may be slow; whoever waits longer than this would rather be told.
create function airtable.canary_patience() returns interval
language sql immutable set search_path = '' return interval '2 minutes';

create function airtable.canary_trouble(canary airtable.canaries) returns text
language sql stable set search_path = ''
begin atomic
  select case
    when not canary.is_on then null
    when canary.failing_since is not null then canary.error
    when canary.under_way and canary.sent_at < now() - airtable.canary_patience()
      then 'The proof was written, and did not come back within 2 minutes.'
    when not canary.under_way and canary.next_at < now() - interval '3 minutes'
      then 'No proof was sent for longer than it should be. Is the function running, and does cron call /drain?'
  end;
end;

create function airtable.canaries_due() returns setof text
language sql stable set search_path = ''
begin atomic
  select c.base_id from airtable.canaries c
  where c.is_on and c.next_at <= now() and (not c.under_way or c.sent_at < now() - airtable.canary_patience());
end;

create function airtable.end_rounds(failed airtable.canaries[], reason text) returns void
language sql set search_path = ''
begin atomic
  update airtable.canaries c set under_way = false, failed_at = now(), failing_since = coalesce(c.failing_since, now()),
    error = left(reason, 1000)
  from unnest(failed) as f where c.base_id = f.base_id;
  insert into airtable.canary_rounds (base_id, sent_at, ended_at, error)
  select f.base_id, case when f.under_way then f.sent_at end, now(), left(reason, 1000) from unnest(failed) as f;
end;

-- What did not come back in time may still come, and then it is a proof like any other.
create function airtable.give_up_rounds() returns void
language plpgsql set search_path = '' as $$
declare
  late airtable.canaries[];
begin
  select array_agg(c) into late from (
    select c.* from airtable.canaries c
    where c.under_way and c.sent_at < now() - airtable.canary_patience() order by c.base_id for update
  ) as c;
  perform airtable.end_rounds(late, 'The proof was written, and did not come back within 2 minutes.');
end
$$;

-- One process a round: whoever gets a row flies it, and the others find it not due any more.
create function airtable.take_canary(base text) returns table (table_id text, field_id text, record_id text)
language plpgsql set search_path = '' as $$
begin
  perform airtable.give_up_rounds();
  return query
    update airtable.canaries c set next_at = now() + make_interval(mins => c.every_minutes)
    where c.base_id = base and c.is_on and c.next_at <= now() and not c.under_way
    returning c.table_id, c.field_id, c.record_id;
end
$$;
comment on function airtable.take_canary(text) is 'Takes the round that is due, and says where it is written. No row: none is due, or somebody else has it.';

create function airtable.place_canary(base text, in_table text, in_field text) returns void
language sql set search_path = ''
begin atomic
  insert into airtable.canaries as c (base_id, table_id, field_id) values (base, in_table, in_field)
  on conflict (base_id) do update set table_id = excluded.table_id, field_id = excluded.field_id,
    record_id = case when c.table_id = excluded.table_id then c.record_id end;
end;
comment on function airtable.place_canary(text, text, text) is 'Keeps where the canary of a base is written; null where the base has no such table.';

-- Before it is sent: what comes back is known whatever becomes of the process. False: it was switched off meanwhile.
create function airtable.send_canary(base text, new_nonce text, to_record text) returns boolean
language sql set search_path = ''
begin atomic
  update airtable.canaries c set nonce = new_nonce, sent_at = clock_timestamp(), under_way = true, record_id = to_record
  where c.base_id = base and c.is_on
  returning true;
end;

create function airtable.note_canary_record(base text, of_nonce text, its_record text) returns void
language sql set search_path = ''
begin atomic
  update airtable.canaries c set record_id = its_record where c.base_id = base and c.nonce = of_nonce;
end;

-- sent: the nonce, once it was sent: it may have come back all the same.
create function airtable.fail_canary(base text, sent text, reason text, wait_ms double precision) returns void
language plpgsql set search_path = '' as $$
declare
  failed airtable.canaries[];
begin
  select array_agg(c) into failed from (
    select c.* from airtable.canaries c where c.base_id = base and c.is_on and (sent is null or c.nonce = sent) for update
  ) as c;
  perform airtable.end_rounds(failed, reason);
  update airtable.canaries c set next_at = greatest(c.next_at, now() + make_interval(secs => wait_ms / 1000))
  from unnest(failed) as f where c.base_id = f.base_id;
end
$$;

-- Airtable wants to be left alone: nothing failed, and nothing is proven.
create function airtable.postpone_canary(base text, wait_ms double precision) returns void
language sql set search_path = ''
begin atomic
  update airtable.canaries c set under_way = false, next_at = now() + make_interval(secs => wait_ms / 1000)
  where c.base_id = base and c.is_on;
end;

-- proofs: [{table_id, field_id, record_id, nonce}] of a page, in its transaction. Whatever else stands in such a cell, or
-- this value in another record, proves nothing. Where the base's tables have changed, what was in the way may be gone, or
-- may have come: that is seen at once.
create function airtable.note_proofs(webhook text, proofs jsonb, schema_changed boolean) returns void
language plpgsql set search_path = '' as $$
declare
  base constant text := (select w.base_id from airtable.webhooks w where w.id = webhook);
begin
  with proven as (
    update airtable.canaries c set nonce = null, under_way = false, record_id = p.record_id,
      proven_at = clock_timestamp(), round_trip_ms = extract(epoch from clock_timestamp() - c.sent_at) * 1000,
      failing_since = null, failed_at = null, error = null
    from jsonb_to_recordset(proofs) as p(table_id text, field_id text, record_id text, nonce text)
    where c.base_id = base and c.is_on and c.nonce = p.nonce
      and c.table_id = p.table_id and c.field_id = p.field_id and coalesce(c.record_id, p.record_id) = p.record_id
    returning c.base_id, c.sent_at, c.proven_at, c.round_trip_ms
  )
  insert into airtable.canary_rounds (base_id, sent_at, ended_at, round_trip_ms)
  select p.base_id, p.sent_at, p.proven_at, p.round_trip_ms from proven p;
  if schema_changed then
    update airtable.canaries c set next_at = now() where c.base_id = base and c.is_on;
    if found then
      perform airtable.call_push(base);
    end if;
  end if;
end
$$;
comment on function airtable.note_proofs(text, jsonb, boolean) is
  'Notes that what was sent has come back; to be called in the transaction of its page.';

-- What all staff may know: nothing of where it is written. Of several bases, the worst.
create function airtable.proof() returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object('on', count(*) > 0, 'every_minutes', max(c.every_minutes), 'on_since', max(c.on_since),
    'proven_at', case when bool_and(c.proven_at is not null) then min(c.proven_at) end,
    'round_trip_ms', (array_agg(c.round_trip_ms order by c.proven_at nulls first))[1],
    'failing_since', min(c.failing_since), 'failed_at', max(c.failed_at),
    'error', (array_agg(c.error order by c.failing_since nulls last))[1])
  from airtable.canaries c where c.is_on;
end;

create table airtable.proof_told (
  only_row boolean primary key default true check (only_row),
  proof jsonb not null
);
comment on table airtable.proof_told is 'What the channel network was last told of the proof.';
alter table airtable.proof_told enable row level security;

-- For a transaction that tells nothing else on a channel before it in name order, as airtable.announce.
create function airtable.tell_proof() returns void
language plpgsql set search_path = '' as $$
declare
  now_told jsonb;
begin
  insert into airtable.proof_told (proof) values ('{"on": false}') on conflict do nothing;
  -- Held before the look: whoever looks later tells later.
  perform from airtable.proof_told for update;
  now_told := airtable.proof();
  update airtable.proof_told t set proof = now_told
  where t.proof <> now_told and (t.proof -> 'on' = 'true' or now_told -> 'on' = 'true');
  if found then
    perform airtable.announce('network', 'airtable:canary:changed', now_told || jsonb_build_object('at', clock_timestamp()));
  end if;
end
$$;
comment on function airtable.tell_proof() is 'Tells staff when Live was last proven, where that has changed.';

create function airtable.watch_canaries() returns void
language plpgsql set search_path = '' as $$
begin
  perform airtable.give_up_rounds();
  delete from airtable.canary_rounds r where r.ended_at < now() - interval '7 days';
  perform airtable.tell_proof();
end
$$;
comment on function airtable.watch_canaries() is 'Gives up the rounds that are late, and tells how it stands. Called after each drain, and by cron for when there is none.';

do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron;
    perform cron.schedule('watch the canary', '* * * * *', 'select airtable.watch_canaries()');
  end if;
end
$$;
