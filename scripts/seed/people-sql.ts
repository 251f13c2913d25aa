import { DEMO_PASSWORD, type SeedPerson } from './people.ts';

/** The part of `supabase/seed.sql` that makes the demo accounts, with their roles, regions and startups. */
export function peopleSql(people: readonly SeedPerson[]): string {
  const staff = people.filter(({ role }) => role !== undefined);
  const members = people.filter(({ startup }) => startup !== undefined);
  return `-- People -----------------------------------------------------------------------------------------------------------
-- Demo accounts, password ${DEMO_PASSWORD}. Remove this part before seeding a project that anybody can reach.

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new,
  email_change_token_current, reauthentication_token
)
select
  '00000000-0000-0000-0000-000000000000', p.id::uuid, 'authenticated', 'authenticated', p.email,
  extensions.crypt('${DEMO_PASSWORD}', extensions.gen_salt('bf')), now(), '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('display_name', p.display_name), now(), now(), '', '', '', '', '', ''
from (values
${tuples(people.map(({ id, email, displayName }) => [id, email, displayName]))}
) as p(id, email, display_name)
on conflict (id) do nothing;

insert into auth.identities (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
select u.id, u.id::text, u.id, jsonb_build_object('sub', u.id::text, 'email', u.email, 'email_verified', true), 'email',
  now(), now(), now()
from auth.users u
where u.id in (${people.map(({ id }) => literal(id)).join(', ')})
on conflict (provider, provider_id) do nothing;

insert into public.admins (user_id, display_name, role)
values
${tuples(staff.map(({ id, displayName, role }) => [id, displayName, role ?? '']))}
on conflict (user_id) do nothing;

insert into public.admin_regions (user_id, region)
values
${tuples(staff.flatMap(({ id, regions = [] }) => regions.map((region) => [id, region])))}
on conflict (user_id, region) do nothing;

insert into public.startup_members (user_id, startup_id)
select m.user_id::uuid, s.id
from (values
${tuples(members.map(({ id, startup }) => [id, startup ?? '']))}
) as m(user_id, startup)
join public.startups s on s.name = m.startup and s.airtable_id is not null
on conflict (user_id, startup_id) do nothing;
`;
}

function tuples(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `  (${row.map(literal).join(', ')})`).join(',\n');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
