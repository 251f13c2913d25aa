-- How the sync is, for owners: in one answer, and told again on the channel ops whenever it has changed.

create function airtable.status_of(hook airtable.webhooks) returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object('id', hook.id, 'base_id', hook.base_id,
    'state', case
      when hook.trouble is not null then 'dead'
      when hook.expires_at < now() then 'expired'
      when airtable.is_silent(hook) then 'silent'
      else 'live' end,
    'trouble', hook.trouble, 'trouble_since', hook.trouble_since, 'created_at', hook.created_at,
    'expires_at', hook.expires_at, 'cursor', hook.cursor, 'last_ping_at', hook.last_ping_at,
    'last_payload_at', hook.last_payload_at, 'last_drained_at', hook.last_drained_at,
    'lag_ms', (
      select round(percentile_cont(0.5) within group (order by greatest(0, extract(epoch from n.applied_at - n.payload_timestamp))) * 1000)
      from (
        select r.applied_at, r.payload_timestamp from airtable.receipts r
        where r.webhook_id = hook.id and r.applied_at > now() - interval '1 hour'
        order by r.payload_number desc limit 10
      ) as n));
end;

create function airtable.latest_run(base text, of_kind text) returns uuid
language sql stable set search_path = ''
begin atomic
  select r.id from airtable.runs r where r.base_id = base and r.kind = of_kind order by r.started_at desc limit 1;
end;

create function airtable.status() returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object(
    'kind', 'status', 'at', clock_timestamp(),
    'webhooks', (select coalesce(jsonb_agg(airtable.status_of(w) order by w.id), '[]') from airtable.webhooks w),
    'bases', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'base_id', b.base_id,
        'calls_last_second', (select count(*) from airtable.rate_limits l, unnest(l.turns) as t
          where l.base_id = b.base_id and t between clock_timestamp() - interval '1 second' and clock_timestamp()),
        'paused_until', (select l.paused_until from airtable.rate_limits l where l.base_id = b.base_id and l.paused_until > now()),
        'scan', airtable.scan_progress(airtable.latest_run(b.base_id, 'backfill')) || (
          select jsonb_build_object('finished_at', r.finished_at, 'error', r.error) from airtable.runs r
          where r.id = airtable.latest_run(b.base_id, 'backfill')),
        'reconcile', airtable.reconcile_progress(airtable.latest_run(b.base_id, 'reconcile')),
        'identical_at', (select max(r.finished_at) from airtable.runs r
          where r.base_id = b.base_id and r.kind = 'reconcile' and (r.counts ->> 'identical')::boolean)
      ) order by b.base_id), '[]')
      from (select distinct f.base_id from airtable.field_bindings f) as b),
    'dead_letters', (select count(*) from airtable.dead_letters d where d.resolved_at is null),
    -- What is open or parked, by state.
    'outbox', (select coalesce(jsonb_object_agg(o.state, o.n), '{}') from (
      select e.state, count(*) as n from airtable.outbox e where e.open or e.state = 'parked' group by e.state) as o),
    'drift', (select count(*) from airtable.field_bindings f where f.drift is not null),
    'alerts', (select coalesce(jsonb_agg(jsonb_build_object('kind', a.kind, 'subject', a.subject, 'title', a.title, 'body', a.body,
      'since', a.since) order by a.since), '[]') from airtable.alerts a where a.over_at is null));
end;

create table airtable.told (
  only_row boolean primary key default true check (only_row),
  digest text not null,
  at timestamptz not null
);
comment on table airtable.told is 'What was last told of the status, and when.';
alter table airtable.told enable row level security;

-- For a transaction of its own, as airtable.announce.
create function airtable.tell_status() returns integer
language plpgsql set search_path = '' as $$
declare
  status jsonb;
  now_told text;
begin
  if exists (select from airtable.told t where t.at > clock_timestamp() - interval '200 milliseconds') then
    return 200;
  end if;
  -- First, since its channel comes first by name.
  perform airtable.watch_canaries();
  status := airtable.status();
  -- What changes with every look is no news.
  now_told := md5((status - 'at' || jsonb_build_object(
    'bases', (select jsonb_agg(b - 'calls_last_second') from jsonb_array_elements(status -> 'bases') as b),
    'webhooks', (select jsonb_agg(w - 'last_drained_at') from jsonb_array_elements(status -> 'webhooks') as w)))::text);
  insert into airtable.told as t (digest, at) values (now_told, clock_timestamp())
  on conflict (only_row) do update set digest = excluded.digest, at = excluded.at where t.digest <> excluded.digest;
  if not found then
    return 0;
  end if;
  perform airtable.announce('ops', 'airtable:sync:progress', status);
  return 0;
