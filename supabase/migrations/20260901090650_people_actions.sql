-- Who is staff and who belongs to a startup: owners decide. Publishing tells whom it concerns, and raises the epochs of
-- what they lose.

-- One at a time, and rights are asked for again after the wait: two owners who demote each other at once would leave none.
create function private.begin_people_action() returns void
language plpgsql set search_path = '' as $$
begin
  perform private.begin_owner_action();
  perform pg_advisory_xact_lock(hashtextextended('people', 17));
  perform private.begin_owner_action();
end
$$;

create function private.check_account(person uuid) returns void
language plpgsql set search_path = '' as $$
begin
  if not exists (select from auth.users u where u.id = person) then
    raise no_data_found using message = 'There is no such account', hint = 'Invite the person first: a role is given to an account.';
  end if;
end
$$;

create function private.check_not_last_owner(person uuid) returns void
language plpgsql set search_path = '' as $$
begin
  if private.role_of(person) = 'owner' and not exists (select from public.admins a where a.role = 'owner' and a.user_id <> person) then
    raise exception using message = 'This is the last owner', detail = 'LAST_OWNER', hint = 'Make somebody else an owner first.';
  end if;
end
$$;

create function private.person_json(person uuid) returns jsonb
language sql stable set search_path = ''
begin atomic
  select to_jsonb(a) || jsonb_build_object('regions', coalesce(
    (select jsonb_agg(r.region order by r.region) from public.admin_regions r where r.user_id = a.user_id), '[]'))
  from public.admins a where a.user_id = person;
end;

-- Definer: nobody has the right to write to admins and admin_regions.
create function private.set_person(person uuid, name text, new_role public.admin_role, in_regions public.region[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  -- Owners have all regions without a list: one that is kept would come back with a demotion.
  regions public.region[] := case when new_role = 'owner' then '{}' else coalesce(in_regions, '{}') end;
begin
  perform private.begin_people_action();
  if coalesce(length(btrim(name)), 0) not between 1 and 200 then
    raise invalid_parameter_value using message = 'A name is missing or too long', hint = 'Give a name of 1 to 200 characters.';
  elsif new_role is null then
    raise invalid_parameter_value using message = 'A role is missing', hint = 'Choose owner, admin or viewer.';
  elsif array_position(regions, 'unassigned') is not null or array_position(regions, null) is not null then
    raise invalid_parameter_value using message = 'Rows without a region are the owners'' alone', hint = 'Choose northeast, south, midwest or west.';
  end if;
  perform private.check_account(person);
  if new_role <> 'owner' then
    perform private.check_not_last_owner(person);
  end if;

  insert into public.admins as a (user_id, display_name, role) values (person, btrim(name), new_role)
  on conflict (user_id) do update set display_name = excluded.display_name, role = excluded.role
  where (a.display_name, a.role) is distinct from (excluded.display_name, excluded.role);
  delete from public.admin_regions r where r.user_id = person and not r.region = any (regions);
  insert into public.admin_regions (user_id, region) select person, r from unnest(regions) as r on conflict do nothing;
  return private.person_json(person);
end
$$;

-- Definer: nobody has the right to write to admins.
create function private.remove_person(person uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  removed jsonb;
begin
  perform private.begin_people_action();
  perform private.check_not_last_owner(person);
  removed := private.person_json(person);
  if removed is null then
    raise no_data_found using message = 'There is no such person among the staff', hint = 'Somebody may have removed them already.';
  end if;
  delete from public.admins a where a.user_id = person;
  return removed;
end
$$;

-- Definer: nobody has the right to write to startup_members.
create function private.set_startup_member(person uuid, of_startup uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  member public.startup_members;
begin
  perform private.begin_people_action();
  perform private.check_account(person);
  if not exists (select from public.startups t where t.id = of_startup and t.deleted_at is null) then
    raise no_data_found using message = 'There is no such startup', hint = 'Somebody may have removed it. Load the list again.';
  end if;
  insert into public.startup_members (user_id, startup_id) values (person, of_startup) on conflict do nothing;
  select m.* into member from public.startup_members m where m.user_id = person and m.startup_id = of_startup;
  return to_jsonb(member);
end
$$;

-- Definer: nobody has the right to write to startup_members.
create function private.remove_startup_member(person uuid, of_startup uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  member public.startup_members;
begin
  perform private.begin_people_action();
  delete from public.startup_members m where m.user_id = person and m.startup_id = of_startup returning m.* into member;
  if member.user_id is null then
    raise no_data_found using message = 'This person does not belong to that startup', hint = 'Somebody may have removed them already.';
  end if;
  return to_jsonb(member);
end
$$;

grant execute on function private.set_person(uuid, text, public.admin_role, public.region[]), private.remove_person(uuid),
  private.set_startup_member(uuid, uuid), private.remove_startup_member(uuid, uuid)
  to authenticated;

create function public.set_person(user_id uuid, display_name text, role public.admin_role, regions public.region[] default '{}')
returns jsonb
language sql set search_path = ''
return private.set_person(user_id, display_name, role, regions);
comment on function public.set_person(uuid, text, public.admin_role, public.region[]) is
  'Makes an account staff, or changes its name, role and regions. Owners only, and the last one stays: LAST_OWNER. Returns the person with regions.';

create function public.remove_person(user_id uuid) returns jsonb
language sql set search_path = ''
return private.remove_person(user_id);
comment on function public.remove_person(uuid) is
  'Takes a person''s role and regions; the account and its startups stay. Owners only, LAST_OWNER. Returns the person as they were.';

create function public.set_startup_member(user_id uuid, startup uuid) returns jsonb
language sql set search_path = ''
return private.set_startup_member(user_id, startup);
comment on function public.set_startup_member(uuid, uuid) is 'Lets an account see a startup''s side of the portal. Owners only. Returns the membership.';

create function public.remove_startup_member(user_id uuid, startup uuid) returns jsonb
language sql set search_path = ''
return private.remove_startup_member(user_id, startup);
comment on function public.remove_startup_member(uuid, uuid) is 'Ends a membership. Owners only. Returns it as it was.';

grant execute on function public.set_person(uuid, text, public.admin_role, public.region[]), public.remove_person(uuid),
  public.set_startup_member(uuid, uuid), public.remove_startup_member(uuid, uuid)
  to authenticated;
