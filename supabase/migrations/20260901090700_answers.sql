-- What startups and staff say to each other's offers: a startup accepts or declines what it was handed, staff answer what
-- it asks for. Kept here, not in Airtable, and shown to the startup, reasons included.

alter table public.signal_assignments
  add column answer text check (answer in ('accepted', 'declined')),
  add column answered_at timestamptz,
  add column decline_reason text check (length(decline_reason) between 1 and 500),
  add check ((answer is null) = (answered_at is null));
comment on column public.signal_assignments.answer is 'What the startup said; null while it has said nothing.';

alter table public.connections
  add column requested_at timestamptz,
  add column decline_reason text check (length(decline_reason) between 1 and 500);
comment on column public.connections.requested_at is 'When a startup asked for it in the portal; null for one that staff made.';
comment on column public.connections.decline_reason is
  'What staff said to the startup when they declined its request; goes when it is declined no more.';
create index connections_requests_idx on public.connections (region, requested_at desc)
  where requested_at is not null and connection_status = 'pending_review' and deleted_at is null;

create function private.note_request() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.requested_at = now();
  return new;
end
$$;
create trigger note_request before insert on public.connections for each row
  when (current_setting('live.source', true) = 'portal') execute function private.note_request();

create function private.forget_decline() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.decline_reason = null;
  return new;
end
$$;
create trigger forget_decline before update on public.connections for each row
  when (new.connection_status <> 'declined' and new.decline_reason is not null) execute function private.forget_decline();

create or replace view private.startup_signals with (security_invoker = false) as
select a.id, a.startup_id, a.assigned_at, a.seen_at, s.id as signal_id, s.signal_identifier, s.title, s.pain_points,
  s.improvement, s.urgency, s.region, o.name as organization_name, a.answer, a.answered_at, a.decline_reason
from public.signal_assignments a
join public.signals s on s.id = a.signal_id and s.deleted_at is null
left join public.organizations o on o.id = s.organization_id and o.deleted_at is null;

-- steps: when it came to each status last, as far as history reaches.
create or replace view private.startup_connections with (security_invoker = false) as
select k.id, k.startup_id, k.signal_id, s.signal_identifier, s.title as signal_title, k.connection_status,
  c.full_name as contact_name, c.title as contact_title, c.email as contact_email, c.phone as contact_phone, k.updated_at,
  k.created_at, k.requested_at, k.decline_reason, h.steps
from public.connections k
left join public.signals s on s.id = k.signal_id and s.deleted_at is null
left join public.contacts c on c.id = k.contact_id and c.deleted_at is null
  and k.connection_status in ('introduced', 'in_progress', 'matched')
cross join lateral (
  select coalesce(jsonb_object_agg(n.status, n.at), '{}') as steps
  from (
    select a.changes -> 'connection_status' ->> 1 as status, max(a.at) as at
    from public.activity a
    where a.entity = 'connection' and a.entity_id = k.id and a.changes ? 'connection_status'
    group by 1
  ) as n
) as h
where k.startup_id is not null and k.deleted_at is null;

drop function public.startup_signals(), public.startup_connections();

create function public.startup_signals()
returns table (id uuid, startup_id uuid, assigned_at timestamptz, seen_at timestamptz, signal_id uuid,
  signal_identifier text, title text, pain_points text, improvement text, urgency public.urgency, region public.region,
  organization_name text, answer text, answered_at timestamptz, decline_reason text)
language sql stable set search_path = ''
begin atomic
  select v.id, v.startup_id, v.assigned_at, v.seen_at, v.signal_id, v.signal_identifier, v.title, v.pain_points,
    v.improvement, v.urgency, v.region, v.organization_name, v.answer, v.answered_at, v.decline_reason
  from private.startup_signals() v;
end;
comment on function public.startup_signals() is 'Signals that were handed to the caller''s startups. id is the assignment''s.';

create function public.startup_connections()
returns table (id uuid, startup_id uuid, signal_id uuid, signal_identifier text, signal_title text,
  connection_status public.connection_status, contact_name text, contact_title text, contact_email text,
  contact_phone text, updated_at timestamptz, created_at timestamptz, requested_at timestamptz, decline_reason text,
  steps jsonb)
language sql stable set search_path = ''
begin atomic
  select v.id, v.startup_id, v.signal_id, v.signal_identifier, v.signal_title, v.connection_status, v.contact_name,
    v.contact_title, v.contact_email, v.contact_phone, v.updated_at, v.created_at, v.requested_at, v.decline_reason, v.steps
  from private.startup_connections() v;
end;
comment on function public.startup_connections() is
  'Connections of the caller''s startups. The contact is there once there was an introduction; steps is {status: since when}.';

grant execute on function public.startup_signals(), public.startup_connections() to authenticated;