end
$$;
comment on function airtable.tell_status() is 'Tells the channel ops how the sync is, when that has changed: at most five times a second. Returns after how many ms to ask again; 0: not at all.';

create function private.require_owner() returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.my_role() is distinct from 'owner' then
    raise insufficient_privilege using message = 'Only owners may do this', hint = 'Ask an owner to do it, or to make you one.';
  end if;
end
$$;
grant execute on function private.require_owner() to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.sync_status() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return airtable.status();
end
$$;
grant execute on function private.sync_status() to authenticated;

create function public.sync_status() returns jsonb
language sql stable set search_path = '' return private.sync_status();
comment on function public.sync_status() is 'How the sync is: webhooks, bases with their last scan and comparison, what waits for somebody. Owners only.';
grant execute on function public.sync_status() to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.sync_lag(hours integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return (
    with span as (select least(greatest(hours, 1), 168) * interval '1 hour' as whole, least(greatest(hours, 1), 168) * 75 as seconds),
    begun as (select to_timestamp(floor(extract(epoch from now() - whole) / seconds + 1) * seconds) as at, seconds from span),
    places as (
      select b.at + n * b.seconds * interval '1 second' as at, b.seconds from begun b, generate_series(0, 47) as n
    )
    select jsonb_agg(jsonb_build_object('at', p.at, 'seconds', p.seconds, 'payloads', l.n, 'p50_ms', round(l.p50 * 1000), 'p95_ms', round(l.p95 * 1000))
      order by p.at)
    from places p cross join lateral (
      select count(*) as n,
        percentile_cont(0.5) within group (order by greatest(0, extract(epoch from r.applied_at - r.payload_timestamp))) as p50,
        percentile_cont(0.95) within group (order by greatest(0, extract(epoch from r.applied_at - r.payload_timestamp))) as p95
      from airtable.receipts r
      where r.applied_at >= p.at and r.applied_at < p.at + p.seconds * interval '1 second' and r.payload_timestamp is not null
    ) as l);
end
$$;
grant execute on function private.sync_lag(integer) to authenticated;

create function public.sync_lag(hours integer default 24) returns jsonb
language sql stable set search_path = '' return private.sync_lag(hours);
comment on function public.sync_lag(integer) is
  'From the edit in Airtable to the committed row: p50 and p95 in ms, in 48 steps over the last hours. Owners only.';
grant execute on function public.sync_lag(integer) to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.sync_runs(max integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.started_at desc), '[]') from (
      select r.id, r.kind, r.base_id, r.webhook_id, r.started_at, r.finished_at, r.state, r.counts, r.error,
        case when r.kind = 'backfill' then airtable.scan_progress(r.id) when r.kind = 'reconcile' then airtable.reconcile_progress(r.id) end as progress
      from airtable.runs r
      -- Every half minute a drain finds nothing, and now and then what the canary wrote.
      where r.kind <> 'drain' or r.state = 'failed'
        or coalesce((r.counts ->> 'payloads')::integer, 0) > coalesce((r.counts ->> 'proofs')::integer, 0)
      order by r.started_at desc limit least(greatest(max, 1), 200)
    ) as n);
end
$$;
grant execute on function private.sync_runs(integer) to authenticated;

create function public.sync_runs(max integer default 30) returns jsonb
language sql stable set search_path = '' return private.sync_runs(max);
comment on function public.sync_runs(integer) is 'The last runs that did something, newest first, with their progress. Owners only.';
grant execute on function public.sync_runs(integer) to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.sync_report(run uuid, max integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return airtable.reconcile_progress(run) || jsonb_build_object('differences', (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.id), '[]') from (
      select d.id, d.table_name, d.record_id, d.kind, d.columns, d.repair_asked_at from airtable.differences d
      where d.run_id = run order by d.id limit least(greatest(max, 1), 500)
    ) as n));
end
$$;
grant execute on function private.sync_report(uuid, integer) to authenticated;

create function public.sync_report(run uuid, max integer default 100) returns jsonb
language sql stable set search_path = '' return private.sync_report(run, max);
comment on function public.sync_report(uuid, integer) is 'What a comparison found, with the first differences. Null: there is no such run. Owners only.';
grant execute on function public.sync_report(uuid, integer) to authenticated;
