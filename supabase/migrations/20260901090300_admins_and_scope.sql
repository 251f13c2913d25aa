-- Who sees what. Every policy on a table and every right on a channel comes from private.regions_of and
-- private.channels_of, so that "may select" and "may hear" cannot drift apart.

create type public.admin_role as enum ('owner', 'admin', 'viewer');

create table public.admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null check (length(display_name) between 1 and 200),
  role public.admin_role not null default 'viewer',
  created_at timestamptz not null default now()
);
comment on table public.admins is 'Staff. Owners see everything and manage; admins act in their regions; viewers look.';

create table public.admin_regions (
  user_id uuid not null references public.admins (user_id) on delete cascade,
  region public.region not null check (region <> 'unassigned'),
  primary key (user_id, region)
);
comment on table public.admin_regions is 'Regions of an admin or viewer. Owners need none; rows without a region are theirs alone.';

-- RLS everywhere: a table without a policy is a table that nobody reads.
alter table public.organizations enable row level security;
alter table public.contacts enable row level security;
alter table public.startups enable row level security;
alter table public.signals enable row level security;
alter table public.connections enable row level security;
alter table public.interactions enable row level security;
alter table public.admins enable row level security;
alter table public.admin_regions enable row level security;
alter table public.signal_assignments enable row level security;
alter table public.matches enable row level security;
alter table public.credit_configurations enable row level security;
alter table public.credit_changes enable row level security;
alter table public.startup_members enable row level security;
alter table public.notifications enable row level security;
alter table public.notification_rules enable row level security;
alter table public.saved_views enable row level security;
alter table public.activity enable row level security;

-- These are asked by every policy. In plpgsql, which keeps their plans: a function in SQL that cannot be inlined is planned
-- anew in every statement.

-- Definer: reads admins, which the caller may see only in part.
create function private.role_of(person uuid) returns public.admin_role
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select a.role from public.admins a where a.user_id = person);
end
$$;

-- Definer: reads admins and admin_regions, which the caller may see only in part.
create function private.regions_of(person uuid) returns public.region[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return case private.role_of(person)
    when 'owner' then enum_range(null::public.region)
    else coalesce(
      (select array_agg(r.region) from public.admin_regions r where r.user_id = person),
      '{}'::public.region[])
  end;
end
$$;

-- Definer: reads startup_members, which the caller may see only in part.
create function private.startups_of(person uuid) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select coalesce(array_agg(m.startup_id), '{}') from public.startup_members m where m.user_id = person);
end
$$;

create function private.my_role() returns public.admin_role
language plpgsql stable set search_path = '' as $$
begin
  return private.role_of(auth.uid());
end
$$;

create function private.my_regions() returns public.region[]
language plpgsql stable set search_path = '' as $$
begin
  return private.regions_of(auth.uid());
end
$$;

create function private.my_startups() returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  return private.startups_of(auth.uid());
end
$$;

grant execute on function private.role_of(uuid), private.regions_of(uuid), private.startups_of(uuid),
  private.my_role(), private.my_regions(), private.my_startups()
  to authenticated;

-- (select f()) is computed once a query, not once a row; the cast keeps `= any` on an array, which an index serves.
create policy "admins read the organizations of their regions" on public.organizations
  for select to authenticated
  using (deleted_at is null and region = any ((select private.my_regions())::public.region[]));
create policy "admins read the contacts of their regions" on public.contacts
  for select to authenticated
  using (deleted_at is null and region = any ((select private.my_regions())::public.region[]));
create policy "admins read the signals of their regions" on public.signals
  for select to authenticated
  using (deleted_at is null and region = any ((select private.my_regions())::public.region[]));
create policy "admins read the connections of their regions" on public.connections
  for select to authenticated
  using (deleted_at is null and region = any ((select private.my_regions())::public.region[]));
create policy "admins read the interactions of their regions" on public.interactions
  for select to authenticated
  using (deleted_at is null and region = any ((select private.my_regions())::public.region[]));
create policy "admins read the assignments of their regions, members their startup's" on public.signal_assignments
  for select to authenticated
  using (
    region = any ((select private.my_regions())::public.region[])
    or startup_id = any ((select private.my_startups())::uuid[])
  );
create policy "admins read the matches of their regions" on public.matches
  for select to authenticated
  using (region = any ((select private.my_regions())::public.region[]));
create policy "admins read the activity of their regions and of the network" on public.activity
  for select to authenticated
  using (
    region = any ((select private.my_regions())::public.region[])
    or (region is null and (select private.my_role()) is not null)
  );
create policy "every admin reads the startups, members their own" on public.startups
  for select to authenticated
  using (
    deleted_at is null
    and ((select private.my_role()) is not null or id = any ((select private.my_startups())::uuid[]))
  );
create policy "every admin reads the ledger, members their startup's" on public.credit_changes
  for select to authenticated
  using ((select private.my_role()) is not null or startup_id = any ((select private.my_startups())::uuid[]));
create policy "admins and members read the costs" on public.credit_configurations
  for select to authenticated
  using ((select private.my_role()) is not null or (select private.my_startups()) <> '{}');
create policy "people read their own memberships, owners everybody's" on public.startup_members
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.my_role()) = 'owner');

-- What a person keeps for themself.
-- With a role or a membership, as the channel that tells of them.
create policy "people read their own notifications" on public.notifications
  for select to authenticated
  using (
    user_id = (select auth.uid())
    and ((select private.my_role()) is not null or (select private.my_startups()) <> '{}')
  );
create policy "people read their own rules" on public.notification_rules
  for select to authenticated using (user_id = (select auth.uid()));
create policy "people add rules of their own" on public.notification_rules
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "people change their own rules" on public.notification_rules
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "people delete their own rules" on public.notification_rules
  for delete to authenticated using (user_id = (select auth.uid()));
create policy "people read their own views" on public.saved_views
  for select to authenticated using (user_id = (select auth.uid()));
create policy "people add views of their own" on public.saved_views
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "people change their own views" on public.saved_views
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "people delete their own views" on public.saved_views
  for delete to authenticated using (user_id = (select auth.uid()));

create policy "people read their own role, owners everybody's" on public.admins
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.my_role()) = 'owner');
create policy "people read their own regions, owners everybody's" on public.admin_regions
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.my_role()) = 'owner');

grant select on
  public.organizations, public.contacts, public.startups, public.signals, public.connections, public.interactions,
  public.signal_assignments, public.matches, public.credit_configurations, public.credit_changes, public.activity,
  public.admins, public.admin_regions, public.startup_members, public.notifications
to authenticated, service_role;
grant select, insert, update, delete on public.notification_rules, public.saved_views to authenticated;

-- The page asks who its reader is once, at sign-in.
create function public.whoami() returns jsonb
language sql stable set search_path = ''
begin atomic
  select jsonb_build_object(
    'user_id', a.user_id,
    'display_name', a.display_name,
    'role', a.role,
    'regions', to_jsonb(private.my_regions()))
  from public.admins a
  where a.user_id = (select auth.uid());
end;
comment on function public.whoami() is 'The calling admin with role and regions; null for anybody else.';
grant execute on function public.whoami() to authenticated;
