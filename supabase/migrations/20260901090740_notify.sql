-- News become notifications in the transaction that makes them: each person is told of what they may select when it
-- commits, as their rules wish, never of what they did themself, and once a transaction.

-- Told together where they go to the same people.
create function live.news() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with news as (
      select null::uuid as person, n.kind, n.region, n.startup_id, n.told_region, n.urgency, n.severity, n.entity, n.entity_id,
        n.title, n.body
      from live.news_items() n
      union all
      select v.person, v.kind, v.region, null, null, null, 'info', v.entity, v.entity_id, v.title, v.body from live.view_items() v
    )
    select jsonb_agg(to_jsonb(g)) from (
      select n.person, n.kind, n.region, n.startup_id, n.told_region, n.urgency, max(n.severity) as severity, count(*) as n,
        n.entity, case when count(distinct n.entity_id) = 1 then min(n.entity_id::text) end as entity_id,
        min(n.title) as title, min(n.body) as body
      from news n group by n.person, n.kind, n.region, n.startup_id, n.told_region, n.urgency, n.entity
    ) as g
  );
end
$$;

create function live.wants_news(person uuid, event text, urgency public.urgency, region public.region) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(bool_and(
      not r.muted
      and coalesce(r.filter -> 'urgencies' ? wants_news.urgency::text, true)
      and coalesce(r.filter -> 'regions' ? wants_news.region::text, true)), true)
    from public.notification_rules r where r.user_id = wants_news.person and r.event in (wants_news.event, '*')
  );
end
$$;

