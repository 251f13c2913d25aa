-- What a transaction has done, as people would tell it. It is worked out when everything is done, from the difference
-- between what was told of the rows before (live.told, live.urgent_signals) and what they are now: whatever went back to
-- what it was is no news.

create table live.urgent_signals (
  id uuid primary key,
  urgency public.urgency not null,
  region public.region not null
);
comment on table live.urgent_signals is 'Signals that were told to be urgent, and where. The difference to those that are is news.';

-- As live.touched: rows live here from a statement to the end of its transaction.
create unlogged table live.trouble (
  title text not null,
  body text
);
comment on table live.trouble is 'What went wrong with the mirror in the running transactions. Empty outside of them.';

alter table live.urgent_signals enable row level security;
alter table live.trouble enable row level security;

create view live.urgent_now with (security_invoker = true) as
select s.id, s.urgency, s.region, s.title, s.signal_identifier, s.organization_id
from public.signals s
where s.urgency >= 'high' and s.deleted_at is null and s.approval_status not in ('rejected', 'archived');

create function live.capitalized(word text) returns text
language sql immutable set search_path = ''
return upper(left(word, 1)) || replace(substr(word, 2), '_', ' ');

-- One line a thing. startup_id: for its members; region: for the staff there, except those whom told_region says that
-- they knew; neither: for owners. What a line says is of rows that its readers may select: a signal in another region
-- than its connection is not named to staff.
create view live.news_now (kind, region, startup_id, told_region, urgency, severity, entity, entity_id, title, body)
  with (security_invoker = true) as
with ids as (
  select distinct t.entity, i.id from live.touched t, unnest(t.ids) as i(id)
  where t.entity in ('signal', 'connection', 'assignment', 'match')
)
select 'signal:urgent', s.region, null::uuid, case when s.urgency > u.urgency then null else u.region end, s.urgency,
  case s.urgency when 'critical' then 'critical' else 'warning' end::public.severity, 'signal', s.id,
  format('%s signal: %s', live.capitalized(s.urgency::text), coalesce(s.title, 'without a title')),
  concat_ws(' · ', s.signal_identifier, o.name)
from ids i
join live.urgent_now s on i.entity = 'signal' and s.id = i.id
left join live.urgent_signals u on u.id = s.id
left join public.organizations o on o.id = s.organization_id and o.deleted_at is null
where u.id is null or s.urgency > u.urgency or s.region <> u.region

union all
select case when asked.now then 'signal:requested' else 'connection:status' end, k.region, null, null, s.urgency,
  case k.connection_status when 'matched' then 'success' when 'declined' then 'warning' else 'info' end::public.severity,
  'connection', k.id,
  case when asked.now then format('%s asks for %s', coalesce(t.name, 'A startup'), coalesce(s.signal_identifier, 'a signal'))
    else format('%s: %s', live.capitalized(k.connection_status::text), coalesce(t.name, 'a startup')) end,
  concat_ws(' · ', s.signal_identifier, s.title)
from ids i
join public.connections k on i.entity = 'connection' and k.id = i.id and k.deleted_at is null
left join public.startups t on t.id = k.startup_id and t.deleted_at is null
left join public.signals s on s.id = k.signal_id and s.region = k.region and s.deleted_at is null
left join live.told b on b.entity = 'connection' and b.id = k.id and b.channel like 'region:%'
cross join lateral (select b.id is null and coalesce(k.requested_at = now(), false) as now) as asked
where asked.now or b.state <> k.connection_status::text

union all
select 'connection:progress', null, v.startup_id, null, null,
  case v.connection_status when 'introduced' then 'success' when 'matched' then 'success' when 'declined' then 'warning'
    else 'info' end::public.severity,
  'connection', v.id,
  format('%s: %s', case when p.id is not null then live.capitalized(v.connection_status::text)
    when v.requested_at is not null then 'Requested' else 'New connection' end, coalesce(v.signal_title, 'a signal')),
  case when v.connection_status = 'declined' then v.decline_reason else v.signal_identifier end
from ids i
join private.startup_connections v on i.entity = 'connection' and v.id = i.id
left join live.told b on b.entity = 'connection' and b.id = v.id and b.channel like 'region:%'
left join live.told p on p.entity = 'connection' and p.id = v.id and p.channel = 'startup:' || v.startup_id
where p.id is null or b.state <> v.connection_status::text

union all
select 'match:generated', m.region, null, null, s.urgency, 'info', 'signal', s.id,
  format('%s matches %s', coalesce(t.name, 'A startup'), coalesce(s.signal_identifier, 'a signal')),
  concat_ws(' · ', round(m.score * 100) || ' %', s.title)
from ids i
join public.matches m on i.entity = 'match' and m.id = i.id
join public.signals s on s.id = m.signal_id and s.region = m.region and s.deleted_at is null
left join public.startups t on t.id = m.startup_id and t.deleted_at is null
where not exists (select from live.told b where b.entity = 'match' and b.id = m.id)

union all
select 'signal:assigned', null, v.startup_id, null, v.urgency,
  case v.urgency when 'critical' then 'warning' else 'info' end::public.severity, 'assignment', v.id,
  'New signal: ' || coalesce(v.title, 'without a title'), concat_ws(' · ', v.signal_identifier, v.organization_name)
from ids i
join private.startup_signals v on i.entity = 'assignment' and v.id = i.id
where not exists (
  select from live.told b where b.entity = 'assignment' and b.id = v.id and b.channel = 'startup:' || v.startup_id)

union all
select 'assignment:answered', a.region, null, null, s.urgency,
  case a.answer when 'accepted' then 'success' else 'warning' end::public.severity, 'signal', s.id,
  format('%s %s %s', coalesce(t.name, 'A startup'), a.answer, coalesce(s.signal_identifier, 'a signal')),
  coalesce(a.decline_reason, s.title)
from ids i
join public.signal_assignments a on i.entity = 'assignment' and a.id = i.id and a.answered_at = now()
join public.signals s on s.id = a.signal_id and s.region = a.region and s.deleted_at is null
left join public.startups t on t.id = a.startup_id and t.deleted_at is null
-- The request that is made with it says it.
where not exists (
  select from public.connections k
  where k.signal_id = a.signal_id and k.startup_id = a.startup_id and k.requested_at = now() and a.answer = 'accepted')

union all
select 'sync:trouble', null, null, null, null, 'warning', 'sync', null, t.title, t.body from live.trouble t;

-- Whether few rows were touched: then a plan that is kept does, and planning anew costs more than everything else that a
-- transaction tells (7 ms of the 14 that the insert of a signal took). For thousands that plan may be a bad one.
create function live.touched_few() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce(sum(cardinality(t.ids)), 0) <= 20 from live.touched t);
end
$$;

create function live.news_items()
returns table (kind text, region public.region, startup_id uuid, told_region public.region, urgency public.urgency,
  severity public.severity, entity text, entity_id uuid, title text, body text)
language plpgsql stable set search_path = '' as $$
begin
  if live.touched_few() then
    return query select * from live.news_now;
  else
    return query execute 'select * from live.news_now';
  end if;
end
$$;
