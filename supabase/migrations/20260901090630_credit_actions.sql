-- Credits are granted and spent in one function, which locks the startup: of requests that race for the last credits one
-- wins, and the balance of the newest line is always what the startup has. Nobody else may write either.

insert into public.credit_configurations (kind, cost) values
  ('public_signal_request', 5),
  ('assigned_signal_request', 2)
on conflict (kind) do nothing;

create function private.change_credits(of_startup uuid, delta integer, reason text, for_signal uuid) returns public.credit_changes
language plpgsql set search_path = '' as $$
declare
  startup public.startups;
  line public.credit_changes;
begin
  select t.* into startup from public.startups t where t.id = of_startup and t.deleted_at is null for no key update;
  if startup.id is null then
    raise no_data_found using message = 'There is no such startup', hint = 'Somebody may have removed it. Load the list again.';
  elsif startup.credits::bigint + delta < 0 then
    raise exception using
      message = format('This takes %s credits, and %s has %s', -delta, coalesce(startup.name, 'the startup'), startup.credits),
      detail = 'CREDITS_SHORT', hint = 'Ask the staff for credits.';
  elsif startup.credits::bigint + delta > 1000000 then
    raise invalid_parameter_value using message = 'That is more than a million credits', hint = 'Grant fewer.';
  end if;
  -- Not the time at which the transaction began: who waited for the lock comes after whom they waited for.
  insert into public.credit_changes (startup_id, delta, balance, reason, signal_id, actor, at)
  values (startup.id, delta, startup.credits + delta, reason, for_signal, auth.uid(), clock_timestamp())
  returning * into line;
  update public.startups t set credits = line.balance, last_credit_change = line.at where t.id = startup.id;
  return line;
end
$$;

-- Definer: nobody has the right to write to the ledger.
create function private.grant_credits(to_startup uuid, delta integer, reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.begin_owner_action();
  if coalesce(delta, 0) = 0 then
    raise invalid_parameter_value using message = 'Zero credits change nothing', hint = 'Say how many to grant; a number below zero takes some back.';
  end if;
  return to_jsonb(private.change_credits(to_startup, delta, private.reason_given(reason), null));
end
$$;

create function private.requesting_startup(chosen uuid) returns uuid
language plpgsql set search_path = '' as $$
declare
  mine uuid[] := private.startups_of(auth.uid());
begin
  if mine = '{}' then
    raise insufficient_privilege using message = 'Only members of a startup may request signals', hint = 'Ask the staff to add you to your startup.';
  elsif chosen is null and cardinality(mine) > 1 then
    raise invalid_parameter_value using message = 'You belong to several startups', hint = 'Say for which of them you request.';
  elsif not coalesce(chosen, mine[1]) = any (mine) then
    raise insufficient_privilege using message = 'You do not belong to that startup', hint = 'Choose a startup of yours.';
  end if;
  return coalesce(chosen, mine[1]);
end
$$;

-- Definer: a member has no right to read signals, nor to write connections, startups and the ledger.
create function private.request_signal(wanted uuid, for_startup uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  startup public.startups;
  signal public.signals;
  request_kind public.credit_kind;
  cost integer;
  line public.credit_changes;
  connection public.connections;
begin
  startup.id := private.requesting_startup(for_startup);
  -- In the order in which a page of the mirror takes them, so that neither waits for the other for ever.
  perform private.hold_regions(false, true);
  select t.* into startup from public.startups t where t.id = startup.id and t.deleted_at is null for no key update;
  -- Again: who has waited may have been taken out of the startup meanwhile.
  if startup.id is not null then
    perform private.requesting_startup(startup.id);
  end if;
  select s.* into signal from public.signals s
  where s.id = wanted and s.approval_status = 'approved' and s.deleted_at is null for no key update;

  request_kind := case
    when exists (select from public.signal_assignments a where a.signal_id = signal.id and a.startup_id = startup.id)
      then 'assigned_signal_request'
    when signal.is_public then 'public_signal_request'
  end;
  if startup.is_active is not true then
    raise exception using message = 'Your startup is not active', detail = 'NOT_ACTIVE', hint = 'Ask the staff about it.';
  elsif request_kind is null then
    -- The same words for a signal that is not there and one that is not theirs to know of.
    raise no_data_found using message = 'This signal is not open to your startup', hint = 'The staff may have taken it back. Load the pool again.';
  elsif exists (select from public.connections k where k.signal_id = signal.id and k.startup_id = startup.id and k.deleted_at is null) then
    raise exception using message = 'Your startup has a connection with this signal already', detail = 'ALREADY_CONNECTED',
      hint = 'See how far it has come under your connections.';
  end if;

  select c.cost into strict cost from public.credit_configurations c where c.kind = request_kind;
  perform set_config('live.source', 'portal', true);
  -- A line of nothing is no line.
  if cost > 0 then
    line := private.change_credits(startup.id, -cost, 'Request of ' || coalesce(left(signal.signal_identifier, 100), 'a signal'), signal.id);
  end if;
  insert into public.connections (signal_id, startup_id, organization_id, contact_id, connection_status)
  values (signal.id, startup.id, signal.organization_id, signal.contact_id, 'pending_review')
  returning * into connection;
  return jsonb_build_object('connection_id', connection.id, 'connection_status', connection.connection_status,
    'startup_id', startup.id, 'cost', cost, 'credits', coalesce(line.balance, startup.credits));
end
$$;

grant execute on function private.grant_credits(uuid, integer, text), private.request_signal(uuid, uuid) to authenticated;

create function public.grant_credits(startup uuid, delta integer, reason text) returns jsonb
language sql set search_path = ''
return private.grant_credits(startup, delta, reason);
comment on function public.grant_credits(uuid, integer, text) is
  'Gives a startup credits, or takes some back, never below zero (CREDITS_SHORT). Owners only. Returns the line of the ledger.';

create function public.request_signal(signal uuid, startup uuid default null) returns jsonb
language sql set search_path = ''
return private.request_signal(signal, startup);
comment on function public.request_signal(uuid, uuid) is
  'A startup asks for an introduction: pays what credit_configurations says, and gets a connection that waits for review. CREDITS_SHORT, ALREADY_CONNECTED, NOT_ACTIVE. Returns {connection_id, connection_status, startup_id, cost, credits}.';

grant execute on function public.grant_credits(uuid, integer, text), public.request_signal(uuid, uuid) to authenticated;
