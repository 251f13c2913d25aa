-- The roles, schemas, extensions and default privileges that a Supabase project has before its first
-- migration. Run as supabase_admin at each start: every statement may be repeated.

do $$
declare
  spec record;
begin
  for spec in
    select * from (values
      ('postgres',                 'login createrole createdb replication bypassrls'),
      ('anon',                     'nologin noinherit'),
      ('authenticated',            'nologin noinherit'),
      ('service_role',             'nologin noinherit bypassrls'),
      ('authenticator',            'login noinherit'),
      ('dashboard_user',           'nologin createrole createdb replication'),
      ('supabase_auth_admin',      'login noinherit createrole'),
      ('supabase_storage_admin',   'login noinherit createrole'),
      ('supabase_realtime_admin',  'nologin noinherit'),
      ('supabase_replication_admin', 'login replication'),
      ('supabase_read_only_user',  'login bypassrls'),
      ('supabase_etl_admin',       'login replication')
    ) as roles(name, attributes)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = spec.name) then
      execute format('create role %I %s password %L', spec.name, spec.attributes, 'postgres');
    end if;
  end loop;
end
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription to postgres;
grant supabase_storage_admin to authenticator;

alter role supabase_auth_admin set search_path = auth;
alter role supabase_storage_admin set search_path = storage;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';

do $$
begin
  execute format('alter database %I owner to postgres', current_database());
  execute format('alter database %I set "app.settings.jwt_exp" = %L', current_database(), '3600');
end
$$;

alter schema public owner to pg_database_owner;
grant usage on schema public to anon, authenticated, service_role;
grant all on schema public to postgres;

create schema if not exists extensions;
alter schema extensions owner to postgres;
grant usage on schema extensions to anon, authenticated, service_role, dashboard_user;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;

-- As on the platform, whatever `postgres` makes in public is open to the API roles until it is revoked:
-- a migration that forgets to revoke has to fail here too.
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public grant all on functions to postgres, anon, authenticated, service_role;
