-- What keeps the log coming: gaps, webhooks that died, fields that changed, and Airtable's limits.

-- From a break in the log on, what the log did before proves nothing: a scan brings the truth back.
create function airtable.forget_touches(base text) returns void
language sql set search_path = ''
begin atomic
  delete from airtable.touches t where t.base_id = base;
end;

create function airtable.note_gap(webhook text, by_holder uuid, to_cursor bigint, reason text) returns uuid
language plpgsql set search_path = '' as $$
declare
  base text;
begin
  update airtable.webhooks w set cursor = to_cursor where w.id = webhook and w.lease_holder = by_holder returning w.base_id into base;
  if base is null then
    raise exception using errcode = 'AL001', message = 'Another drain has this webhook now', hint = 'Nothing was written; its holder goes on.';
  end if;
  perform airtable.forget_touches(base);
  return airtable.begin_scan(base, reason, true);
end
$$;
comment on function airtable.note_gap(text, uuid, bigint, text) is
  'Payloads were lost: the log is read from to_cursor on, and the base is scanned. Both or neither.';

create function airtable.replace_webhook(old text, by_holder uuid, new text, secret text, url text, expires timestamptz, reason text)
returns uuid
language plpgsql set search_path = '' as $$
declare
  dead airtable.webhooks;
begin
  delete from airtable.webhooks w where w.id = old and w.lease_holder = by_holder returning * into dead;
  if dead.id is null then
    raise exception using errcode = 'AL001', message = 'Somebody else has replaced this webhook', hint = 'Nothing was written.';
  end if;
  insert into airtable.webhooks (id, base_id, mac_secret_base64, notification_url, expires_at, last_payload_at)
  values (new, dead.base_id, secret, url, expires, dead.last_payload_at);
  perform airtable.forget_touches(dead.base_id);
  perform airtable.note_successor(old, new, reason);
  return airtable.begin_scan(dead.base_id, reason, true);
end
$$;
comment on function airtable.replace_webhook(text, uuid, text, text, text, timestamptz, text) is
  'A webhook that died has a successor, whose log begins now; what happened in between is found by a scan. Refused (AL001) when the caller does not hold its lease.';

-- schema: [{table_id, field_id, type}], all of the base. Returns what is in drift now.
create function airtable.note_schema(base text, fields jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  healed text[];
begin
  -- Whoever writes rows has looked at what is in drift, or looks when this is known.
  perform pg_advisory_xact_lock(hashtextextended('airtable ' || base, 17));
  perform from airtable.field_bindings b where b.base_id = base order by b.field_id for update;
  update airtable.field_bindings b set field_type = f.type
  from jsonb_to_recordset(fields) as f(table_id text, field_id text, type text)
  where b.base_id = base and f.field_id = b.field_id and b.field_type is null and b.drift is null;

  with seen as (
    select b.field_id, b.table_id, b.drift as before, case
      when not exists (select from jsonb_array_elements(fields) f where f ->> 'table_id' = b.table_id) then 'The table was deleted'
      when f.field_id is null then 'The field was deleted'
      -- What it was before is not known, and so not whether it is that again.
      when b.field_type is null then b.drift
      when f.type <> b.field_type then format('The field was %s and is %s now', b.field_type, f.type)
    end as drift
    from airtable.field_bindings b
    left join jsonb_to_recordset(fields) as f(table_id text, field_id text, type text)
      on f.field_id = b.field_id and f.table_id = b.table_id
    where b.base_id = base
  ), changed as (
    update airtable.field_bindings b set drift = s.drift, drifted_at = case when s.drift is not null then now() end
    from seen s where b.base_id = base and b.field_id = s.field_id and s.drift is distinct from s.before
  )
  select array_agg(distinct s.table_id) into healed from seen s where s.before is not null and s.drift is null;
  perform airtable.forgive_drift(base);
  -- A field that came back was not followed in between, whatever the log did to it before.
  if healed is not null then
    perform airtable.forget_touches(base);
    perform airtable.begin_scan(base, 'A field came back', true, healed);
  end if;
  return coalesce((select jsonb_agg(jsonb_build_object('table', b.table_name, 'column', b.column_name, 'drift', b.drift))
    from airtable.field_bindings b where b.base_id = base and b.drift is not null), '[]');
end
$$;
comment on function airtable.note_schema(text, jsonb) is
  'Compares the base''s fields with those that are bound. A deleted or retyped one is in drift: its column is left as it is.';

-- Functions run in many places at once; Airtable counts them together.
create table airtable.rate_limits (
  base_id text primary key,
  -- When the last calls were let through, or will be. The oldest first.
  turns timestamptz[] not null default '{}',
  paused_until timestamptz
);
comment on table airtable.rate_limits is 'When Airtable was last called for a base, and until when it wants to be left alone.';
alter table airtable.rate_limits enable row level security;

create function airtable.take_turn(base text, calls integer, per_ms integer)
returns table (wait_ms double precision, paused boolean, turn text)
language plpgsql set search_path = '' as $$
declare
  taken airtable.rate_limits;
  mine timestamptz;
begin
  insert into airtable.rate_limits (base_id) values (base) on conflict do nothing;
  select * into taken from airtable.rate_limits l where l.base_id = base for update;
  if taken.paused_until > clock_timestamp() then
    return query select extract(epoch from taken.paused_until - clock_timestamp())::float8 * 1000, true, null::text;
    return;
  end if;
  mine := clock_timestamp();
  if cardinality(taken.turns) >= calls then
    mine := greatest(mine, taken.turns[cardinality(taken.turns) - calls + 1] + make_interval(secs => per_ms / 1000.0));
  end if;
  update airtable.rate_limits l set turns = array(
    select t from (select t from unnest(taken.turns || mine) as t order by t desc limit calls) as last order by t)
  where l.base_id = base;
  return query select greatest(extract(epoch from mine - clock_timestamp())::float8 * 1000, 0), false, mine::text;
end
$$;
comment on function airtable.take_turn(text, integer, integer) is
  'Gives the caller a place among the calls of a base, at most so many in so many milliseconds: how long to wait for it. Paused: none is given, come back then.';

create function airtable.move_turn(base text, turn timestamptz, by_ms double precision) returns void
language sql set search_path = ''
begin atomic
  update airtable.rate_limits l set turns = array(
    select case when t = turn then t + make_interval(secs => by_ms / 1000) else t end as t from unnest(l.turns) as t order by 1)
  where l.base_id = base;
end;
comment on function airtable.move_turn(text, timestamptz, double precision) is
  'A call reached Airtable later than its turn: it counts from then on.';

create function airtable.pause_calls(base text, milliseconds integer) returns void
language sql set search_path = ''
begin atomic
  insert into airtable.rate_limits as l (base_id, paused_until)
  values (base, clock_timestamp() + make_interval(secs => milliseconds / 1000.0))
  on conflict (base_id) do update set paused_until = greatest(l.paused_until, excluded.paused_until);
end;
comment on function airtable.pause_calls(text, integer) is 'Airtable refused a call: none is made for a while.';
