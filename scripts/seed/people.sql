-- People -----------------------------------------------------------------------------------------------------------
-- Demo accounts, password civstart-demo. Remove this part before seeding a project that anybody can reach.

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new,
  email_change_token_current, reauthentication_token
)
select
  '00000000-0000-0000-0000-000000000000', p.id::uuid, 'authenticated', 'authenticated', p.email,
  extensions.crypt('civstart-demo', extensions.gen_salt('bf')), now(), '{"provider": "email", "providers": ["email"]}',
  jsonb_build_object('display_name', p.display_name), now(), now(), '', '', '', '', '', ''
from (values
  ('c1000000-0000-4000-8000-000000000001', 'owner@civstart.test', 'Olivia Park'),
  ('c1000000-0000-4000-8000-000000000002', 'west@civstart.test', 'Wendell Ortiz'),
  ('c1000000-0000-4000-8000-000000000003', 'south@civstart.test', 'Simone Baptiste'),
  ('c1000000-0000-4000-8000-000000000004', 'viewer@civstart.test', 'Vera Lindqvist'),
  ('c1000000-0000-4000-8000-000000000005', 'founder@civstart.test', 'Farid Rahimi')
) as p(id, email, display_name)
on conflict (id) do nothing;

insert into auth.identities (id, provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
select u.id, u.id::text, u.id, jsonb_build_object('sub', u.id::text, 'email', u.email, 'email_verified', true), 'email',
  now(), now(), now()
from auth.users u
where u.id::text like 'c1000000-0000-4000-8000-%'
on conflict (provider, provider_id) do nothing;

insert into public.admins (user_id, display_name, role)
values
  ('c1000000-0000-4000-8000-000000000001', 'Olivia Park', 'owner'),
  ('c1000000-0000-4000-8000-000000000002', 'Wendell Ortiz', 'admin'),
  ('c1000000-0000-4000-8000-000000000003', 'Simone Baptiste', 'admin'),
  ('c1000000-0000-4000-8000-000000000004', 'Vera Lindqvist', 'viewer')
on conflict (user_id) do nothing;

insert into public.admin_regions (user_id, region)
values
  ('c1000000-0000-4000-8000-000000000002', 'west'),
  ('c1000000-0000-4000-8000-000000000003', 'south'),
  ('c1000000-0000-4000-8000-000000000004', 'west')
on conflict (user_id, region) do nothing;

-- The founder's startup has credits, and connections before and after an introduction.
insert into public.startup_members (user_id, startup_id)
select 'c1000000-0000-4000-8000-000000000005', id from public.startups where name = 'Subaward' and airtable_id is not null
on conflict (user_id, startup_id) do nothing;
