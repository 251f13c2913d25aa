-- How many signals and connections came in, and how many connections were matched, each day in each region. Kept counts,
-- as those of the dashboard: a curve of 90 days costs the same with a thousand rows and a million. Days are UTC's.

create table live.dated (
  measure text not null check (measure in ('signals', 'connections', 'matches')),
  id uuid not null,
  region public.region not null,
  day date not null,
  primary key (measure, id)
);
comment on table live.dated is 'The day and region that each row is counted under. The difference to where it belongs now changes the counts.';

create table live.days (
  region public.region not null,
  day date not null,
  measure text not null check (measure in ('signals', 'connections', 'matches')),
  n bigint not null,
  primary key (region, day, measure)
);
comment on table live.days is 'How many rows of live.dated a region, day and measure have. Always equal to counting them.';

alter table live.dated enable row level security;
alter table live.days enable row level security;

-- The day of the edit that made it a match; it stays when the connection is edited later. A row that comes as a match, in
-- a seed or a scan, was made one by its last edit at the latest.
create function live.match_day(of_connection public.connections) returns date
language sql stable set search_path = ''
return (
  select case
    when kept.match_day is not null then kept.match_day
    when kept.known and current_setting('live.source', true) is distinct from 'airtable'
      and current_setting('live.source', true) is distinct from 'automation'
      then (of_connection.updated_at at time zone 'UTC')::date
    else (coalesce(of_connection.airtable_edited_at, of_connection.updated_at) at time zone 'UTC')::date
  end
  from (
    select max(d.day) filter (where d.measure = 'matches') as match_day, count(*) > 0 as known
    from live.dated d where d.measure in ('connections', 'matches') and d.id = of_connection.id
  ) as kept
);

create function live.dates_of(signal_ids uuid[], connection_ids uuid[])
returns table (measure text, id uuid, region public.region, day date)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  select 'signals', s.id, s.region, (s.created_at at time zone 'UTC')::date
  from public.signals s where s.id = any (signal_ids) and s.deleted_at is null
  union all
  select 'connections', c.id, c.region, (c.created_at at time zone 'UTC')::date
  from public.connections c where c.id = any (connection_ids) and c.deleted_at is null
  union all
  select 'matches', c.id, c.region, live.match_day(c)
  from public.connections c where c.id = any (connection_ids) and c.deleted_at is null and c.connection_status = 'matched';
end
$$;

-- Definer: whoever may change a row has no rights on schema live.
create function live.count_days() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  signal_ids uuid[];
  connection_ids uuid[];
begin
  -- The first of a transaction's rows counts for all: after it, publish leaves nothing to the others.
  if not exists (select from live.touched where id = new.id) then
    return null;
  end if;
  signal_ids := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'signal' and not t.portal_only);
  connection_ids := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'connection' and not t.portal_only);
  if signal_ids = '{}' and connection_ids = '{}' then
    return null;
  end if;
  with before as (
    select d.* from live.dated d
    where d.measure = 'signals' and d.id = any (signal_ids)
      or d.measure in ('connections', 'matches') and d.id = any (connection_ids)
  ), after as (
    select a.* from live.dates_of(signal_ids, connection_ids) a
  ), moved as (
    select a.* from after a left join before b using (measure, id) where (b.region, b.day) is distinct from (a.region, a.day)
  ), gone as (
    select b.* from before b left join after a using (measure, id) where a.id is null
  ), written as (
    insert into live.dated (measure, id, region, day) select m.measure, m.id, m.region, m.day from moved m
    on conflict (measure, id) do update set region = excluded.region, day = excluded.day
  ), forgotten as (
    delete from live.dated d using gone g where d.measure = g.measure and d.id = g.id
  ), deltas as (
    select m.region, m.day, m.measure, 1 as n from moved m
    union all
    select b.region, b.day, b.measure, -1 from before b join moved m using (measure, id)
    union all
    select g.region, g.day, g.measure, -1 from gone g
  )
  insert into live.days as kept (region, day, measure, n)
  select d.region, d.day, d.measure, sum(d.n) from deltas d
  group by d.region, d.day, d.measure having sum(d.n) <> 0
  order by d.region, d.day, d.measure
  on conflict (region, day, measure) do update set n = kept.n + excluded.n;
  return null;
end
$$;

-- Before `publish`: triggers of one event run by name. Everybody locks the days first, in the order of their key, and the
-- channels after that, in the order of theirs, so that nobody waits in a circle.
create constraint trigger count_days after insert on live.touched
  deferrable initially deferred for each row execute function live.count_days();

-- Definer: reads live.days, live.channels and live.counts, of which the caller may see their regions. The numbers of the
-- channels are of the same moment as the days, so that a reader knows which messages the days hold already.
create function private.dashboard_trends(days integer) returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  with regions as (
    select r.region, 'region:' || r.region as channel from unnest((select private.my_regions())::public.region[]) as r(region)
  ), mine as (
    select k.day, k.measure, k.n from live.days k
    where k.region in (select r.region from regions r)
      and k.day > (now() at time zone 'UTC')::date - least(greatest(days, 1), 366)
  ), by_day as (
    select d.at::date as day,
      coalesce(sum(m.n) filter (where m.measure = 'signals'), 0)::bigint as signals,
      coalesce(sum(m.n) filter (where m.measure = 'connections'), 0)::bigint as connections,
      coalesce(sum(m.n) filter (where m.measure = 'matches'), 0)::bigint as matches
    from generate_series(
      (now() at time zone 'UTC')::date - (least(greatest(days, 1), 366) - 1),
      (now() at time zone 'UTC')::date::timestamp,
      interval '1 day') as d(at)
    left join mine m on m.day = d.at::date
    group by d.at
  ), counted as (
    select r.channel, coalesce(max(c.seq), 0) as seq,
      coalesce(sum(k.n) filter (where k.entity = 'signal'), 0)::bigint as signals,
      coalesce(sum(k.n) filter (where k.entity = 'connection'), 0)::bigint as connections,
      coalesce(sum(k.n) filter (where k.entity = 'connection' and k.state = 'matched'), 0)::bigint as matches
    from regions r
    left join live.channels c on c.name = r.channel
    left join live.counts k on k.channel = r.channel
    group by r.channel
  )
  select jsonb_build_object(
    'days', (select jsonb_agg(to_jsonb(b) order by b.day) from by_day b),
    'channels', (select coalesce(jsonb_object_agg(c.channel, to_jsonb(c) - 'channel'), '{}') from counted c));
end;
grant execute on function private.dashboard_trends(integer) to authenticated;

create function public.dashboard_trends(days integer default 30) returns jsonb
language sql stable set search_path = ''
return private.dashboard_trends(days);
comment on function public.dashboard_trends(integer) is
  'Per day (UTC), oldest first and none left out: signals and connections that came in, and connections matched, in the caller''s regions. At most 366 days, ending today. With the number and counts of each channel at that moment.';
grant execute on function public.dashboard_trends(integer) to authenticated;
