-- What people do is a call that checks their rights and then changes rows plainly: the triggers tell the change and note
-- it, as with any other. Errors are for the reader of the page. SQLSTATE: 42501 not your right; P0002 nothing there (any
-- more); 22023 not a value that makes sense; P0001 a rule of the house is against it, named in the detail.

-- Why a signal was rejected belongs to the signal: the next one to read it asks just that.
alter table public.signals
  add column rejection_reason text check (length(rejection_reason) between 1 and 500);
comment on column public.signals.rejection_reason is 'What staff said when they rejected it. Kept here, not in Airtable; goes when it is rejected no more.';

create function private.forget_rejection() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.rejection_reason = null;
  return new;
end
$$;
create trigger forget_rejection before update on public.signals for each row
  when (new.approval_status <> 'rejected' and new.rejection_reason is not null) execute function private.forget_rejection();

create function private.begin_staff_action() returns void
language plpgsql set search_path = '' as $$
declare
  my_role public.admin_role := private.role_of(auth.uid());
begin
  if my_role is null then
    raise insufficient_privilege using message = 'Only staff may do this', hint = 'Sign in with an account that has a role.';
  elsif my_role = 'viewer' then
    raise insufficient_privilege using message = 'Viewers may look but not act', hint = 'Ask an owner to make you an admin.';
  end if;
  perform set_config('live.source', 'admin', true);
end
$$;

create function private.begin_owner_action() returns void
language plpgsql set search_path = '' as $$
begin
  if private.role_of(auth.uid()) is distinct from 'owner' then
    raise insufficient_privilege using message = 'Only owners may do this', hint = 'Ask an owner to do it, or to make you one.';
  end if;
  perform set_config('live.source', 'admin', true);
end
$$;

-- Asked of a row that is locked: it cannot move to another region before it is changed. Also the role is asked again, which
-- may have gone while this waited for the row.
create function private.check_region(region public.region) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.begin_staff_action();
  if region = any (private.regions_of(auth.uid())) then
    return;
  elsif region = 'unassigned' then
    raise insufficient_privilege using message = 'This belongs to no region yet, and only owners act on it',
      hint = 'It becomes yours when its organization is given a region of yours.';
  else
    raise insufficient_privilege using message = format('This belongs to the region %s, which is not yours', region),
      hint = format('Ask an owner for the region %s, or a colleague who has it to do this.', region);
  end if;
end
$$;

create function private.reason_given(reason text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if coalesce(length(btrim(reason)), 0) not between 1 and 500 then
    raise invalid_parameter_value using message = 'A reason is missing or too long', hint = 'Say why, in 1 to 500 characters.';
  end if;
  return btrim(reason);
end
$$;

create function private.signal_to_act_on(wanted uuid) returns public.signals
language plpgsql set search_path = '' as $$
declare
  signal public.signals;
begin
  perform private.begin_staff_action();
  select s.* into signal from public.signals s where s.id = wanted and s.deleted_at is null for no key update;
  if signal.id is null then
    raise no_data_found using message = 'There is no such signal', hint = 'Somebody may have removed it. Load the list again.';
  end if;
  perform private.check_region(signal.region);
  return signal;
end
$$;

-- For whoever adds a row under the signal. What an added row waits for comes before the lock of the signal, in the order
-- in which the mirror takes them: neither waits for the other in a circle.
create function private.signal_to_add_to(wanted uuid) returns public.signals
language plpgsql set search_path = '' as $$
begin
  perform private.hold_regions(false, true);
  return private.signal_to_act_on(wanted);
end
$$;

-- Any outcome may follow any other, so that each can be taken back. Whatever is not approved leaves the pool for good:
-- to be approved again is not to be published again.
-- Definer: nobody has the right to write to signals.
create function private.review_signal(wanted uuid, outcome public.approval_status, reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  signal public.signals := private.signal_to_act_on(wanted);
begin
  update public.signals s
  set approval_status = outcome,
    rejection_reason = case when outcome = 'rejected' then private.reason_given(reason) end,
    is_public = s.is_public and outcome = 'approved'
  where s.id = signal.id
  returning s.* into signal;
  return to_jsonb(signal);
end
$$;

-- Definer: nobody has the right to write to signals.
create function private.set_signal_public(wanted uuid, shown boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  signal public.signals := private.signal_to_act_on(wanted);
begin
  if shown and signal.approval_status <> 'approved' then
    raise exception using message = 'Only an approved signal can go to the pool', detail = 'NOT_APPROVED', hint = 'Approve it first.';
  end if;
  update public.signals s set is_public = shown where s.id = signal.id returning s.* into signal;
  return to_jsonb(signal);
end
$$;

grant execute on function private.review_signal(uuid, public.approval_status, text), private.set_signal_public(uuid, boolean)
  to authenticated;

create function public.approve_signal(signal uuid) returns jsonb
language sql set search_path = ''
return private.review_signal(signal, 'approved', null);
comment on function public.approve_signal(uuid) is 'Approves a signal of the caller''s regions. Returns the row as it is now.';

create function public.reject_signal(signal uuid, reason text) returns jsonb
language sql set search_path = ''
return private.review_signal(signal, 'rejected', reason);
comment on function public.reject_signal(uuid, text) is 'Rejects a signal, with the reason in 1 to 500 characters, and takes it from the pool. Returns the row.';

create function public.archive_signal(signal uuid) returns jsonb
language sql set search_path = ''
return private.review_signal(signal, 'archived', null);
comment on function public.archive_signal(uuid) is 'Puts a signal away, and takes it from the pool. Returns the row.';

create function public.reopen_signal(signal uuid) returns jsonb
language sql set search_path = ''
return private.review_signal(signal, 'pending_review', null);
comment on function public.reopen_signal(uuid) is
  'Takes back an approval, a rejection or an archiving: the signal waits for review again. Returns the row.';

create function public.publish_signal(signal uuid) returns jsonb
language sql set search_path = ''
return private.set_signal_public(signal, true);
comment on function public.publish_signal(uuid) is 'Shows an approved signal to every startup. NOT_APPROVED otherwise. Returns the row.';

create function public.unpublish_signal(signal uuid) returns jsonb
language sql set search_path = ''
return private.set_signal_public(signal, false);
comment on function public.unpublish_signal(uuid) is 'Takes a signal out of the pool. Returns the row.';

grant execute on function public.approve_signal(uuid), public.reject_signal(uuid, text), public.archive_signal(uuid),
  public.reopen_signal(uuid), public.publish_signal(uuid), public.unpublish_signal(uuid)
  to authenticated;
