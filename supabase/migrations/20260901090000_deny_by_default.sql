-- Nothing is open unless a later line opens it. The platform grants the API roles everything that is made in
-- public; here a table or function is granted by name, beside its reason.

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
-- Every function starts executable by PUBLIC, and only the form without a schema can take that back.
alter default privileges revoke execute on functions from public;

-- What policies and triggers are made of. Not exposed by the API: PostgREST serves public alone.
create schema private;
comment on schema private is 'Functions that policies, triggers and the public RPCs rest on. Not exposed.';
grant usage on schema private to authenticated;

create schema airtable;
comment on schema airtable is 'State of the mirror: webhooks with cursor and lease, receipts, dead letters, runs, field bindings. Not exposed.';

create schema live;
comment on schema live is 'Numbered channels and their change log. Not exposed: read through my_channels() and changes_since().';
