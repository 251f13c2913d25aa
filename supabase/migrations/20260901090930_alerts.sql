-- What owners are told of once when it begins, and once when it is over.

alter table airtable.webhooks add column trouble text, add column trouble_since timestamptz;
comment on column airtable.webhooks.trouble is 'Why the webhook is dead and has no successor yet. Null: it is well.';

create function airtable.note_webhook_trouble(webhook text, reason text) returns void
language sql set search_path = ''
begin atomic
  update airtable.webhooks w set trouble = reason,
    trouble_since = case when reason is null then null else coalesce(w.trouble_since, now()) end
  where w.id = webhook and w.trouble is distinct from reason;
end;

create table airtable.alerts (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('webhook', 'pings', 'drain', 'lag', 'quota', 'canary')),
  -- A webhook or a base.
  subject text not null,
  title text not null,
  body text not null,
  since timestamptz not null default now(),
  over_at timestamptz
);
comment on table airtable.alerts is 'What is wrong with the sync, or was: told to the owners when it began and when it ended.';
create unique index alerts_open_idx on airtable.alerts (kind, subject) where over_at is null;
alter table airtable.alerts enable row level security;

-- Payloads come and no ping said so. A ping may be late, or the drain of it be under way.
create function airtable.is_silent(hook airtable.webhooks) returns boolean
language sql stable set search_path = ''
begin atomic
  select exists (
    select from airtable.receipts r where r.webhook_id = hook.id
      and r.applied_at > greatest(hook.last_ping_at, hook.created_at) + interval '2 minutes'
      -- The first payloads of a webhook may be older than its first ping.
      and r.payload_timestamp > hook.created_at);
end;

create function airtable.alerts_now() returns table (kind text, subject text, title text, body text)
language sql stable set search_path = ''
begin atomic
  select 'webhook', w.id, 'A webhook is dead', w.trouble from airtable.webhooks w where w.trouble is not null
  union all
  select 'pings', w.id, 'Airtable’s pings have stopped',
    'Changes are still found every half minute, and so arrive later than they should. The function may not be reachable from Airtable.'
  from airtable.webhooks w where airtable.is_silent(w) and w.trouble is null
  union all
  select 'drain', w.id, 'The mirror stands still',
    'The log was not read to its end for more than five minutes. Is the function running, and does cron call /drain?'
  from airtable.webhooks w
  where coalesce(w.last_drained_at, w.created_at) < now() - interval '5 minutes' and w.trouble is null
  union all
  select 'lag', w.id, 'Changes arrive late',
    format('Half of the changes of the last five minutes took more than %s s from Airtable to here.', round(l.p50))
  from airtable.webhooks w cross join lateral (
    select percentile_cont(0.5) within group (order by extract(epoch from r.applied_at - r.payload_timestamp)) as p50, count(*) as n
    from airtable.receipts r where r.webhook_id = w.id and r.applied_at > now() - interval '5 minutes'
  ) as l
  where l.n >= 3 and l.p50 > 60
  union all
  select 'quota', r.base_id, 'Airtable’s monthly quota is used up', max(r.error)
  from airtable.runs r
  where r.state = 'failed' and r.error like '%monthly quota%' and r.started_at > now() - interval '1 day' and not exists (
    select from airtable.runs later where later.base_id = r.base_id and later.state = 'succeeded' and later.started_at > r.started_at)
  group by r.base_id
  union all
  select 'canary', c.base_id, 'The way to Airtable and back is not proven', airtable.canary_trouble(c)
  from airtable.canaries c where airtable.canary_trouble(c) is not null;
end;

-- Of a length of time, in the largest unit that is there more than once. A clock's time would need the reader's zone.
create function airtable.duration_words(length interval) returns text
language sql immutable set search_path = '' as $$
  select case
    when seconds < 60 then 'less than a minute'
    when seconds < 120 then 'a minute'
    when seconds < 7200 then format('%s minutes', seconds / 60)
    when seconds < 172800 then format('%s hours', seconds / 3600)
    else format('%s days', seconds / 86400)
  end from (select extract(epoch from length)::integer as seconds) as l
$$;

-- Definer: the mirror has no rights on schema live.
create function airtable.check_alerts() returns void
language plpgsql security definer set search_path = '' as $$
declare
  one record;
begin
  -- Two at once would tell twice.
  perform pg_advisory_xact_lock(hashtextextended('airtable alerts', 17));
  for one in
    insert into airtable.alerts (kind, subject, title, body)
    select n.kind, n.subject, n.title, n.body from airtable.alerts_now() n
    on conflict (kind, subject) where over_at is null do nothing returning alerts.*
  loop
    perform live.note_trouble(one.title, one.body);
  end loop;
  for one in
    update airtable.alerts a set over_at = now()
    where a.over_at is null and not exists (
      select from airtable.alerts_now() n where n.kind = a.kind and n.subject = a.subject)
    returning a.*
  loop
    perform live.note_trouble(format('Over: %s', one.title), format('It lasted %s.', airtable.duration_words(one.over_at - one.since)));
  end loop;
  delete from airtable.alerts a where a.over_at < now() - interval '30 days';
end
$$;
comment on function airtable.check_alerts() is 'Tells the owners of trouble that has begun or ended since the last look. Safe to call at any time.';

-- One that has its successor before anybody looked for trouble was never in trouble, and yet owners want to know that it
-- died. Of one that they were told of, they are told that it is over.
-- Definer: the mirror has no rights on schema live.
create function airtable.note_successor(dead text, successor text, reason text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  noted airtable.alerts;
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable alerts', 17));
  insert into airtable.alerts (kind, subject, title, body, over_at)
  select 'webhook', successor, 'A webhook died and was made anew', format('%s. What it missed is found by a scan.', reason), now()
  where not exists (select from airtable.alerts a where a.kind = 'webhook' and a.subject = dead and a.over_at is null)
  returning * into noted;
  if noted.id is not null then
    perform live.note_trouble(noted.title, noted.body);
  end if;
end
$$;

-- On the platform pg_cron calls it: also when the function, which calls it after each drain, does not run at all.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron;
    perform cron.schedule('look after the mirror', '* * * * *', 'select airtable.check_alerts()');
  end if;
end
$$;

-- What anybody may know: no ids, no words of Airtable's.
create function airtable.health() returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object(
    'seconds_since_drain', (select round(extract(epoch from now() - min(w.last_drained_at))) from airtable.webhooks w),
    'reasons', (select coalesce(jsonb_agg(distinct jsonb_build_object('kind', n.kind, 'title', n.title)), '[]') from airtable.alerts_now() n));
end;
