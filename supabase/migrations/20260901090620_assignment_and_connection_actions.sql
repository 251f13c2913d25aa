-- Handing signals to startups, moving connections along, and what a reader marks as seen.

-- The signal is locked, so that of people who assign and unassign at once each finds what the one before left.
-- Definer: nobody has the right to write to signal_assignments.
create function private.assign_signal(wanted uuid, to_startup uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  signal public.signals := private.signal_to_add_to(wanted);
  startup public.startups;
  assignment public.signal_assignments;
begin
  select a.* into assignment from public.signal_assignments a where a.signal_id = signal.id and a.startup_id = to_startup;
  if assignment.id is not null then
    return to_jsonb(assignment);
  end if;
  select t.* into startup from public.startups t where t.id = to_startup and t.deleted_at is null;
  if startup.id is null then
    raise no_data_found using message = 'There is no such startup', hint = 'Somebody may have removed it. Load the list again.';
  elsif not startup.is_active then
    raise exception using message = format('%s is not active', coalesce(startup.name, 'This startup')), detail = 'NOT_ACTIVE',
      hint = 'Choose another one, or make it active in Airtable first.';
  elsif signal.approval_status <> 'approved' then
    raise exception using message = 'Only an approved signal can be handed to a startup', detail = 'NOT_APPROVED', hint = 'Approve it first.';
  end if;
  insert into public.signal_assignments (signal_id, startup_id, assigned_by)
  values (signal.id, startup.id, auth.uid())
  returning * into assignment;
  return to_jsonb(assignment);
end
$$;

-- Definer: nobody has the right to write to signal_assignments.
create function private.unassign_signal(wanted uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  signal public.signals;
  assignment public.signal_assignments;
begin
  perform private.begin_staff_action();
  -- In the order of private.assign_signal: the signal first. It may be gone; what was assigned of it may still go.
  select s.* into signal from public.signals s
  where s.id = (select a.signal_id from public.signal_assignments a where a.id = wanted) for no key update;
  if signal.id is not null then
    perform private.check_region(signal.region);
    delete from public.signal_assignments a where a.id = wanted returning a.* into assignment;
  end if;
  if assignment.id is null then
    raise no_data_found using message = 'There is no such assignment', hint = 'Somebody may have taken it back already.';
  end if;
  return to_jsonb(assignment);
end
$$;

-- One step along the way or back, and out of it. Each step has its opposite here, so that any can be taken back: the
-- relation is symmetric, which is why a pair stands once.
create function private.may_follow(old_status public.connection_status, new_status public.connection_status) returns boolean
language sql immutable set search_path = ''
return (least(old_status, new_status), greatest(old_status, new_status)) in (
  ('pending_review', 'introduced'), ('introduced', 'in_progress'), ('in_progress', 'matched'),
  ('pending_review', 'declined'), ('introduced', 'declined'), ('in_progress', 'declined'),
  ('pending_review', 'closed'), ('introduced', 'closed'), ('in_progress', 'closed'), ('matched', 'closed'));

-- Definer: nobody has the right to write to connections.
create function private.set_connection_status(wanted uuid, new_status public.connection_status) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  connection public.connections;
begin
  perform private.begin_staff_action();
  -- The startup first, as who answers its request: to be turned down returns its credits.
  perform from public.startups t
  where t.id = (select k.startup_id from public.connections k where k.id = wanted) for no key update;
  select k.* into connection from public.connections k where k.id = wanted and k.deleted_at is null for no key update;
  if connection.id is null then
    raise no_data_found using message = 'There is no such connection', hint = 'Somebody may have removed it. Load the list again.';
  end if;
  perform private.check_region(connection.region);
  if new_status is null then
    raise invalid_parameter_value using message = 'A status is missing', hint = 'Say which status the connection gets.';
  elsif new_status = connection.connection_status then
    return to_jsonb(connection);
  elsif not private.may_follow(connection.connection_status, new_status) then
    raise exception using message = format('A connection cannot go from %s to %s',
        replace(connection.connection_status::text, '_', ' '), replace(new_status::text, '_', ' ')),
      detail = 'NOT_A_STEP',
      hint = (select 'Possible now: ' || string_agg(replace(s::text, '_', ' '), ', ' order by s) || '.'
        from unnest(enum_range(null::public.connection_status)) as s where private.may_follow(connection.connection_status, s));
  end if;
  update public.connections k set connection_status = new_status where k.id = connection.id returning k.* into connection;
  return to_jsonb(connection);
end
$$;

-- Definer: a member has no right to write to signal_assignments.
create function private.mark_assignment_seen(wanted uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  mine uuid[] := private.startups_of(auth.uid());
  assignment public.signal_assignments;
begin
  if mine = '{}' then
    raise insufficient_privilege using message = 'Only members of a startup may do this', hint = 'Ask the staff to add you to your startup.';
  end if;
  perform set_config('live.source', 'portal', true);
  -- Of those of others the caller does not learn that they exist. The first look is the one that counts.
  update public.signal_assignments a set seen_at = coalesce(a.seen_at, now())
  where a.id = wanted and a.startup_id = any (mine) returning a.* into assignment;
  if assignment.id is null then
    raise no_data_found using message = 'There is no such signal in your inbox', hint = 'The staff may have taken it back.';
  end if;
  return jsonb_build_object('id', assignment.id, 'seen_at', assignment.seen_at);
end
$$;

-- Definer: nobody has the right to write to notifications.
create function private.mark_notifications_read(wanted uuid[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  marked integer;
begin
  perform set_config('live.source', case when private.role_of(auth.uid()) is null then 'portal' else 'admin' end, true);
  update public.notifications n set read_at = now()
  where n.user_id = auth.uid() and n.read_at is null and (wanted is null or n.id = any (wanted));
  get diagnostics marked = row_count;
  return marked;
end
$$;

grant execute on function private.assign_signal(uuid, uuid), private.unassign_signal(uuid),
  private.set_connection_status(uuid, public.connection_status), private.mark_assignment_seen(uuid),
  private.mark_notifications_read(uuid[])
  to authenticated;

create function public.assign_signal(signal uuid, startup uuid) returns jsonb
language sql set search_path = ''
return private.assign_signal(signal, startup);
comment on function public.assign_signal(uuid, uuid) is
  'Hands an approved signal to an active startup: NOT_APPROVED, NOT_ACTIVE otherwise. Once: again it returns the same assignment.';

create function public.unassign_signal(assignment uuid) returns jsonb
language sql set search_path = ''
return private.unassign_signal(assignment);
comment on function public.unassign_signal(uuid) is 'Takes an assignment back. Returns the row as it was.';

create function public.set_connection_status(connection uuid, status public.connection_status) returns jsonb
language sql set search_path = ''
return private.set_connection_status(connection, status);
comment on function public.set_connection_status(uuid, public.connection_status) is
  'Moves a connection a step on or back, declines or closes it: NOT_A_STEP otherwise, with what is possible in the hint. Returns the row.';

create function public.mark_assignment_seen(assignment uuid) returns jsonb
language sql set search_path = ''
return private.mark_assignment_seen(assignment);
comment on function public.mark_assignment_seen(uuid) is
  'Says that the caller''s startup has seen what was handed to it. Returns {id, seen_at}; the first time stays.';

create function public.mark_notifications_read(ids uuid[] default null) returns integer
language sql set search_path = ''
return private.mark_notifications_read(ids);
comment on function public.mark_notifications_read(uuid[]) is
  'Marks the caller''s notifications as read, all or those named. Returns how many were unread.';

grant execute on function public.assign_signal(uuid, uuid), public.unassign_signal(uuid),
  public.set_connection_status(uuid, public.connection_status), public.mark_assignment_seen(uuid),
  public.mark_notifications_read(uuid[])
  to authenticated;
