-- Who is told of a row, and what: the one definition of audiences. Beside each line stands in the policies, or in the
-- portal's projections, the same rule for who may select it.
create function live.audience(of_entity text, of_ids uuid[])
returns table (id uuid, channel text, record jsonb, state text)
language plpgsql stable set search_path = '' as $$
begin
  case of_entity
    when 'organization' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.organizations t
      where t.id = any (of_ids) and t.deleted_at is null;
    when 'contact' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.contacts t
      where t.id = any (of_ids) and t.deleted_at is null;
    when 'interaction' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.interactions t
      where t.id = any (of_ids) and t.deleted_at is null;
    when 'signal' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), t.approval_status::text from public.signals t
      where t.id = any (of_ids) and t.deleted_at is null
      union all
      select v.id, 'pool', to_jsonb(v), null from private.pool_signals v where v.id = any (of_ids);
    when 'connection' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), t.connection_status::text from public.connections t
      where t.id = any (of_ids) and t.deleted_at is null
      union all
      select v.id, 'startup:' || v.startup_id, to_jsonb(v), null from private.startup_connections v where v.id = any (of_ids);
    when 'assignment' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.signal_assignments t where t.id = any (of_ids)
      union all
      select v.id, 'startup:' || v.startup_id, to_jsonb(v), null from private.startup_signals v where v.id = any (of_ids);
    when 'match' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.matches t where t.id = any (of_ids);
    when 'startup' then return query
      select t.id, 'network', to_jsonb(t), case when t.is_active then 'active' else 'inactive' end
      from public.startups t where t.id = any (of_ids) and t.deleted_at is null
      union all
      select t.id, 'startup:' || t.id, to_jsonb(t), null
      from public.startups t where t.id = any (of_ids) and t.deleted_at is null;
    when 'credit' then return query
      select t.id, c.channel, to_jsonb(t), null from public.credit_changes t
      cross join lateral (values ('network'), ('startup:' || t.startup_id)) as c(channel)
      where t.id = any (of_ids);
    when 'notification' then return query
      select t.id, 'user:' || t.user_id, to_jsonb(t), null from public.notifications t where t.id = any (of_ids);
  end case;
end
$$;

create function live.event_name(entity text, channel text, verb text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when channel = 'pool' then case verb when 'removed' then 'pool:removed' else 'pool:published' end
    when entity = 'assignment' and verb = 'created' then 'signal:assigned'
    when entity = 'match' and verb <> 'removed' then 'match:generated'
    else entity || ':' || verb
  end;
end
$$;

-- Definer: whoever may change a row need not have rights on schema live.
create function live.note_touched() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into live.touched (entity, ids)
    select tg_argv[0], array_agg(n.id) from new_rows n having count(*) > 0;
  elsif tg_op = 'UPDATE' then
    insert into live.touched (entity, ids)
    select tg_argv[0], array_agg(n.id) from new_rows n join old_rows o on o.id = n.id
    where o.* is distinct from n.* having count(*) > 0;
  else
    insert into live.touched (entity, ids)
    select tg_argv[0], array_agg(o.id) from old_rows o having count(*) > 0;
  end if;
  return null;
end
$$;

do $$
declare
  t record;
begin
  for t in select * from (values
    ('organizations', 'organization'), ('contacts', 'contact'), ('startups', 'startup'), ('signals', 'signal'),
    ('connections', 'connection'), ('interactions', 'interaction'), ('signal_assignments', 'assignment'),
    ('matches', 'match'), ('credit_changes', 'credit'), ('notifications', 'notification')
  ) as tables(name, entity) loop
    execute format('create trigger note_inserted after insert on public.%I referencing new table as new_rows
      for each statement execute function live.note_touched(%L)', t.name, t.entity);
    execute format('create trigger note_updated after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function live.note_touched(%L)', t.name, t.entity);
    execute format('create trigger note_deleted after delete on public.%I referencing old table as old_rows
      for each statement execute function live.note_touched(%L)', t.name, t.entity);
  end loop;
end
$$;

-- A projection shows names that belong to other rows. When such a row changes, that is noted here, and the projected
-- rows are found when it is told: by then those that others were adding can be seen.
-- Definer: as note_touched.
create function live.note_projections() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  changed uuid[];
begin
  case tg_table_name
    when 'organizations' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id)
      where (n.name, n.deleted_at is null) is distinct from (o.name, o.deleted_at is null);
    when 'contacts' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id)
      where (n.full_name, n.title, n.email, n.phone, n.deleted_at is null)
        is distinct from (o.full_name, o.title, o.email, o.phone, o.deleted_at is null);
    when 'signals' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id) where n.* is distinct from o.*;
  end case;
  if changed is not null then
    insert into live.touched (entity, ids, portal_only) values ('behind ' || tg_table_name, changed, true);
  end if;
  return null;
end
$$;

-- What was noted above becomes projected rows. Whoever changes what a projection shows, and whoever tells one, does so
-- one after the other from here to the end of the transaction: each sees all of those before it. Nothing but numbers of
-- channels is waited for after this, so that nobody waits in a circle.
create function live.find_projections() returns void
language plpgsql set search_path = '' as $$
declare
  changed_organizations uuid[];
  changed_contacts uuid[];
  changed_signals uuid[];
  signal_ids uuid[];
begin
  if exists (select from live.touched t where t.entity like 'behind %') then
    perform pg_advisory_xact_lock(hashtextextended('projections', 17));
  elsif exists (select from live.touched t where t.entity in ('signal', 'assignment', 'connection')) then
    perform pg_advisory_xact_lock_shared(hashtextextended('projections', 17));
  end if;
  changed_organizations := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'behind organizations');
  changed_contacts := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'behind contacts');
  changed_signals := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'behind signals');
  delete from live.touched t where t.entity like 'behind %';
  signal_ids := array(select s.id from public.signals s where s.organization_id = any (changed_organizations));
  insert into live.touched (entity, ids, portal_only)
  select t.entity, t.ids, true
  from (values
    ('signal', signal_ids),
    ('assignment', array(
      select a.id from public.signal_assignments a where a.signal_id = any (signal_ids || changed_signals))),
    ('connection', array(
      select k.id from public.connections k
      where k.contact_id = any (changed_contacts) or k.signal_id = any (changed_signals)))
  ) as t(entity, ids)
  where cardinality(t.ids) > 0;
end
$$;

create trigger note_projections after update on public.organizations
  referencing old table as old_rows new table as new_rows for each statement execute function live.note_projections();
create trigger note_projections after update on public.contacts
  referencing old table as old_rows new table as new_rows for each statement execute function live.note_projections();
create trigger note_projections after update on public.signals
  referencing old table as old_rows new table as new_rows for each statement execute function live.note_projections();

-- Definer: an owner who changes somebody's rights has none on schema live.
create function live.note_access() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into live.touched (entity, ids)
  select 'access', array_agg(distinct p.user_id)
  from (
    select (to_jsonb(old) ->> 'user_id')::uuid as user_id where tg_op <> 'INSERT'
    union all
    select (to_jsonb(new) ->> 'user_id')::uuid where tg_op <> 'DELETE'
  ) as p;
  return null;
end
$$;
create trigger note_access after insert or update or delete on public.admins for each row execute function live.note_access();
create trigger note_access after insert or update or delete on public.admin_regions for each row execute function live.note_access();
create trigger note_access after insert or update or delete on public.startup_members for each row execute function live.note_access();
