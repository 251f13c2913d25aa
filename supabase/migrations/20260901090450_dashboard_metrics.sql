-- Numbers of the dashboard: sums of kept counts, so that they cost the same with a thousand rows and a million.
-- Definer: reads live.counts, of which the caller may see the channels that they may join.
create function private.dashboard_metrics() returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  with kept as (
    select c.name as channel, k.entity, k.state, k.n
    from unnest(private.channels_of((select auth.uid()))) as c(name)
    left join live.counts k on k.channel = c.name and k.n > 0
  ), mine as (
    select k.entity, k.state, sum(k.n) as n from kept k where k.entity is not null group by k.entity, k.state
  ), told as (
    select k.channel, coalesce(jsonb_object_agg(k.entity || ':' || k.state, k.n) filter (where k.entity is not null), '{}') as counts
    from kept k group by k.channel
  )
  select jsonb_build_object(
    'connections_total', coalesce(sum(n) filter (where entity = 'connection'), 0),
    'pending_review', coalesce(sum(n) filter (where entity = 'connection' and state = 'pending_review'), 0),
    'successful_matches', coalesce(sum(n) filter (where entity = 'connection' and state = 'matched'), 0),
    'active_startups', coalesce(sum(n) filter (where entity = 'startup' and state = 'active'), 0),
    'signals_total', coalesce(sum(n) filter (where entity = 'signal'), 0),
    'status_distribution', coalesce(jsonb_object_agg(state, n) filter (where entity = 'connection'), '{}'),
    'signal_status_distribution', coalesce(jsonb_object_agg(state, n) filter (where entity = 'signal'), '{}'),
    'channels', (select coalesce(jsonb_object_agg(t.channel, t.counts), '{}') from told t))
  from mine;
end;
grant execute on function private.dashboard_metrics() to authenticated;

create function public.dashboard_metrics() returns jsonb
language sql stable set search_path = ''
return private.dashboard_metrics();
comment on function public.dashboard_metrics() is
  'Counts over what the caller may see: connections, pending review, active startups, matches, distributions; and the counts of each channel, as `metrics:updated` tells them.';
grant execute on function public.dashboard_metrics() to authenticated;
