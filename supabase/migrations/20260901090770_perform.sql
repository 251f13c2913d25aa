-- Actions that wait for the network are sent until an answer comes. The same one may then come twice: what was done is
-- kept under the key that its sender made for it, and the second time gets the first answer.

create table private.done_actions (
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  key uuid not null,
  action text not null,
  args jsonb not null,
  answer jsonb,
  at timestamptz not null default now(),
  primary key (user_id, key)
);
comment on table private.done_actions is 'What people did through perform(), for a week: the answer for who asks again.';
create index done_actions_at_idx on private.done_actions (at);
alter table private.done_actions enable row level security;

-- Null for a key that is new, and {answer} for one that was done.
-- Definer: nobody has rights on the table.
create function private.begin_action(with_key uuid, wanted text, given jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  done private.done_actions;
begin
  -- Of two that come at once the second waits here until the first has ended, well or not.
  insert into private.done_actions (user_id, key, action, args) values (auth.uid(), with_key, wanted, given) on conflict do nothing;
  if found then
    return null;
  end if;
  select d.* into done from private.done_actions d where d.user_id = auth.uid() and d.key = with_key;
  if done.action <> wanted or done.args <> given then
    raise invalid_parameter_value using message = 'This key was used for another action', hint = 'Make a new key for each action.';
  end if;
  return jsonb_build_object('answer', done.answer);
end
$$;

-- Definer: as begin_action.
create function private.end_action(with_key uuid, given jsonb) returns void
language sql security definer set search_path = ''
begin atomic
  update private.done_actions d set answer = given where d.user_id = auth.uid() and d.key = with_key;
end;
grant execute on function private.begin_action(uuid, text, jsonb), private.end_action(uuid, jsonb) to authenticated;

-- Written out, so that nothing else can be called by its name.
create function private.perform_action(action text, args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  case action
    when 'approve_signal' then return public.approve_signal((args ->> 'signal')::uuid);
    when 'reject_signal' then return public.reject_signal((args ->> 'signal')::uuid, args ->> 'reason');
    when 'archive_signal' then return public.archive_signal((args ->> 'signal')::uuid);
    when 'reopen_signal' then return public.reopen_signal((args ->> 'signal')::uuid);
    when 'publish_signal' then return public.publish_signal((args ->> 'signal')::uuid);
    when 'unpublish_signal' then return public.unpublish_signal((args ->> 'signal')::uuid);
    when 'assign_signal' then return public.assign_signal((args ->> 'signal')::uuid, (args ->> 'startup')::uuid);
    when 'unassign_signal' then return public.unassign_signal((args ->> 'assignment')::uuid);
    when 'generate_matches' then return public.generate_matches((args ->> 'signal')::uuid);
    when 'set_connection_status' then
      return public.set_connection_status((args ->> 'connection')::uuid, (args ->> 'status')::public.connection_status);
    when 'grant_credits' then
      return public.grant_credits((args ->> 'startup')::uuid, (args ->> 'delta')::integer, args ->> 'reason');
    when 'edit_record' then
      return public.edit_record(args ->> 'entity', (args ->> 'id')::uuid, args -> 'changes', args -> 'base');
    when 'accept_request' then return public.accept_request((args ->> 'connection')::uuid);
    when 'decline_request' then return public.decline_request((args ->> 'connection')::uuid, args ->> 'reason');
    when 'mark_assignment_seen' then return public.mark_assignment_seen((args ->> 'assignment')::uuid);
    when 'accept_assignment' then return public.accept_assignment((args ->> 'assignment')::uuid);
    when 'decline_assignment' then return public.decline_assignment((args ->> 'assignment')::uuid, args ->> 'reason');
    when 'request_signal' then return public.request_signal((args ->> 'signal')::uuid, (args ->> 'startup')::uuid);
    else
      raise invalid_parameter_value using message = format('‘%s’ is no action', left(action, 100)),
        hint = 'Load the page again: it may be older than the server.';
  end case;
end
$$;
grant execute on function private.perform_action(text, jsonb) to authenticated;

create function public.perform(key uuid, action text, args jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  done jsonb;
  answer jsonb;
begin
  if key is null or action is null or jsonb_typeof(args) is distinct from 'object' then
    raise invalid_parameter_value using message = 'An action has a key, a name and arguments', hint = 'Load the page again.';
  end if;
  done := private.begin_action(key, action, args);
  if done is not null then
    return done -> 'answer';
  end if;
  answer := private.perform_action(action, args);
  perform private.end_action(key, answer);
  return answer;
end
$$;
comment on function public.perform(uuid, text, jsonb) is
  'Does an action (approve_signal, edit_record, request_signal, …) once, however often it is sent: the key names this one. What it refuses is as if it had not been sent. Returns what the action returns; for a week the same to who asks again.';
grant execute on function public.perform(uuid, text, jsonb) to authenticated;

create function live.forget_done_actions() returns bigint
language sql set search_path = ''
begin atomic
  with gone as (delete from private.done_actions where at < now() - interval '7 days' returning 1) select count(*) from gone;
end;
comment on function live.forget_done_actions() is
  'Deletes the answers of actions that are a week old. Returns how many. Called with live.forget_old_changes().';

do $$
begin
  if exists (select from pg_extension where extname = 'pg_cron') then
    perform cron.schedule('forget done actions', '29 3 * * *', 'select live.forget_done_actions()');
  end if;
end
$$;
