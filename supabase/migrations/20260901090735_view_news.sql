-- "Tell me when a record enters this view": a rule of the event view:<saved_views.id> whose filter is
-- {entity, name, conditions: {column: [value]}}, which the page makes of the view.

create function live.meets(record jsonb, conditions jsonb) returns boolean
language sql immutable set search_path = ''
begin atomic
  select not exists (
    select from jsonb_each(conditions) as c where not coalesce(c.value ? (record ->> c.key), false));
end;

-- A row enters when it meets the conditions now, and did not before, or stood where the person could not see it. What
-- it was before is what it is now, with the old values that this transaction has noted as activity.
create view live.view_news_now (person, kind, region, entity, entity_id, title, body)
  with (security_invoker = true) as
with rules as materialized (
  select r.user_id, r.event, r.filter ->> 'entity' as entity, r.filter -> 'conditions' as conditions, r.filter ->> 'name' as name
  from public.notification_rules r
  where r.event like 'view:%' and not r.muted and jsonb_typeof(r.filter -> 'conditions') = 'object'
), touched as materialized (
  select t.entity, array_agg(distinct i.id) as ids from live.touched t, unnest(t.ids) as i(id)
  where not t.portal_only and t.entity in (select r.entity from rules r)
    and t.entity in ('signal', 'connection', 'organization', 'contact', 'interaction', 'startup')
  group by t.entity
), now_told as materialized (
  select t.entity, a.id, a.record, (a.record ->> 'region')::public.region as region
  from touched t cross join lateral live.audience(t.entity, t.ids) a
  where a.channel like 'region:%' or a.channel = 'network'
), old_values as materialized (
  select o.entity, o.entity_id, jsonb_object_agg(o.key, o.value) as fields
  from (
    select distinct on (a.entity, a.entity_id, c.key) a.entity, a.entity_id, c.key, c.value -> 0 as value
    from touched t
    join public.activity a on a.entity = t.entity and a.entity_id = any (t.ids) and a.at = now()
    cross join lateral jsonb_each(a.changes) as c
    order by a.entity, a.entity_id, c.key, a.id
  ) as o
  group by o.entity, o.entity_id
)
select r.user_id, r.event, n.region, n.entity, n.id,
  coalesce(nullif(coalesce(n.record ->> 'title', n.record ->> 'name', n.record ->> 'full_name',
    (select s.name from public.startups s where s.id = (n.record ->> 'startup_id')::uuid and s.deleted_at is null)), ''),
    'New here: ' || n.entity),
  format('Came into your view “%s”', coalesce(r.name, 'without a name'))
from rules r
join now_told n on n.entity = r.entity and live.meets(n.record, r.conditions)
left join live.told b on b.entity = n.entity and b.id = n.id and (b.channel like 'region:%' or b.channel = 'network')
left join old_values o on o.entity = n.entity and o.entity_id = n.id
cross join lateral (
  select substr(b.channel, 8)::public.region as region where b.channel like 'region:%'
  union all select null where b.channel is null or b.channel = 'network'
) as was
where b.id is null
  or not coalesce(was.region = any (private.regions_of(r.user_id)), true)
  or not live.meets(n.record || coalesce(o.fields, '{}')
    || case when was.region is null then '{}' else jsonb_build_object('region', was.region) end, r.conditions);

create function live.view_items()
returns table (person uuid, kind text, region public.region, entity text, entity_id uuid, title text, body text)
language plpgsql stable set search_path = '' as $$
begin
  if live.touched_few() then
    return query select * from live.view_news_now;
  else
    return query execute 'select * from live.view_news_now';
  end if;
end
$$;

create function private.forget_view_rule() returns trigger
language plpgsql set search_path = '' as $$
begin
  delete from public.notification_rules r where r.user_id = old.user_id and r.event = 'view:' || old.id;
  return null;
end
$$;
create trigger forget_view_rule after delete on public.saved_views
  for each row execute function private.forget_view_rule();
