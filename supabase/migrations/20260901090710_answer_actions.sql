-- Answers, as calls. Errors as before (see the actions on signals), and these rules in the detail: ALREADY_ACCEPTED,
-- NOT_A_REQUEST, ANSWERED.

create function private.my_assignment(wanted uuid) returns public.signal_assignments
language plpgsql set search_path = '' as $$
declare
  assignment public.signal_assignments;
begin
  if private.startups_of(auth.uid()) = '{}' then
    raise insufficient_privilege using message = 'Only members of a startup may do this', hint = 'Ask the staff to add you to your startup.';
  end if;
  perform set_config('live.source', 'portal', true);
  -- Two members who answer at once: the second finds what the first said. Before any row, so that nobody waits in a circle.
  perform pg_advisory_xact_lock(hashtextextended('answer to ' || wanted, 17));
  select a.* into assignment from public.signal_assignments a
  where a.id = wanted and a.startup_id = any (private.startups_of(auth.uid()));
  -- Of those of others the caller does not learn that they exist.
  if assignment.id is null then
    raise no_data_found using message = 'There is no such signal in your inbox', hint = 'The staff may have taken it back.';
  end if;
  return assignment;
end
$$;

create function private.write_answer(wanted uuid, said text, reason text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  written jsonb;
begin
  update public.signal_assignments a
  set answer = said, answered_at = now(), decline_reason = reason, seen_at = coalesce(a.seen_at, now())
  where a.id = wanted
  returning jsonb_build_object('id', a.id, 'answer', a.answer, 'answered_at', a.answered_at, 'decline_reason', a.decline_reason)
  into written;
  if written is null then
    raise no_data_found using message = 'There is no such signal in your inbox', hint = 'The staff may have taken it back.';
  end if;
  return written;
end
$$;

-- To accept is to ask for the introduction, and costs what that costs, unless staff made the connection already.
-- Definer: a member has no right to read or write what an answer changes.
create function private.accept_assignment(wanted uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  assignment public.signal_assignments := private.my_assignment(wanted);
  connection uuid := (
    select k.id from public.connections k
    where k.signal_id = assignment.signal_id and k.startup_id = assignment.startup_id and k.deleted_at is null limit 1);
  request jsonb := '{"cost": 0}';
begin
  if assignment.answer = 'accepted' then
    return jsonb_build_object('id', assignment.id, 'answer', assignment.answer, 'answered_at', assignment.answered_at,
      'decline_reason', null, 'cost', 0, 'connection_id', connection);
  end if;
  if connection is null then
    request := private.request_signal(assignment.signal_id, assignment.startup_id);
  end if;
  return private.write_answer(assignment.id, 'accepted', null) || jsonb_build_object(
    'cost', request -> 'cost', 'connection_id', coalesce(request -> 'connection_id', to_jsonb(connection)));
end
$$;

-- Definer: a member has no right to write to signal_assignments.
create function private.decline_assignment(wanted uuid, reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  assignment public.signal_assignments := private.my_assignment(wanted);
begin
  if assignment.answer = 'accepted' then
    raise exception using message = 'Your startup has accepted this signal', detail = 'ALREADY_ACCEPTED',
      hint = 'See how far it has come under your connections.';
  end if;
  return private.write_answer(assignment.id, 'declined', private.reason_given(reason));
end
$$;

-- However a request is turned down, here or in Airtable, its startup gets back what it paid, once: the newest line
-- about the signal says whether there is something to return. Who takes the refusal back does not charge again.
-- Definer: nobody has the right to write to the ledger.
create function private.return_credits() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  paid public.credit_changes;
begin
  perform from public.startups t where t.id = new.startup_id for no key update;
  select c.* into paid from public.credit_changes c
  where c.startup_id = new.startup_id and c.signal_id = new.signal_id and c.at >= new.requested_at
  order by c.at desc limit 1;
  if paid.delta < 0 and exists (select from public.startups t where t.id = new.startup_id and t.deleted_at is null) then
    perform private.change_credits(new.startup_id, -paid.delta, left('Returned: ' || paid.reason, 500), new.signal_id);
  end if;
  return null;
end
$$;
create trigger return_credits after update on public.connections for each row
  when (new.requested_at is not null and old.connection_status = 'pending_review'
    and new.connection_status in ('declined', 'closed'))
  execute function private.return_credits();

-- Definer: nobody has the right to write to connections.
create function private.answer_request(wanted uuid, outcome public.connection_status, reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  connection public.connections;
begin
  perform private.begin_staff_action();
  -- The startup first, as the mirror does.
  perform from public.startups t
  where t.id = (select k.startup_id from public.connections k where k.id = wanted) for no key update;
  select k.* into connection from public.connections k where k.id = wanted and k.deleted_at is null for no key update;
  if connection.id is null then
    raise no_data_found using message = 'There is no such request', hint = 'Somebody may have removed it. Load the list again.';
  end if;
  perform private.check_region(connection.region);
  if connection.requested_at is null then
    raise exception using message = 'No startup asked for this connection', detail = 'NOT_A_REQUEST', hint = 'Change its status instead.';
  elsif connection.connection_status <> 'pending_review' then
    raise exception using
      message = format('This request was answered: it is %s', replace(connection.connection_status::text, '_', ' ')),
      detail = 'ANSWERED', hint = 'Load the list again.';
  end if;
  update public.connections k
  set connection_status = outcome, decline_reason = case when outcome = 'declined' then private.reason_given(reason) end
  where k.id = connection.id returning k.* into connection;
  return to_jsonb(connection);
end
$$;

grant execute on function private.accept_assignment(uuid), private.decline_assignment(uuid, text),
  private.answer_request(uuid, public.connection_status, text)
  to authenticated;

create function public.accept_assignment(assignment uuid) returns jsonb
language sql set search_path = ''
return private.accept_assignment(assignment);
comment on function public.accept_assignment(uuid) is
  'The caller''s startup takes a signal that it was handed: asks for the introduction and pays for it (CREDITS_SHORT, NOT_ACTIVE). Once. Returns {id, answer, answered_at, decline_reason, cost, connection_id}.';

create function public.decline_assignment(assignment uuid, reason text) returns jsonb
language sql set search_path = ''
return private.decline_assignment(assignment, reason);
comment on function public.decline_assignment(uuid, text) is
  'The caller''s startup says no, with the reason in 1 to 500 characters, until it has accepted: ALREADY_ACCEPTED. Returns {id, answer, answered_at, decline_reason}.';

create function public.accept_request(connection uuid) returns jsonb
language sql set search_path = ''
return private.answer_request(connection, 'introduced', null);
comment on function public.accept_request(uuid) is
  'Introduces a startup that asked for it: NOT_A_REQUEST, ANSWERED. Returns the row of connections.';

create function public.decline_request(connection uuid, reason text) returns jsonb
language sql set search_path = ''
return private.answer_request(connection, 'declined', reason);
comment on function public.decline_request(uuid, text) is
  'Declines what a startup asked for, with the reason that it will read, and returns its credits, once: NOT_A_REQUEST, ANSWERED. Returns the row of connections.';

grant execute on function public.accept_assignment(uuid), public.decline_assignment(uuid, text),
  public.accept_request(uuid), public.decline_request(uuid, text)
  to authenticated;
