-- What a startup sees of signals and connections: rows made for it, with nothing of what staff note down, and nobody's
-- e-mail or phone before an introduction. The same views answer the portal's calls and fill the messages that it hears,
-- so that the two cannot differ.

create view private.pool_signals with (security_invoker = false) as
select s.id, s.signal_identifier, s.title, s.pain_points, s.improvement, s.urgency, s.region,
  o.name as organization_name, s.updated_at
from public.signals s
left join public.organizations o on o.id = s.organization_id and o.deleted_at is null
where s.is_public and s.approval_status = 'approved' and s.deleted_at is null;

create view private.startup_signals with (security_invoker = false) as
select a.id, a.startup_id, a.assigned_at, a.seen_at, s.id as signal_id, s.signal_identifier, s.title, s.pain_points,
  s.improvement, s.urgency, s.region, o.name as organization_name
from public.signal_assignments a
join public.signals s on s.id = a.signal_id and s.deleted_at is null
left join public.organizations o on o.id = s.organization_id and o.deleted_at is null;

create view private.startup_connections with (security_invoker = false) as
select k.id, k.startup_id, k.signal_id, s.signal_identifier, s.title as signal_title, k.connection_status,
  c.full_name as contact_name, c.title as contact_title, c.email as contact_email, c.phone as contact_phone, k.updated_at
from public.connections k
left join public.signals s on s.id = k.signal_id and s.deleted_at is null
left join public.contacts c on c.id = k.contact_id and c.deleted_at is null
  and k.connection_status in ('introduced', 'in_progress', 'matched')
where k.startup_id is not null and k.deleted_at is null;

-- Definer: the views read tables that a member has no rights on.
create function private.pool_signals() returns setof private.pool_signals
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select p.* from private.pool_signals p
  where private.role_of((select auth.uid())) is not null or private.startups_of((select auth.uid())) <> '{}';
end
$$;

-- Definer: the views read tables that a member has no rights on.
create function private.startup_signals() returns setof private.startup_signals
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select v.* from private.startup_signals v
  where v.startup_id = any ((select private.startups_of((select auth.uid())))::uuid[]);
end
$$;

-- Definer: the views read tables that a member has no rights on.
create function private.startup_connections() returns setof private.startup_connections
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select v.* from private.startup_connections v
  where v.startup_id = any ((select private.startups_of((select auth.uid())))::uuid[]);
end
$$;

grant execute on function private.pool_signals(), private.startup_signals(), private.startup_connections() to authenticated;

create function public.pool_signals()
returns table (id uuid, signal_identifier text, title text, pain_points text, improvement text, urgency public.urgency,
  region public.region, organization_name text, updated_at timestamptz)
language sql stable set search_path = ''
begin atomic
  select p.id, p.signal_identifier, p.title, p.pain_points, p.improvement, p.urgency, p.region, p.organization_name,
    p.updated_at
  from private.pool_signals() p;
end;
comment on function public.pool_signals() is 'Signals that are public and approved, for startups and staff.';

create function public.startup_signals()
returns table (id uuid, startup_id uuid, assigned_at timestamptz, seen_at timestamptz, signal_id uuid,
  signal_identifier text, title text, pain_points text, improvement text, urgency public.urgency, region public.region,
  organization_name text)
language sql stable set search_path = ''
begin atomic
  select v.id, v.startup_id, v.assigned_at, v.seen_at, v.signal_id, v.signal_identifier, v.title, v.pain_points,
    v.improvement, v.urgency, v.region, v.organization_name
  from private.startup_signals() v;
end;
comment on function public.startup_signals() is 'Signals that were handed to the caller''s startups. id is the assignment''s.';

create function public.startup_connections()
returns table (id uuid, startup_id uuid, signal_id uuid, signal_identifier text, signal_title text,
  connection_status public.connection_status, contact_name text, contact_title text, contact_email text,
  contact_phone text, updated_at timestamptz)
language sql stable set search_path = ''
begin atomic
  select v.id, v.startup_id, v.signal_id, v.signal_identifier, v.signal_title, v.connection_status, v.contact_name,
    v.contact_title, v.contact_email, v.contact_phone, v.updated_at
  from private.startup_connections() v;
end;
comment on function public.startup_connections() is
  'Connections of the caller''s startups. The contact is there once there was an introduction.';

grant execute on function public.pool_signals(), public.startup_signals(), public.startup_connections() to authenticated;
