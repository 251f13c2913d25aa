-- Whom an owner gives a role to: accounts with their e-mail, which only the Auth schema knows.

-- Definer: reads auth.users, of which nobody else may see anything.
create function private.people_directory(search text, max integer)
returns table (
  user_id uuid, email text, display_name text, role public.admin_role, regions text[], startups jsonb,
  created_at timestamptz, last_sign_in_at timestamptz
)
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.my_role() is distinct from 'owner' then
    raise insufficient_privilege using message = 'Only owners may do this', hint = 'Ask an owner to do it, or to make you one.';
  end if;
  return query
  select u.id, u.email::text, a.display_name, a.role,
    array(select r.region::text from public.admin_regions r where r.user_id = u.id order by r.region),
    coalesce((
      select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by t.name)
      from public.startup_members m join public.startups t on t.id = m.startup_id
      where m.user_id = u.id and t.deleted_at is null), '[]'),
    u.created_at, u.last_sign_in_at
  from auth.users u left join public.admins a on a.user_id = u.id
  where coalesce(search, '') = '' or position(lower(search) in lower(concat_ws(' ', u.email, a.display_name))) > 0
  order by a.role, a.display_name, exists (select from public.startup_members m where m.user_id = u.id) desc, u.created_at desc, u.id
  limit least(greatest(max, 1), 500);
end
$$;
grant execute on function private.people_directory(text, integer) to authenticated;

create function public.people_directory(search text default '', max integer default 200)
returns table (
  user_id uuid, email text, display_name text, role public.admin_role, regions text[], startups jsonb,
  created_at timestamptz, last_sign_in_at timestamptz
)
language sql stable set search_path = ''
begin atomic
  select p.* from private.people_directory(search, max) p;
end;
comment on function public.people_directory(text, integer) is
  'Accounts whose e-mail or name contains a text: the staff first, then people of startups, then who is neither, newest first. Owners only; at most 500.';
grant execute on function public.people_directory(text, integer) to authenticated;

-- Definer: reads admins, of which most people may see only their own row. Names alone: colleagues are named in histories.
create function private.staff_names() returns table (user_id uuid, display_name text)
language sql stable security definer set search_path = ''
begin atomic
  select a.user_id, a.display_name from public.admins a where private.my_role() is not null;
end;
grant execute on function private.staff_names() to authenticated;

create function public.staff_names() returns table (user_id uuid, display_name text)
language sql stable set search_path = ''
begin atomic
  select s.user_id, s.display_name from private.staff_names() s;
end;
comment on function public.staff_names() is 'Who the staff are, by name, for each of them; nothing for anybody else.';
grant execute on function public.staff_names() to authenticated;