create function live.due_notifications(news jsonb)
returns table (person uuid, kind text, n bigint, regions public.region[], severity public.severity, entity text,
  entity_id uuid, title text, body text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  with news as (
    select n.* from jsonb_to_recordset(news) as n(person uuid, kind text, region public.region, startup_id uuid,
      told_region public.region, urgency public.urgency, severity public.severity, n bigint, entity text, entity_id uuid,
      title text, body text)
  ), staff as (
    select a.user_id, a.role, private.regions_of(a.user_id) as regions from public.admins a
  ), heard as (
    select s.user_id as reader, w.* from news w join staff s on s.role = 'owner'
    where w.kind = 'sync:trouble'
    union all
    select s.user_id, w.* from news w
    join staff s on w.region = any (s.regions) and not coalesce(w.told_region = any (s.regions), false)
    -- Those who cannot answer are not asked.
    where w.person is null and (s.role <> 'viewer' or w.kind not in ('signal:requested', 'assignment:answered'))
    union all
    select s.user_id, w.* from news w join staff s on s.user_id = w.person and coalesce(w.region = any (s.regions), true)
    union all
    select m.user_id, w.* from news w join public.startup_members m on m.startup_id = w.startup_id
  )
  select h.reader, h.kind, sum(h.n)::bigint, coalesce(array_agg(distinct h.region) filter (where h.region is not null), '{}'),
    max(h.severity), min(h.entity), case when count(distinct h.entity_id) = 1 then min(h.entity_id::text)::uuid end,
    min(h.title), min(h.body)
  from heard h
  where h.reader is distinct from auth.uid() and live.wants_news(h.reader, h.kind, h.urgency, h.region)
  group by h.reader, h.kind;
end
$$;

create function live.title_of_many(kind text, n bigint, regions public.region[], of_one text) returns text
language sql immutable set search_path = ''
return n || ' ' || case regexp_replace(kind, '^view:.*', 'view')
  when 'view' then 'records c' || substr(of_one, 2)
  when 'signal:urgent' then 'urgent signals'
  when 'signal:requested' then 'requests from startups'
  when 'connection:status' then 'connections changed status'
  when 'connection:progress' then 'of your connections changed'
  when 'match:generated' then 'matches'
  when 'signal:assigned' then 'new signals for you'
  when 'assignment:answered' then 'answers from startups'
  when 'sync:trouble' then 'problems with the sync'
  else 'news' end
|| case
  when cardinality(regions) = 0 or kind like 'view:%' then ''
  when cardinality(regions) > 2 then format(' in %s regions', cardinality(regions))
  else ' in ' || replace((
    select string_agg(case r when 'unassigned' then 'no region' else live.capitalized(r::text) end, ' and ' order by r)
    from unnest(regions) as r), ' in no region', ' without a region') end;

-- What comes right after another of its kind, while that is unread, is added to it: a hundred calls, or pages of the
-- mirror, are one thing to its reader. Trouble is told once a day: it grows in its place, with the latest reason. One
-- that somebody is just changing, as by reading it, is not waited for: they may wait for this transaction in turn.
create function live.write_notifications(news jsonb, people uuid[]) returns void
language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
  with due as (
    select d.*, (
      select t.id from public.notifications t
      where t.user_id = d.person and t.kind = d.kind and t.read_at is null
        -- Of a region that they have lost they are told nothing more.
        and t.regions <@ private.regions_of(d.person)
        and t.created_at > clock_timestamp() - case d.kind when 'sync:trouble' then interval '1 day' else interval '10 seconds' end
      order by t.created_at desc limit 1 for no key update skip locked
    ) as recent
    from live.due_notifications(news) d where d.person = any (people)
  ), sums as (
    select d.*, t.id as onto, c.same, c.count, coalesce(g.regions, d.regions) as all_regions
    from due d
    left join public.notifications t on t.id = d.recent
    cross join lateral (
      select t.entity_id = d.entity_id and t.entity = d.entity and t.count = 1 and d.n = 1 as same,
        case when t.entity_id = d.entity_id and t.entity = d.entity and t.count = 1 and d.n = 1 then 1
          else coalesce(t.count, 0) + d.n end as count
    ) as c
    left join lateral (
      select array_agg(distinct r) filter (where r is not null) as regions from unnest(t.regions || d.regions) as r
    ) as g on t.id is not null
  ), worded as (
    select s.*, left(case when s.count = 1 then s.title else live.title_of_many(s.kind, s.count, s.all_regions, s.body) end, 300) as words,
      left(case when s.count = 1 or s.kind = 'sync:trouble' then s.body end, 2000) as more
    from sums s
  ), added as (
    update public.notifications t
    set count = w.count, regions = coalesce(w.all_regions, '{}'), title = w.words, body = w.more,
      severity = case when w.same then w.severity else greatest(t.severity, w.severity) end,
      entity_id = case when t.entity_id = w.entity_id then t.entity_id end,
      created_at = case w.kind when 'sync:trouble' then t.created_at else clock_timestamp() end
    from worded w where t.id = w.onto and t.read_at is null
    returning t.user_id, t.kind
  )
  insert into public.notifications (user_id, kind, title, body, entity, entity_id, severity, count, regions, created_at)
  select w.person, w.kind, left(case when w.n = 1 then w.title else live.title_of_many(w.kind, w.n, w.regions, w.body) end, 300),
    left(case when w.n = 1 or w.kind = 'sync:trouble' then w.body end, 2000), w.entity, w.entity_id, w.severity, w.n, w.regions, clock_timestamp()
  from worded w
  where not exists (select from added a where a.user_id = w.person and a.kind = w.kind)
  order by w.person, w.kind;
end
$$;

-- Before publishing, which by its name comes after this: what is made here is told with the rest. An error is
-- counted with those of broadcasting; the change stands.
-- Definer: nobody has the right to write to notifications.
create function live.notify() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  news jsonb;
  people uuid[];
begin
  -- The first of a transaction's rows finds all there is, and publishing takes it away. What is written here is no news;
  -- it comes back at once where constraints were made immediate.
  if current_setting('live.notifying', true) = 'yes' or not exists (select from live.touched where id = new.id) then
    return null;
  end if;
  begin
    news := live.news();
    with ids as (
      select distinct i.id from live.touched t, unnest(t.ids) as i(id) where t.entity = 'signal'
    ), calm as (
      delete from live.urgent_signals u using ids i
      where u.id = i.id and not exists (select from live.urgent_now s where s.id = u.id)
    )
    insert into live.urgent_signals as u (id, urgency, region)
    select s.id, s.urgency, s.region from ids i join live.urgent_now s on s.id = i.id order by s.id
    on conflict (id) do update set urgency = excluded.urgency, region = excluded.region
    where (u.urgency, u.region) is distinct from (excluded.urgency, excluded.region);
    delete from live.trouble;

    if news is not null then
      -- Rights stand still until the end: whoever changes those of a person waits for the same lock, and was waited
      -- for. Whose account is being deleted is not told: who deletes it may wait for this transaction in turn.
      people := array(select u.id from auth.users u where u.id in (select d.person from live.due_notifications(news) d)
        order by u.id for key share skip locked);
      perform pg_advisory_xact_lock(hashtextextended(p.id::text, 17)) from (
        select unnest(people) as id
        union select i from live.touched t, unnest(t.ids) as i where t.entity = 'access'
        order by id
      ) as p;
      perform set_config('live.notifying', 'yes', true);
      perform live.write_notifications(news, people);
      perform set_config('live.notifying', '', true);
    end if;
  exception when others then
    insert into live.failures (channel, seq, error) values ('notifications', 0, sqlerrm);
  end;
  return null;
end
$$;
create constraint trigger notify after insert on live.touched
  deferrable initially deferred for each row execute function live.notify();
