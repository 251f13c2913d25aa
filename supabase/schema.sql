-- What the migrations add up to, as the database's own catalogs say it.
-- Written by `npm run gen:schema`, to be read and to be compared in a review. Not to be run: the migrations are.

-- defaults ----------------------------------------------------------------------------------------
-- a new function in any schema: postgres=X/postgres
-- a new function in public: postgres=X/postgres
-- a new sequence in public: postgres=rwU/postgres
-- a new table in public: postgres=arwdDxtm/postgres

-- schema public -----------------------------------------------------------------------------------
comment on schema public is 'standard public schema';
grant create, usage on schema public to postgres;
grant usage on schema public to anon, authenticated, public, service_role;

create type public.admin_role as enum ('owner', 'admin', 'viewer');

create type public.approval_status as enum ('draft', 'pending_review', 'approved', 'rejected', 'archived');

create type public.connection_status as enum ('pending_review', 'introduced', 'in_progress', 'matched', 'declined', 'closed');

create type public.credit_kind as enum ('public_signal_request', 'assigned_signal_request');

create type public.interaction_kind as enum ('call', 'email', 'meeting', 'demo', 'note');

create type public.organization_kind as enum ('city', 'county', 'state', 'agency', 'district', 'nonprofit');

create type public.region as enum ('northeast', 'south', 'midwest', 'west', 'unassigned');

create type public.severity as enum ('info', 'success', 'warning', 'critical');

create type public.urgency as enum ('low', 'medium', 'high', 'critical');

create table public.activity (
  id bigint generated always as identity not null,
  entity text not null,
  entity_id uuid not null,
  region public.region,
  action text not null,
  changes jsonb default '{}'::jsonb not null,
  source text not null,
  actor uuid,
  at timestamp with time zone default now() not null,
  constraint activity_pkey PRIMARY KEY (id),
  constraint activity_action_check CHECK (action = ANY (ARRAY['created'::text, 'updated'::text, 'removed'::text, 'restored'::text])),
  constraint activity_actor_fkey FOREIGN KEY (actor) REFERENCES auth.users(id) ON DELETE SET NULL
);
comment on table public.activity is 'Who changed which field from what to what, and from where. Written by triggers, never changed.';
CREATE INDEX activity_actor_idx ON public.activity USING btree (actor);
CREATE INDEX activity_at_idx ON public.activity USING btree (at DESC, id, region);
CREATE INDEX activity_entity_idx ON public.activity USING btree (entity, entity_id, at DESC);
alter table public.activity enable row level security;
create policy "admins read the activity of their regions and of the network" on public.activity for select to authenticated
  using ((region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])) OR region IS NULL AND (( SELECT private.my_role() AS my_role)) IS NOT NULL);
grant select on public.activity to authenticated, service_role;

create table public.admin_regions (
  user_id uuid not null,
  region public.region not null,
  constraint admin_regions_pkey PRIMARY KEY (user_id, region),
  constraint admin_regions_region_check CHECK (region <> 'unassigned'::public.region),
  constraint admin_regions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.admins(user_id) ON DELETE CASCADE
);
comment on table public.admin_regions is 'Regions of an admin or viewer. Owners need none; rows without a region are theirs alone.';
alter table public.admin_regions enable row level security;
create policy "people read their own regions, owners everybody's" on public.admin_regions for select to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)) OR (( SELECT private.my_role() AS my_role)) = 'owner'::public.admin_role);
CREATE TRIGGER note_access AFTER INSERT OR DELETE OR UPDATE ON public.admin_regions FOR EACH ROW EXECUTE FUNCTION live.note_access();
grant select on public.admin_regions to authenticated, service_role;

create table public.admins (
  user_id uuid not null,
  display_name text not null,
  role public.admin_role default 'viewer'::public.admin_role not null,
  created_at timestamp with time zone default now() not null,
  constraint admins_pkey PRIMARY KEY (user_id),
  constraint admins_display_name_check CHECK (length(display_name) >= 1 AND length(display_name) <= 200),
  constraint admins_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.admins is 'Staff. Owners see everything and manage; admins act in their regions; viewers look.';
alter table public.admins enable row level security;
create policy "people read their own role, owners everybody's" on public.admins for select to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)) OR (( SELECT private.my_role() AS my_role)) = 'owner'::public.admin_role);
CREATE TRIGGER note_access AFTER INSERT OR DELETE OR UPDATE ON public.admins FOR EACH ROW EXECUTE FUNCTION live.note_access();
grant select on public.admins to authenticated, service_role;

create table public.connections (
  id uuid default gen_random_uuid() not null,
  airtable_id text,
  signal_id uuid,
  startup_id uuid,
  organization_id uuid,
  contact_id uuid,
  region public.region default 'unassigned'::public.region not null,
  connection_status public.connection_status default 'pending_review'::public.connection_status not null,
  notes text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  airtable_edited_at timestamp with time zone,
  received_at timestamp with time zone,
  deleted_at timestamp with time zone,
  requested_at timestamp with time zone,
  decline_reason text,
  constraint connections_pkey PRIMARY KEY (id),
  constraint connections_airtable_id_key UNIQUE (airtable_id),
  constraint connections_airtable_id_check CHECK (airtable_id ~ '^rec[A-Za-z0-9]+$'::text),
  constraint connections_decline_reason_check CHECK (length(decline_reason) >= 1 AND length(decline_reason) <= 500),
  constraint connections_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id),
  constraint connections_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id),
  constraint connections_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id),
  constraint connections_startup_id_fkey FOREIGN KEY (startup_id) REFERENCES public.startups(id)
);
comment on table public.connections is 'A startup brought together with a signal, and how far that has come.';
comment on column public.connections.requested_at is 'When a startup asked for it in the portal; null for one that staff made.';
comment on column public.connections.decline_reason is 'What staff said to the startup when they declined its request; goes when it is declined no more.';
CREATE INDEX connections_airtable_edited_at_idx ON public.connections USING btree (airtable_edited_at DESC NULLS LAST, id, region) WHERE deleted_at IS NULL;
CREATE INDEX connections_contact_id_idx ON public.connections USING btree (contact_id);
CREATE INDEX connections_matched_idx ON public.connections USING btree (startup_id) WHERE connection_status = 'matched'::public.connection_status AND deleted_at IS NULL;
CREATE INDEX connections_organization_id_idx ON public.connections USING btree (organization_id);
CREATE INDEX connections_region_idx ON public.connections USING btree (region) WHERE deleted_at IS NULL;
CREATE INDEX connections_requests_idx ON public.connections USING btree (region, requested_at DESC) WHERE requested_at IS NOT NULL AND connection_status = 'pending_review'::public.connection_status AND deleted_at IS NULL;
CREATE INDEX connections_signal_id_idx ON public.connections USING btree (signal_id);
CREATE INDEX connections_startup_id_idx ON public.connections USING btree (startup_id);
alter table public.connections enable row level security;
create policy "admins read the connections of their regions" on public.connections for select to authenticated
  using (deleted_at IS NULL AND (region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])));
CREATE TRIGGER carry_region_down AFTER UPDATE ON public.connections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.carry_region_down('interactions', 'connection_id');
CREATE TRIGGER forget_decline BEFORE UPDATE ON public.connections FOR EACH ROW WHEN (new.connection_status <> 'declined'::public.connection_status AND new.decline_reason IS NOT NULL) EXECUTE FUNCTION private.forget_decline();
CREATE TRIGGER note_deleted AFTER DELETE ON public.connections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('connection');
CREATE TRIGGER note_inserted AFTER INSERT ON public.connections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('connection');
CREATE TRIGGER note_request BEFORE INSERT ON public.connections FOR EACH ROW WHEN (current_setting('live.source'::text, true) = 'portal'::text) EXECUTE FUNCTION private.note_request();
CREATE TRIGGER note_updated AFTER UPDATE ON public.connections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('connection');
CREATE TRIGGER queue_inserted AFTER INSERT ON public.connections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER queue_updated AFTER UPDATE ON public.connections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER record_deleted AFTER DELETE ON public.connections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('connection');
CREATE TRIGGER record_inserted AFTER INSERT ON public.connections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('connection');
CREATE TRIGGER record_updated AFTER UPDATE ON public.connections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('connection');
CREATE TRIGGER return_credits AFTER UPDATE ON public.connections FOR EACH ROW WHEN (new.requested_at IS NOT NULL AND old.connection_status = 'pending_review'::public.connection_status AND (new.connection_status = ANY (ARRAY['declined'::public.connection_status, 'closed'::public.connection_status]))) EXECUTE FUNCTION private.return_credits();
CREATE TRIGGER set_region BEFORE INSERT OR UPDATE ON public.connections FOR EACH ROW EXECUTE FUNCTION private.set_region_of_connection();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.connections FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch_updated_at();
grant select on public.connections to authenticated, service_role;

create table public.contacts (
  id uuid default gen_random_uuid() not null,
  airtable_id text,
  organization_id uuid,
  region public.region default 'unassigned'::public.region not null,
  full_name text,
  title text,
  email text,
  phone text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  airtable_edited_at timestamp with time zone,
  received_at timestamp with time zone,
  deleted_at timestamp with time zone,
  constraint contacts_pkey PRIMARY KEY (id),
  constraint contacts_airtable_id_key UNIQUE (airtable_id),
  constraint contacts_airtable_id_check CHECK (airtable_id ~ '^rec[A-Za-z0-9]+$'::text),
  constraint contacts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id)
);
comment on table public.contacts is 'People at organizations. E-mail and phone are personal data.';
CREATE INDEX contacts_full_name_idx ON public.contacts USING btree (full_name, id, region) WHERE deleted_at IS NULL;
CREATE INDEX contacts_organization_id_idx ON public.contacts USING btree (organization_id);
CREATE INDEX contacts_region_idx ON public.contacts USING btree (region) WHERE deleted_at IS NULL;
alter table public.contacts enable row level security;
create policy "admins read the contacts of their regions" on public.contacts for select to authenticated
  using (deleted_at IS NULL AND (region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])));
CREATE TRIGGER carry_region_down AFTER UPDATE ON public.contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.carry_region_down('interactions', 'contact_id');
CREATE TRIGGER note_deleted AFTER DELETE ON public.contacts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('contact');
CREATE TRIGGER note_inserted AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('contact');
CREATE TRIGGER note_projections AFTER UPDATE ON public.contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_projections();
CREATE TRIGGER note_updated AFTER UPDATE ON public.contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('contact');
CREATE TRIGGER queue_inserted AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER queue_updated AFTER UPDATE ON public.contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER record_deleted AFTER DELETE ON public.contacts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('contact');
CREATE TRIGGER record_inserted AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('contact');
CREATE TRIGGER record_updated AFTER UPDATE ON public.contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('contact');
CREATE TRIGGER set_region BEFORE INSERT OR UPDATE ON public.contacts FOR EACH ROW EXECUTE FUNCTION private.set_region_from_organization();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.contacts FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch_updated_at();
grant select on public.contacts to authenticated, service_role;

create table public.credit_changes (
  id uuid default gen_random_uuid() not null,
  startup_id uuid not null,
  delta integer not null,
  balance integer not null,
  reason text not null,
  signal_id uuid,
  actor uuid,
  at timestamp with time zone default now() not null,
  constraint credit_changes_pkey PRIMARY KEY (id),
  constraint credit_changes_balance_check CHECK (balance >= 0),
  constraint credit_changes_delta_check CHECK (delta <> 0),
  constraint credit_changes_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 500),
  constraint credit_changes_actor_fkey FOREIGN KEY (actor) REFERENCES auth.users(id) ON DELETE SET NULL,
  constraint credit_changes_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id) ON DELETE SET NULL,
  constraint credit_changes_startup_id_fkey FOREIGN KEY (startup_id) REFERENCES public.startups(id) ON DELETE CASCADE
);
comment on table public.credit_changes is 'The ledger: every grant and every spending of credits. Rows are never changed.';
CREATE INDEX credit_changes_actor_idx ON public.credit_changes USING btree (actor);
CREATE INDEX credit_changes_signal_id_idx ON public.credit_changes USING btree (signal_id);
CREATE INDEX credit_changes_startup_id_at_idx ON public.credit_changes USING btree (startup_id, at DESC);
alter table public.credit_changes enable row level security;
create policy "every admin reads the ledger, members their startup's" on public.credit_changes for select to authenticated
  using ((( SELECT private.my_role() AS my_role)) IS NOT NULL OR (startup_id = ANY ((( SELECT private.my_startups() AS my_startups))::uuid[])));
CREATE TRIGGER note_deleted AFTER DELETE ON public.credit_changes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('credit');
CREATE TRIGGER note_inserted AFTER INSERT ON public.credit_changes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('credit');
CREATE TRIGGER note_updated AFTER UPDATE ON public.credit_changes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('credit');
grant select on public.credit_changes to authenticated, service_role;

create table public.credit_configurations (
  kind public.credit_kind not null,
  cost integer not null,
  updated_at timestamp with time zone default now() not null,
  constraint credit_configurations_pkey PRIMARY KEY (kind),
  constraint credit_configurations_cost_check CHECK (cost >= 0)
);
comment on table public.credit_configurations is 'What a startup pays for a request of each kind, in credits.';
alter table public.credit_configurations enable row level security;
create policy "admins and members read the costs" on public.credit_configurations for select to authenticated
  using ((( SELECT private.my_role() AS my_role)) IS NOT NULL OR (( SELECT private.my_startups() AS my_startups)) <> '{}'::uuid[]);
grant select on public.credit_configurations to authenticated, service_role;

create table public.interactions (
  id uuid default gen_random_uuid() not null,
  airtable_id text,
  connection_id uuid,
  contact_id uuid,
  startup_id uuid,
  region public.region default 'unassigned'::public.region not null,
  kind public.interaction_kind,
  occurred_at timestamp with time zone,
  summary text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  airtable_edited_at timestamp with time zone,
  received_at timestamp with time zone,
  deleted_at timestamp with time zone,
  constraint interactions_pkey PRIMARY KEY (id),
  constraint interactions_airtable_id_key UNIQUE (airtable_id),
  constraint interactions_airtable_id_check CHECK (airtable_id ~ '^rec[A-Za-z0-9]+$'::text),
  constraint interactions_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES public.connections(id),
  constraint interactions_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id),
  constraint interactions_startup_id_fkey FOREIGN KEY (startup_id) REFERENCES public.startups(id)
);
comment on table public.interactions is 'Calls, meetings and notes along a connection.';
CREATE INDEX interactions_connection_id_idx ON public.interactions USING btree (connection_id);
CREATE INDEX interactions_contact_id_idx ON public.interactions USING btree (contact_id);
CREATE INDEX interactions_occurred_at_idx ON public.interactions USING btree (occurred_at DESC NULLS LAST, id, region) WHERE deleted_at IS NULL;
CREATE INDEX interactions_region_idx ON public.interactions USING btree (region) WHERE deleted_at IS NULL;
CREATE INDEX interactions_startup_id_idx ON public.interactions USING btree (startup_id);
alter table public.interactions enable row level security;
create policy "admins read the interactions of their regions" on public.interactions for select to authenticated
  using (deleted_at IS NULL AND (region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])));
CREATE TRIGGER note_deleted AFTER DELETE ON public.interactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('interaction');
CREATE TRIGGER note_inserted AFTER INSERT ON public.interactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('interaction');
CREATE TRIGGER note_updated AFTER UPDATE ON public.interactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('interaction');
CREATE TRIGGER queue_inserted AFTER INSERT ON public.interactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER queue_updated AFTER UPDATE ON public.interactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER record_deleted AFTER DELETE ON public.interactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('interaction');
CREATE TRIGGER record_inserted AFTER INSERT ON public.interactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('interaction');
CREATE TRIGGER record_updated AFTER UPDATE ON public.interactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('interaction');
CREATE TRIGGER set_region BEFORE INSERT OR UPDATE ON public.interactions FOR EACH ROW EXECUTE FUNCTION private.set_region_of_interaction();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.interactions FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch_updated_at();
grant select on public.interactions to authenticated, service_role;

create table public.matches (
  id uuid default gen_random_uuid() not null,
  signal_id uuid not null,
  startup_id uuid not null,
  region public.region default 'unassigned'::public.region not null,
  score double precision not null,
  rationale jsonb not null,
  generated_at timestamp with time zone default now() not null,
  constraint matches_pkey PRIMARY KEY (id),
  constraint matches_signal_id_startup_id_key UNIQUE (signal_id, startup_id),
  constraint matches_score_check CHECK (score >= 0::double precision AND score <= 1::double precision),
  constraint matches_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id) ON DELETE CASCADE,
  constraint matches_startup_id_fkey FOREIGN KEY (startup_id) REFERENCES public.startups(id) ON DELETE CASCADE
);
comment on table public.matches is 'How well a startup suits a signal, and why.';
CREATE INDEX matches_region_idx ON public.matches USING btree (region, generated_at DESC);
CREATE INDEX matches_startup_id_idx ON public.matches USING btree (startup_id);
alter table public.matches enable row level security;
create policy "admins read the matches of their regions" on public.matches for select to authenticated
  using (region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[]));
CREATE TRIGGER note_deleted AFTER DELETE ON public.matches REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('match');
CREATE TRIGGER note_inserted AFTER INSERT ON public.matches REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('match');
CREATE TRIGGER note_updated AFTER UPDATE ON public.matches REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('match');
CREATE TRIGGER set_region BEFORE INSERT OR UPDATE ON public.matches FOR EACH ROW EXECUTE FUNCTION private.set_region_from_signal();
grant select on public.matches to authenticated, service_role;

create table public.notification_rules (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  event text not null,
  filter jsonb default '{}'::jsonb not null,
  sound boolean default false not null,
  desktop boolean default false not null,
  quiet_from time without time zone,
  quiet_until time without time zone,
  created_at timestamp with time zone default now() not null,
  muted boolean default false not null,
  digest text default 'off'::text not null,
  constraint notification_rules_pkey PRIMARY KEY (id),
  constraint notification_rules_user_id_event_key UNIQUE (user_id, event),
  constraint notification_rules_check CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
  constraint notification_rules_digest_check CHECK (digest = ANY (ARRAY['off'::text, 'hourly'::text, 'daily'::text])),
  constraint notification_rules_event_check CHECK (length(event) >= 1 AND length(event) <= 100),
  constraint notification_rules_filter_check CHECK (jsonb_typeof(filter) = 'object'::text),
  constraint notification_rules_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.notification_rules is 'What a person wants to be told, and how loudly. Silent unless set.';
comment on column public.notification_rules.filter is '{urgencies: [urgency], regions: [region]}: only these. What is not named, and news that has none, passes.';
comment on column public.notification_rules.muted is 'Nothing of the event is made. Sound, desktop, quiet hours and digest are how the reader''s page tells what was made.';
alter table public.notification_rules enable row level security;
create policy "people add rules of their own" on public.notification_rules for insert to authenticated
  with check (user_id = (( SELECT auth.uid() AS uid)));
create policy "people change their own rules" on public.notification_rules for update to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)))
  with check (user_id = (( SELECT auth.uid() AS uid)));
create policy "people delete their own rules" on public.notification_rules for delete to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)));
create policy "people read their own rules" on public.notification_rules for select to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)));
grant select, insert, update, delete on public.notification_rules to authenticated;

create table public.notifications (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  kind text not null,
  title text not null,
  body text,
  entity text,
  entity_id uuid,
  severity public.severity default 'info'::public.severity not null,
  created_at timestamp with time zone default now() not null,
  read_at timestamp with time zone,
  count integer default 1 not null,
  regions public.region[] default '{}'::public.region[] not null,
  constraint notifications_pkey PRIMARY KEY (id),
  constraint notifications_body_check CHECK (length(body) <= 2000),
  constraint notifications_count_check CHECK (count > 0),
  constraint notifications_kind_check CHECK (length(kind) >= 1 AND length(kind) <= 100),
  constraint notifications_title_check CHECK (length(title) >= 1 AND length(title) <= 300),
  constraint notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.notifications is 'What a person is told. Each sees their own.';
comment on column public.notifications.count is 'How many things it tells of. Of more than one, entity_id is there if they share it.';
CREATE INDEX notifications_unread_idx ON public.notifications USING btree (user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_user_id_created_at_idx ON public.notifications USING btree (user_id, created_at DESC);
alter table public.notifications enable row level security;
create policy "people read their own notifications" on public.notifications for select to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)) AND ((( SELECT private.my_role() AS my_role)) IS NOT NULL OR (( SELECT private.my_startups() AS my_startups)) <> '{}'::uuid[]));
CREATE TRIGGER note_deleted AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('notification');
CREATE TRIGGER note_inserted AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('notification');
CREATE TRIGGER note_updated AFTER UPDATE ON public.notifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('notification');
grant select on public.notifications to authenticated, service_role;

create table public.organizations (
  id uuid default gen_random_uuid() not null,
  airtable_id text,
  name text,
  kind public.organization_kind,
  region public.region default 'unassigned'::public.region not null,
  website text,
  population bigint,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  airtable_edited_at timestamp with time zone,
  received_at timestamp with time zone,
  deleted_at timestamp with time zone,
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_airtable_id_key UNIQUE (airtable_id),
  constraint organizations_airtable_id_check CHECK (airtable_id ~ '^rec[A-Za-z0-9]+$'::text),
  constraint organizations_population_check CHECK (population >= 0)
);
comment on table public.organizations is 'Governments and civic bodies with problems to solve. Their region scopes all that hangs below them.';
CREATE INDEX organizations_name_idx ON public.organizations USING btree (name, id, region) WHERE deleted_at IS NULL;
CREATE INDEX organizations_region_idx ON public.organizations USING btree (region) WHERE deleted_at IS NULL;
alter table public.organizations enable row level security;
create policy "admins read the organizations of their regions" on public.organizations for select to authenticated
  using (deleted_at IS NULL AND (region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])));
CREATE TRIGGER carry_region_down AFTER UPDATE ON public.organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.carry_region_down('contacts', 'organization_id', 'signals', 'organization_id', 'connections', 'organization_id');
CREATE TRIGGER hold_regions BEFORE UPDATE ON public.organizations FOR EACH ROW WHEN (old.region IS DISTINCT FROM new.region) EXECUTE FUNCTION private.hold_regions_for_move();
CREATE TRIGGER note_deleted AFTER DELETE ON public.organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('organization');
CREATE TRIGGER note_inserted AFTER INSERT ON public.organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('organization');
CREATE TRIGGER note_projections AFTER UPDATE ON public.organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_projections();
CREATE TRIGGER note_updated AFTER UPDATE ON public.organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('organization');
CREATE TRIGGER queue_inserted AFTER INSERT ON public.organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER queue_updated AFTER UPDATE ON public.organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER record_deleted AFTER DELETE ON public.organizations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('organization');
CREATE TRIGGER record_inserted AFTER INSERT ON public.organizations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('organization');
CREATE TRIGGER record_updated AFTER UPDATE ON public.organizations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('organization');
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch_updated_at();
grant select on public.organizations to authenticated, service_role;

create table public.saved_views (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  page text not null,
  name text not null,
  query text not null,
  created_at timestamp with time zone default now() not null,
  constraint saved_views_pkey PRIMARY KEY (id),
  constraint saved_views_user_id_page_name_key UNIQUE (user_id, page, name),
  constraint saved_views_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint saved_views_page_check CHECK (page ~ '^[a-z-]{1,50}$'::text),
  constraint saved_views_query_check CHECK (length(query) <= 2000),
  constraint saved_views_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.saved_views is 'Filters and sort of a list page under a name, as the query of its URL.';
alter table public.saved_views enable row level security;
create policy "people add views of their own" on public.saved_views for insert to authenticated
  with check (user_id = (( SELECT auth.uid() AS uid)));
create policy "people change their own views" on public.saved_views for update to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)))
  with check (user_id = (( SELECT auth.uid() AS uid)));
create policy "people delete their own views" on public.saved_views for delete to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)));
create policy "people read their own views" on public.saved_views for select to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)));
CREATE TRIGGER forget_view_rule AFTER DELETE ON public.saved_views FOR EACH ROW EXECUTE FUNCTION private.forget_view_rule();
grant select, insert, update, delete on public.saved_views to authenticated;

create table public.signal_assignments (
  id uuid default gen_random_uuid() not null,
  signal_id uuid not null,
  startup_id uuid not null,
  region public.region default 'unassigned'::public.region not null,
  assigned_by uuid,
  assigned_at timestamp with time zone default now() not null,
  seen_at timestamp with time zone,
  answer text,
  answered_at timestamp with time zone,
  decline_reason text,
  constraint signal_assignments_pkey PRIMARY KEY (id),
  constraint signal_assignments_signal_id_startup_id_key UNIQUE (signal_id, startup_id),
  constraint signal_assignments_answer_check CHECK (answer = ANY (ARRAY['accepted'::text, 'declined'::text])),
  constraint signal_assignments_check CHECK ((answer IS NULL) = (answered_at IS NULL)),
  constraint signal_assignments_decline_reason_check CHECK (length(decline_reason) >= 1 AND length(decline_reason) <= 500),
  constraint signal_assignments_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES auth.users(id) ON DELETE SET NULL,
  constraint signal_assignments_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES public.signals(id) ON DELETE CASCADE,
  constraint signal_assignments_startup_id_fkey FOREIGN KEY (startup_id) REFERENCES public.startups(id) ON DELETE CASCADE
);
comment on table public.signal_assignments is 'Signals that staff handed to a startup.';
comment on column public.signal_assignments.answer is 'What the startup said; null while it has said nothing.';
CREATE INDEX signal_assignments_assigned_by_idx ON public.signal_assignments USING btree (assigned_by);
CREATE INDEX signal_assignments_region_idx ON public.signal_assignments USING btree (region, assigned_at DESC);
CREATE INDEX signal_assignments_startup_id_idx ON public.signal_assignments USING btree (startup_id, assigned_at DESC);
alter table public.signal_assignments enable row level security;
create policy "admins read the assignments of their regions, members their sta" on public.signal_assignments for select to authenticated
  using ((region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])) OR (startup_id = ANY ((( SELECT private.my_startups() AS my_startups))::uuid[])));
CREATE TRIGGER note_deleted AFTER DELETE ON public.signal_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('assignment');
CREATE TRIGGER note_inserted AFTER INSERT ON public.signal_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('assignment');
CREATE TRIGGER note_updated AFTER UPDATE ON public.signal_assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('assignment');
CREATE TRIGGER record_deleted AFTER DELETE ON public.signal_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('assignment');
CREATE TRIGGER record_inserted AFTER INSERT ON public.signal_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('assignment');
CREATE TRIGGER record_updated AFTER UPDATE ON public.signal_assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('assignment');
CREATE TRIGGER set_region BEFORE INSERT OR UPDATE ON public.signal_assignments FOR EACH ROW EXECUTE FUNCTION private.set_region_from_signal();
grant select on public.signal_assignments to authenticated, service_role;

create table public.signals (
  id uuid default gen_random_uuid() not null,
  airtable_id text,
  signal_identifier text,
  organization_id uuid,
  contact_id uuid,
  region public.region default 'unassigned'::public.region not null,
  title text,
  pain_points text,
  improvement text,
  urgency public.urgency,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  airtable_edited_at timestamp with time zone,
  received_at timestamp with time zone,
  deleted_at timestamp with time zone,
  is_public boolean default false not null,
  approval_status public.approval_status default 'draft'::public.approval_status not null,
  rejection_reason text,
  constraint signals_pkey PRIMARY KEY (id),
  constraint signals_airtable_id_key UNIQUE (airtable_id),
  constraint signals_airtable_id_check CHECK (airtable_id ~ '^rec[A-Za-z0-9]+$'::text),
  constraint signals_rejection_reason_check CHECK (length(rejection_reason) >= 1 AND length(rejection_reason) <= 500),
  constraint signals_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id),
  constraint signals_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id)
);
comment on table public.signals is 'A problem that an organization describes. signal_identifier is the number people use; Airtable does not keep it unique.';
comment on column public.signals.rejection_reason is 'What staff said when they rejected it. Kept here, not in Airtable; goes when it is rejected no more.';
CREATE INDEX signals_airtable_edited_at_idx ON public.signals USING btree (airtable_edited_at DESC NULLS LAST, id, region) WHERE deleted_at IS NULL;
CREATE INDEX signals_contact_id_idx ON public.signals USING btree (contact_id);
CREATE INDEX signals_organization_id_idx ON public.signals USING btree (organization_id);
CREATE INDEX signals_pool_idx ON public.signals USING btree (updated_at DESC) WHERE is_public AND approval_status = 'approved'::public.approval_status AND deleted_at IS NULL;
CREATE INDEX signals_region_idx ON public.signals USING btree (region) WHERE deleted_at IS NULL;
CREATE INDEX signals_signal_identifier_idx ON public.signals USING btree (signal_identifier DESC NULLS LAST, id, region) WHERE deleted_at IS NULL;
CREATE INDEX signals_updated_at_idx ON public.signals USING btree (updated_at DESC, id, region) WHERE deleted_at IS NULL;
alter table public.signals enable row level security;
create policy "admins read the signals of their regions" on public.signals for select to authenticated
  using (deleted_at IS NULL AND (region = ANY ((( SELECT private.my_regions() AS my_regions))::public.region[])));
CREATE TRIGGER carry_region_down AFTER UPDATE ON public.signals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.carry_region_down('connections', 'signal_id', 'signal_assignments', 'signal_id', 'matches', 'signal_id');
CREATE TRIGGER forget_rejection BEFORE UPDATE ON public.signals FOR EACH ROW WHEN (new.approval_status <> 'rejected'::public.approval_status AND new.rejection_reason IS NOT NULL) EXECUTE FUNCTION private.forget_rejection();
CREATE TRIGGER note_deleted AFTER DELETE ON public.signals REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('signal');
CREATE TRIGGER note_inserted AFTER INSERT ON public.signals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('signal');
CREATE TRIGGER note_projections AFTER UPDATE ON public.signals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_projections();
CREATE TRIGGER note_updated AFTER UPDATE ON public.signals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('signal');
CREATE TRIGGER queue_inserted AFTER INSERT ON public.signals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER queue_updated AFTER UPDATE ON public.signals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER record_deleted AFTER DELETE ON public.signals REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('signal');
CREATE TRIGGER record_inserted AFTER INSERT ON public.signals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('signal');
CREATE TRIGGER record_updated AFTER UPDATE ON public.signals REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('signal');
CREATE TRIGGER set_region BEFORE INSERT OR UPDATE ON public.signals FOR EACH ROW EXECUTE FUNCTION private.set_region_from_organization();
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.signals FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch_updated_at();
grant select on public.signals to authenticated, service_role;

create table public.startup_members (
  user_id uuid not null,
  startup_id uuid not null,
  created_at timestamp with time zone default now() not null,
  constraint startup_members_pkey PRIMARY KEY (user_id, startup_id),
  constraint startup_members_startup_id_fkey FOREIGN KEY (startup_id) REFERENCES public.startups(id) ON DELETE CASCADE,
  constraint startup_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table public.startup_members is 'Who sees a startup''s side of the portal.';
CREATE INDEX startup_members_startup_id_idx ON public.startup_members USING btree (startup_id);
alter table public.startup_members enable row level security;
create policy "people read their own memberships, owners everybody's" on public.startup_members for select to authenticated
  using (user_id = (( SELECT auth.uid() AS uid)) OR (( SELECT private.my_role() AS my_role)) = 'owner'::public.admin_role);
CREATE TRIGGER note_access AFTER INSERT OR DELETE OR UPDATE ON public.startup_members FOR EACH ROW EXECUTE FUNCTION live.note_access();
grant select on public.startup_members to authenticated, service_role;

create table public.startups (
  id uuid default gen_random_uuid() not null,
  airtable_id text,
  name text,
  sector text,
  stage text,
  website text,
  summary text,
  is_active boolean default false not null,
  credits integer default 0 not null,
  last_credit_change timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  airtable_edited_at timestamp with time zone,
  received_at timestamp with time zone,
  deleted_at timestamp with time zone,
  constraint startups_pkey PRIMARY KEY (id),
  constraint startups_airtable_id_key UNIQUE (airtable_id),
  constraint startups_airtable_id_check CHECK (airtable_id ~ '^rec[A-Za-z0-9]+$'::text),
  constraint startups_credits_check CHECK (credits >= 0)
);
comment on table public.startups is 'Companies that offer solutions. Credits are kept here, not in Airtable.';
CREATE INDEX startups_name_idx ON public.startups USING btree (name, id) WHERE deleted_at IS NULL;
CREATE INDEX startups_offer_idx ON public.startups USING gin (private.offer_words(name, sector, summary)) WITH (fastupdate=off) WHERE is_active AND deleted_at IS NULL;
alter table public.startups enable row level security;
create policy "every admin reads the startups, members their own" on public.startups for select to authenticated
  using (deleted_at IS NULL AND ((( SELECT private.my_role() AS my_role)) IS NOT NULL OR (id = ANY ((( SELECT private.my_startups() AS my_startups))::uuid[]))));
CREATE TRIGGER note_deleted AFTER DELETE ON public.startups REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('startup');
CREATE TRIGGER note_inserted AFTER INSERT ON public.startups REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('startup');
CREATE TRIGGER note_updated AFTER UPDATE ON public.startups REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION live.note_touched('startup');
CREATE TRIGGER queue_inserted AFTER INSERT ON public.startups REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER queue_updated AFTER UPDATE ON public.startups REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_edits();
CREATE TRIGGER record_deleted AFTER DELETE ON public.startups REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('startup');
CREATE TRIGGER record_inserted AFTER INSERT ON public.startups REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('startup');
CREATE TRIGGER record_updated AFTER UPDATE ON public.startups REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.note_activity('startup');
CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.startups FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch_updated_at();
grant select on public.startups to authenticated, service_role;

CREATE OR REPLACE FUNCTION public.accept_assignment(assignment uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.accept_assignment(assignment);
comment on function public.accept_assignment(uuid) is 'The caller''s startup takes a signal that it was handed: asks for the introduction and pays for it (CREDITS_SHORT, NOT_ACTIVE). Once. Returns {id, answer, answered_at, decline_reason, cost, connection_id}.';
grant execute on function public.accept_assignment(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.accept_request(connection uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.answer_request(connection, 'introduced'::public.connection_status, NULL::text);
comment on function public.accept_request(uuid) is 'Introduces a startup that asked for it: NOT_A_REQUEST, ANSWERED. Returns the row of connections.';
grant execute on function public.accept_request(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.approve_signal(signal uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.review_signal(signal, 'approved'::public.approval_status, NULL::text);
comment on function public.approve_signal(uuid) is 'Approves a signal of the caller''s regions. Returns the row as it is now.';
grant execute on function public.approve_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.archive_signal(signal uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.review_signal(signal, 'archived'::public.approval_status, NULL::text);
comment on function public.archive_signal(uuid) is 'Puts a signal away, and takes it from the pool. Returns the row.';
grant execute on function public.archive_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.assign_signal(signal uuid, startup uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.assign_signal(signal, startup);
comment on function public.assign_signal(uuid,uuid) is 'Hands an approved signal to an active startup: NOT_APPROVED, NOT_ACTIVE otherwise. Once: again it returns the same assignment.';
grant execute on function public.assign_signal(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.changes_digest(after jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.changes_digest(after);
comment on function public.changes_digest(jsonb) is 'What others changed after {channel: number}, of the channels that the caller may join: {lines: [{event, rows, at, titles}], complete}. Most rows first, at most three titles each, newest first; not complete when a channel had more than 2000 changes.';
grant execute on function public.changes_digest(jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.changes_since(channel text, after bigint, max integer DEFAULT 200)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.changes_since(channel, after, max);
comment on function public.changes_since(text,bigint,integer) is '{changes, seq}: envelopes after a number, oldest first, at most 1000; or {reset, seq} when the log does not reach back.';
grant execute on function public.changes_since(text,bigint,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.dashboard_metrics()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.dashboard_metrics();
comment on function public.dashboard_metrics() is 'Counts over what the caller may see: connections, pending review, active startups, matches, distributions; and the counts of each channel, as `metrics:updated` tells them.';
grant execute on function public.dashboard_metrics() to authenticated;

CREATE OR REPLACE FUNCTION public.dashboard_trends(days integer DEFAULT 30)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.dashboard_trends(days);
comment on function public.dashboard_trends(integer) is 'Per day (UTC), oldest first and none left out: signals and connections that came in, and connections matched, in the caller''s regions. At most 366 days, ending today. With the number and counts of each channel at that moment.';
grant execute on function public.dashboard_trends(integer) to authenticated;

CREATE OR REPLACE FUNCTION public.dead_letters(state text DEFAULT 'open'::text, max integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.dead_letters(state, max);
comment on function public.dead_letters(text,integer) is 'Records that could not be applied: open, ignored or resolved ones, with raw cells, reason and mapping; the oldest open one first. Owners only.';
grant execute on function public.dead_letters(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.decline_assignment(assignment uuid, reason text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.decline_assignment(assignment, reason);
comment on function public.decline_assignment(uuid,text) is 'The caller''s startup says no, with the reason in 1 to 500 characters, until it has accepted: ALREADY_ACCEPTED. Returns {id, answer, answered_at, decline_reason}.';
grant execute on function public.decline_assignment(uuid,text) to authenticated;

CREATE OR REPLACE FUNCTION public.decline_request(connection uuid, reason text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.answer_request(connection, 'declined'::public.connection_status, reason);
comment on function public.decline_request(uuid,text) is 'Declines what a startup asked for, with the reason that it will read, and returns its credits, once: NOT_A_REQUEST, ANSWERED. Returns the row of connections.';
grant execute on function public.decline_request(uuid,text) to authenticated;

CREATE OR REPLACE FUNCTION public.discard_push(ids bigint[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
RETURN private.discard_push(ids);
comment on function public.discard_push(bigint[]) is 'Gives entries up: their rows hold again what Airtable has. Returns how many. Owners only.';
grant execute on function public.discard_push(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION public.edit_record(entity text, id uuid, changes jsonb, base jsonb)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.edit_record(entity, id, changes, base);
comment on function public.edit_record(text,uuid,jsonb,jsonb) is 'Edits a row of organizations, contacts, startups, signals, connections or interactions: {field: value} as it is to be, and as the caller saw it. All or nothing: PT409 when a field changed meanwhile, with [{field, yours, theirs, base}] in the detail. Returns the row.';
grant execute on function public.edit_record(text,uuid,jsonb,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.fly_canary(base text)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.fly_canary(base) AS fly_canary;
END;
comment on function public.fly_canary(text) is 'Has the canary of a base fly now; false when it is off, or on its way. Owners only.';
grant execute on function public.fly_canary(text) to authenticated;

CREATE OR REPLACE FUNCTION public.generate_matches(signal uuid, max integer DEFAULT 10)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.generate_matches(signal, max);
comment on function public.generate_matches(uuid,integer) is 'Proposes startups for a signal of the caller''s regions, in place of what was proposed before. Returns the rows of matches, best first, with rationale {text: {score, words, letters, shared_words}, sector: {score, name}, success: {score, matched}}; score is 60 % text, 25 % sector, 15 % success.';
grant execute on function public.generate_matches(uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.grant_credits(startup uuid, delta integer, reason text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.grant_credits(startup, delta, reason);
comment on function public.grant_credits(uuid,integer,text) is 'Gives a startup credits, or takes some back, never below zero (CREDITS_SHORT). Owners only. Returns the line of the ledger.';
grant execute on function public.grant_credits(uuid,integer,text) to authenticated;

CREATE OR REPLACE FUNCTION public.ignore_dead_letters(ids bigint[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
RETURN private.ignore_dead_letters(ids);
comment on function public.ignore_dead_letters(bigint[]) is 'Closes open letters without storing anything. Returns how many were. Owners only.';
grant execute on function public.ignore_dead_letters(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION public.live_proof()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.live_proof();
comment on function public.live_proof() is 'When the way to Airtable and back was last proven, as airtable:canary:changed tells it. Staff; null for everybody else.';
grant execute on function public.live_proof() to authenticated;

CREATE OR REPLACE FUNCTION public.mark_assignment_seen(assignment uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.mark_assignment_seen(assignment);
comment on function public.mark_assignment_seen(uuid) is 'Says that the caller''s startup has seen what was handed to it. Returns {id, seen_at}; the first time stays.';
grant execute on function public.mark_assignment_seen(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.mark_notifications_read(ids uuid[] DEFAULT NULL::uuid[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
RETURN private.mark_notifications_read(ids);
comment on function public.mark_notifications_read(uuid[]) is 'Marks the caller''s notifications as read, all or those named. Returns how many were unread.';
grant execute on function public.mark_notifications_read(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION public.my_channels()
 RETURNS TABLE(name text, topic text, seq bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT m.name,
     m.topic,
     m.seq
    FROM private.my_channels() m(name, topic, seq);
END;
comment on function public.my_channels() is 'The channels that the caller may join, with their topics and last numbers.';
grant execute on function public.my_channels() to authenticated;

CREATE OR REPLACE FUNCTION public.overtaken_pushes(of_record uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.overtaken_pushes(of_record);
comment on function public.overtaken_pushes(uuid) is 'The caller’s own changes (of one row, or all) that were newer in Airtable and can be made again: [{id, entity, entity_id, fields: [{column, mine, base, theirs}]}], newest first. For staff.';
grant execute on function public.overtaken_pushes(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.people_directory(search text DEFAULT ''::text, max integer DEFAULT 200)
 RETURNS TABLE(user_id uuid, email text, display_name text, role public.admin_role, regions text[], startups jsonb, created_at timestamp with time zone, last_sign_in_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT p.user_id,
     p.email,
     p.display_name,
     p.role,
     p.regions,
     p.startups,
     p.created_at,
     p.last_sign_in_at
    FROM private.people_directory(people_directory.search, people_directory.max) p(user_id, email, display_name, role, regions, startups, created_at, last_sign_in_at);
END;
comment on function public.people_directory(text,integer) is 'Accounts whose e-mail or name contains a text: the staff first, then people of startups, then who is neither, newest first. Owners only; at most 500.';
grant execute on function public.people_directory(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.perform(key uuid, action text, args jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
comment on function public.perform(uuid,text,jsonb) is 'Does an action (approve_signal, edit_record, request_signal, …) once, however often it is sent: the key names this one. What it refuses is as if it had not been sent. Returns what the action returns; for a week the same to who asks again.';
grant execute on function public.perform(uuid,text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION public.pool_signals()
 RETURNS TABLE(id uuid, signal_identifier text, title text, pain_points text, improvement text, urgency public.urgency, region public.region, organization_name text, updated_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT p.id,
     p.signal_identifier,
     p.title,
     p.pain_points,
     p.improvement,
     p.urgency,
     p.region,
     p.organization_name,
     p.updated_at
    FROM private.pool_signals() p(id, signal_identifier, title, pain_points, improvement, urgency, region, organization_name, updated_at);
END;
comment on function public.pool_signals() is 'Signals that are public and approved, for startups and staff.';
grant execute on function public.pool_signals() to authenticated;

CREATE OR REPLACE FUNCTION public.publish_signal(signal uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.set_signal_public(signal, true);
comment on function public.publish_signal(uuid) is 'Shows an approved signal to every startup. NOT_APPROVED otherwise. Returns the row.';
grant execute on function public.publish_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.redo_push(entry bigint)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
RETURN private.redo_push(entry);
comment on function public.redo_push(bigint) is 'Makes a change again that was newer in Airtable: by whoever made it, or an owner, with their rights of now. PT409 when somebody changed it since, with [{field, yours, theirs, base}] in the detail; P0002 when there is nothing to make again, or the row is gone.';
grant execute on function public.redo_push(bigint) to authenticated;

CREATE OR REPLACE FUNCTION public.reject_signal(signal uuid, reason text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.review_signal(signal, 'rejected'::public.approval_status, reason);
comment on function public.reject_signal(uuid,text) is 'Rejects a signal, with the reason in 1 to 500 characters, and takes it from the pool. Returns the row.';
grant execute on function public.reject_signal(uuid,text) to authenticated;

CREATE OR REPLACE FUNCTION public.remove_person(user_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.remove_person(user_id);
comment on function public.remove_person(uuid) is 'Takes a person''s role and regions; the account and its startups stay. Owners only, LAST_OWNER. Returns the person as they were.';
grant execute on function public.remove_person(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.remove_startup_member(user_id uuid, startup uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.remove_startup_member(user_id, startup);
comment on function public.remove_startup_member(uuid,uuid) is 'Ends a membership. Owners only. Returns it as it was.';
grant execute on function public.remove_startup_member(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.reopen_signal(signal uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.review_signal(signal, 'pending_review'::public.approval_status, NULL::text);
comment on function public.reopen_signal(uuid) is 'Takes back an approval, a rejection or an archiving: the signal waits for review again. Returns the row.';
grant execute on function public.reopen_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.replay_dead_letters(ids bigint[] DEFAULT NULL::bigint[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
RETURN private.replay_dead_letters(ids);
comment on function public.replay_dead_letters(bigint[]) is 'Has the records of these open letters (null: of all) read again, in order. Returns how many will be. Owners only.';
grant execute on function public.replay_dead_letters(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION public.request_signal(signal uuid, startup uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.request_signal(signal, startup);
comment on function public.request_signal(uuid,uuid) is 'A startup asks for an introduction: pays what credit_configurations says, and gets a connection that waits for review. CREDITS_SHORT, ALREADY_CONNECTED, NOT_ACTIVE. Returns {connection_id, connection_status, startup_id, cost, credits}.';
grant execute on function public.request_signal(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.retry_push(ids bigint[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
RETURN private.retry_push(ids);
comment on function public.retry_push(bigint[]) is 'Sends parked entries again; what was rolled back or overtaken is changed once more. Returns how many. Owners only.';
grant execute on function public.retry_push(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION public.set_canary(base text, switched_on boolean, minutes integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT private.set_canary(base, switched_on, minutes) AS set_canary;
END;
comment on function public.set_canary(text,boolean,integer) is 'Switches the canary of a base on or off, and says every how many minutes it flies: 1, 5 or 15. Owners only.';
grant execute on function public.set_canary(text,boolean,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.set_connection_status(connection uuid, status public.connection_status)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.set_connection_status(connection, status);
comment on function public.set_connection_status(uuid,public.connection_status) is 'Moves a connection a step on or back, declines or closes it: NOT_A_STEP otherwise, with what is possible in the hint. Returns the row.';
grant execute on function public.set_connection_status(uuid,public.connection_status) to authenticated;

CREATE OR REPLACE FUNCTION public.set_person(user_id uuid, display_name text, role public.admin_role, regions public.region[] DEFAULT '{}'::public.region[])
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.set_person(user_id, display_name, role, regions);
comment on function public.set_person(uuid,text,public.admin_role,public.region[]) is 'Makes an account staff, or changes its name, role and regions. Owners only, and the last one stays: LAST_OWNER. Returns the person with regions.';
grant execute on function public.set_person(uuid,text,public.admin_role,public.region[]) to authenticated;

CREATE OR REPLACE FUNCTION public.set_startup_member(user_id uuid, startup uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.set_startup_member(user_id, startup);
comment on function public.set_startup_member(uuid,uuid) is 'Lets an account see a startup''s side of the portal. Owners only. Returns the membership.';
grant execute on function public.set_startup_member(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.staff_names()
 RETURNS TABLE(user_id uuid, display_name text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT s.user_id,
     s.display_name
    FROM private.staff_names() s(user_id, display_name);
END;
comment on function public.staff_names() is 'Who the staff are, by name, for each of them; nothing for anybody else.';
grant execute on function public.staff_names() to authenticated;

CREATE OR REPLACE FUNCTION public.startup_connections()
 RETURNS TABLE(id uuid, startup_id uuid, signal_id uuid, signal_identifier text, signal_title text, connection_status public.connection_status, contact_name text, contact_title text, contact_email text, contact_phone text, updated_at timestamp with time zone, created_at timestamp with time zone, requested_at timestamp with time zone, decline_reason text, steps jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT v.id,
     v.startup_id,
     v.signal_id,
     v.signal_identifier,
     v.signal_title,
     v.connection_status,
     v.contact_name,
     v.contact_title,
     v.contact_email,
     v.contact_phone,
     v.updated_at,
     v.created_at,
     v.requested_at,
     v.decline_reason,
     v.steps
    FROM private.startup_connections() v(id, startup_id, signal_id, signal_identifier, signal_title, connection_status, contact_name, contact_title, contact_email, contact_phone, updated_at, created_at, requested_at, decline_reason, steps);
END;
comment on function public.startup_connections() is 'Connections of the caller''s startups. The contact is there once there was an introduction; steps is {status: since when}.';
grant execute on function public.startup_connections() to authenticated;

CREATE OR REPLACE FUNCTION public.startup_signals()
 RETURNS TABLE(id uuid, startup_id uuid, assigned_at timestamp with time zone, seen_at timestamp with time zone, signal_id uuid, signal_identifier text, title text, pain_points text, improvement text, urgency public.urgency, region public.region, organization_name text, answer text, answered_at timestamp with time zone, decline_reason text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT v.id,
     v.startup_id,
     v.assigned_at,
     v.seen_at,
     v.signal_id,
     v.signal_identifier,
     v.title,
     v.pain_points,
     v.improvement,
     v.urgency,
     v.region,
     v.organization_name,
     v.answer,
     v.answered_at,
     v.decline_reason
    FROM private.startup_signals() v(id, startup_id, assigned_at, seen_at, signal_id, signal_identifier, title, pain_points, improvement, urgency, region, organization_name, answer, answered_at, decline_reason);
END;
comment on function public.startup_signals() is 'Signals that were handed to the caller''s startups. id is the assignment''s.';
grant execute on function public.startup_signals() to authenticated;

CREATE OR REPLACE FUNCTION public.sync_canaries()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.sync_canaries();
comment on function public.sync_canaries() is 'The canary of each base that is connected, with its last rounds. Owners only.';
grant execute on function public.sync_canaries() to authenticated;

CREATE OR REPLACE FUNCTION public.sync_drift()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.sync_drift();
comment on function public.sync_drift() is 'Fields of the base that were deleted, retyped or renamed, and choices that the mirror does not know. Owners only.';
grant execute on function public.sync_drift() to authenticated;

CREATE OR REPLACE FUNCTION public.sync_lag(hours integer DEFAULT 24)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.sync_lag(hours);
comment on function public.sync_lag(integer) is 'From the edit in Airtable to the committed row: p50 and p95 in ms, in 48 steps over the last hours. Owners only.';
grant execute on function public.sync_lag(integer) to authenticated;

CREATE OR REPLACE FUNCTION public.sync_outbox(state text DEFAULT NULL::text, max integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.sync_outbox(state, max);
comment on function public.sync_outbox(text,integer) is 'What is on its way to Airtable, newest first: who, which record, each field with mine, base and theirs, state, error. Without a state: what is open or parked. Owners only.';
grant execute on function public.sync_outbox(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.sync_report(run uuid, max integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.sync_report(run, max);
comment on function public.sync_report(uuid,integer) is 'What a comparison found, with the first differences. Null: there is no such run. Owners only.';
grant execute on function public.sync_report(uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION public.sync_runs(max integer DEFAULT 30)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.sync_runs(max);
comment on function public.sync_runs(integer) is 'The last runs that did something, newest first, with their progress. Owners only.';
grant execute on function public.sync_runs(integer) to authenticated;

CREATE OR REPLACE FUNCTION public.sync_status()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN private.sync_status();
comment on function public.sync_status() is 'How the sync is: webhooks, bases with their last scan and comparison, what waits for somebody. Owners only.';
grant execute on function public.sync_status() to authenticated;

CREATE OR REPLACE FUNCTION public.unassign_signal(assignment uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.unassign_signal(assignment);
comment on function public.unassign_signal(uuid) is 'Takes an assignment back. Returns the row as it was.';
grant execute on function public.unassign_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.unpublish_signal(signal uuid)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
RETURN private.set_signal_public(signal, false);
comment on function public.unpublish_signal(uuid) is 'Takes a signal out of the pool. Returns the row.';
grant execute on function public.unpublish_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION public.whoami()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('user_id', a.user_id, 'display_name', a.display_name, 'role', a.role, 'regions', to_jsonb(private.my_regions())) AS jsonb_build_object
    FROM public.admins a
   WHERE (a.user_id = ( SELECT auth.uid() AS uid));
END;
comment on function public.whoami() is 'The calling admin with role and regions; null for anybody else.';
grant execute on function public.whoami() to authenticated;

-- schema private ----------------------------------------------------------------------------------
comment on schema private is 'Functions that policies, triggers and the public RPCs rest on. Not exposed.';
grant usage on schema private to authenticated;

create table private.done_actions (
  user_id uuid default auth.uid() not null,
  key uuid not null,
  action text not null,
  args jsonb not null,
  answer jsonb,
  at timestamp with time zone default now() not null,
  constraint done_actions_pkey PRIMARY KEY (user_id, key),
  constraint done_actions_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
);
comment on table private.done_actions is 'What people did through perform(), for a week: the answer for who asks again.';
CREATE INDEX done_actions_at_idx ON private.done_actions USING btree (at);
alter table private.done_actions enable row level security;

create view private.pool_signals with (security_invoker=false) as
 SELECT s.id,
    s.signal_identifier,
    s.title,
    s.pain_points,
    s.improvement,
    s.urgency,
    s.region,
    o.name AS organization_name,
    s.updated_at
   FROM public.signals s
     LEFT JOIN public.organizations o ON o.id = s.organization_id AND o.deleted_at IS NULL
  WHERE s.is_public AND s.approval_status = 'approved'::public.approval_status AND s.deleted_at IS NULL;

create view private.startup_connections with (security_invoker=false) as
 SELECT k.id,
    k.startup_id,
    k.signal_id,
    s.signal_identifier,
    s.title AS signal_title,
    k.connection_status,
    c.full_name AS contact_name,
    c.title AS contact_title,
    c.email AS contact_email,
    c.phone AS contact_phone,
    k.updated_at,
    k.created_at,
    k.requested_at,
    k.decline_reason,
    h.steps
   FROM public.connections k
     LEFT JOIN public.signals s ON s.id = k.signal_id AND s.deleted_at IS NULL
     LEFT JOIN public.contacts c ON c.id = k.contact_id AND c.deleted_at IS NULL AND (k.connection_status = ANY (ARRAY['introduced'::public.connection_status, 'in_progress'::public.connection_status, 'matched'::public.connection_status]))
     CROSS JOIN LATERAL ( SELECT COALESCE(jsonb_object_agg(n.status, n.at), '{}'::jsonb) AS steps
           FROM ( SELECT (a.changes -> 'connection_status'::text) ->> 1 AS status,
                    max(a.at) AS at
                   FROM public.activity a
                  WHERE a.entity = 'connection'::text AND a.entity_id = k.id AND a.changes ? 'connection_status'::text
                  GROUP BY ((a.changes -> 'connection_status'::text) ->> 1)) n) h
  WHERE k.startup_id IS NOT NULL AND k.deleted_at IS NULL;

create view private.startup_signals with (security_invoker=false) as
 SELECT a.id,
    a.startup_id,
    a.assigned_at,
    a.seen_at,
    s.id AS signal_id,
    s.signal_identifier,
    s.title,
    s.pain_points,
    s.improvement,
    s.urgency,
    s.region,
    o.name AS organization_name,
    a.answer,
    a.answered_at,
    a.decline_reason
   FROM public.signal_assignments a
     JOIN public.signals s ON s.id = a.signal_id AND s.deleted_at IS NULL
     LEFT JOIN public.organizations o ON o.id = s.organization_id AND o.deleted_at IS NULL;

CREATE OR REPLACE FUNCTION private.accept_assignment(wanted uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  assignment public.signal_assignments := private.my_assignment(wanted);
  connection uuid := (
    select k.id from public.connections k
    where k.signal_id = assignment.signal_id and k.startup_id = assignment.startup_id and k.deleted_at is null limit 1);
  request jsonb := '{"cost": 0}';
begin
  if assignment.answer = 'accepted' then
    return jsonb_build_object('id', assignment.id, 'answer', assignment.answer, 'answered_at', assignment.answered_at,
      'decline_reason', null, 'cost', 0, 'connection_id', connection);
  end if;
  if connection is null then
    request := private.request_signal(assignment.signal_id, assignment.startup_id);
  end if;
  return private.write_answer(assignment.id, 'accepted', null) || jsonb_build_object(
    'cost', request -> 'cost', 'connection_id', coalesce(request -> 'connection_id', to_jsonb(connection)));
end
$function$;
grant execute on function private.accept_assignment(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.answer_request(wanted uuid, outcome public.connection_status, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  connection public.connections;
begin
  perform private.begin_staff_action();
  -- The startup first, as the mirror does.
  perform from public.startups t
  where t.id = (select k.startup_id from public.connections k where k.id = wanted) for no key update;
  select k.* into connection from public.connections k where k.id = wanted and k.deleted_at is null for no key update;
  if connection.id is null then
    raise no_data_found using message = 'There is no such request', hint = 'Somebody may have removed it. Load the list again.';
  end if;
  perform private.check_region(connection.region);
  if connection.requested_at is null then
    raise exception using message = 'No startup asked for this connection', detail = 'NOT_A_REQUEST', hint = 'Change its status instead.';
  elsif connection.connection_status <> 'pending_review' then
    raise exception using
      message = format('This request was answered: it is %s', replace(connection.connection_status::text, '_', ' ')),
      detail = 'ANSWERED', hint = 'Load the list again.';
  end if;
  update public.connections k
  set connection_status = outcome, decline_reason = case when outcome = 'declined' then private.reason_given(reason) end
  where k.id = connection.id returning k.* into connection;
  return to_jsonb(connection);
end
$function$;
grant execute on function private.answer_request(uuid,public.connection_status,text) to authenticated;

CREATE OR REPLACE FUNCTION private.as_columns(of_table text, spelled jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  kept jsonb;
begin
  execute format('select jsonb_object_agg(c.key, c.value)
    from jsonb_each(to_jsonb(jsonb_populate_record(null::public.%I, $1))) as c where $1 ? c.key', of_table)
  into kept using spelled;
  return kept;
end
$function$;

CREATE OR REPLACE FUNCTION private.assign_signal(wanted uuid, to_startup uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  signal public.signals := private.signal_to_add_to(wanted);
  startup public.startups;
  assignment public.signal_assignments;
begin
  select a.* into assignment from public.signal_assignments a where a.signal_id = signal.id and a.startup_id = to_startup;
  if assignment.id is not null then
    return to_jsonb(assignment);
  end if;
  select t.* into startup from public.startups t where t.id = to_startup and t.deleted_at is null;
  if startup.id is null then
    raise no_data_found using message = 'There is no such startup', hint = 'Somebody may have removed it. Load the list again.';
  elsif not startup.is_active then
    raise exception using message = format('%s is not active', coalesce(startup.name, 'This startup')), detail = 'NOT_ACTIVE',
      hint = 'Choose another one, or make it active in Airtable first.';
  elsif signal.approval_status <> 'approved' then
    raise exception using message = 'Only an approved signal can be handed to a startup', detail = 'NOT_APPROVED', hint = 'Approve it first.';
  end if;
  insert into public.signal_assignments (signal_id, startup_id, assigned_by)
  values (signal.id, startup.id, auth.uid())
  returning * into assignment;
  return to_jsonb(assignment);
end
$function$;
grant execute on function private.assign_signal(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.begin_action(with_key uuid, wanted text, given jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.begin_action(uuid,text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.begin_owner_action()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if private.role_of(auth.uid()) is distinct from 'owner' then
    raise insufficient_privilege using message = 'Only owners may do this', hint = 'Ask an owner to do it, or to make you one.';
  end if;
  perform set_config('live.source', 'admin', true);
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_people_action()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.begin_owner_action();
  perform pg_advisory_xact_lock(hashtextextended('people', 17));
  perform private.begin_owner_action();
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_staff_action()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.carry_region_down()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  moved uuid[];
begin
  select array_agg(n.id) into moved
  from new_rows n join old_rows o using (id)
  where n.region is distinct from o.region;
  if moved is null then
    return null;
  end if;
  for i in 0 .. tg_nargs - 1 by 2 loop
    execute format('update public.%I set %I = %I where %I = any ($1)',
      tg_argv[i], tg_argv[i + 1], tg_argv[i + 1], tg_argv[i + 1]) using moved;
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.change_credits(of_startup uuid, delta integer, reason text, for_signal uuid)
 RETURNS public.credit_changes
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.changes_digest(after jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 WITH asked AS (
          SELECT m.channel,
             GREATEST(m.since, (a.value)::bigint) AS seq
            FROM (jsonb_each_text(changes_digest.after) a(key, value)
              JOIN live.memberships m ON (((m.channel = a.key) AND (m.person = ( SELECT auth.uid() AS uid)))))
           WHERE ((a.key = ANY (private.channels_of(( SELECT auth.uid() AS uid)))) AND (a.value ~ '^[0-9]{1,15}$'::text))
         ), entries AS (
          SELECT l.envelope,
             l.at,
             l.nr
            FROM (asked
              CROSS JOIN LATERAL ( SELECT c.envelope,
                     c.at,
                     row_number() OVER (ORDER BY c.seq DESC) AS nr
                    FROM live.changes c
                   WHERE ((c.channel = asked.channel) AND (c.seq > asked.seq))
                   ORDER BY c.seq DESC
                  LIMIT (private.digest_depth() + 1)) l)
         ), told AS (
          SELECT (entries.envelope ->> 'event'::text) AS event,
             entries.at,
             entries.envelope
            FROM entries
           WHERE ((entries.nr <= private.digest_depth()) AND ((entries.envelope ->> 'event'::text) ~ '^(signal|match|connection|organization|contact|interaction|startup|pool):'::text) AND ((entries.envelope ->> 'actor'::text) IS DISTINCT FROM (( SELECT auth.uid() AS uid))::text))
         ), counted AS (
          SELECT t.event,
             count(DISTINCT i.id) AS rows,
             max(t.at) AS at
            FROM (told t
              CROSS JOIN LATERAL jsonb_array_elements_text((t.envelope -> 'ids'::text)) i(id))
           GROUP BY t.event
         ), named AS (
          SELECT n.event,
             jsonb_agg(n.title ORDER BY n.nr) AS titles
            FROM ( SELECT x.event,
                     x.title,
                     row_number() OVER (PARTITION BY x.event ORDER BY x.at DESC) AS nr
                    FROM ( SELECT t.event,
                             max(t.at) AS at,
                             "left"(COALESCE((r.record ->> 'title'::text), (r.record ->> 'name'::text), (r.record ->> 'full_name'::text), (r.record ->> 'signal_identifier'::text)), 120) AS title
                            FROM (told t
                              CROSS JOIN LATERAL jsonb_array_elements(COALESCE(NULLIF((t.envelope -> 'records'::text), 'null'::jsonb), '[]'::jsonb)) r(record))
                           GROUP BY t.event, ("left"(COALESCE((r.record ->> 'title'::text), (r.record ->> 'name'::text), (r.record ->> 'full_name'::text), (r.record ->> 'signal_identifier'::text)), 120))) x
                   WHERE (x.title IS NOT NULL)) n
           WHERE (n.nr <= 3)
           GROUP BY n.event
         )
  SELECT jsonb_build_object('lines', COALESCE(( SELECT jsonb_agg(jsonb_build_object('event', c.event, 'rows', c.rows, 'at', c.at, 'titles', COALESCE(n.titles, '[]'::jsonb)) ORDER BY c.rows DESC, c.event) AS jsonb_agg
            FROM (counted c
              LEFT JOIN named n USING (event))), '[]'::jsonb), 'complete', (NOT (EXISTS ( SELECT
            FROM entries
           WHERE (entries.nr > private.digest_depth()))))) AS jsonb_build_object;
END;
grant execute on function private.changes_digest(jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.changes_since(channel text, after bigint, max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  last_seq bigint;
  changes jsonb;
begin
  if not channel = any (private.channels_of((select auth.uid()))) then
    raise insufficient_privilege using
      message = format('You may not join the channel %s', channel),
      hint = 'Ask my_channels() for the channels that you may join: your regions may have changed.';
  end if;
  select c.seq into last_seq from live.channels c where c.name = changes_since.channel;
  if after = last_seq then
    return jsonb_build_object('changes', '[]'::jsonb, 'seq', last_seq);
  end if;
  if last_seq is null or after > last_seq or after < (
    select m.since from live.memberships m where m.person = (select auth.uid()) and m.channel = changes_since.channel
  ) or not exists (
    select from live.changes l where l.channel = changes_since.channel and l.seq = after + 1
  ) then
    return jsonb_build_object('reset', true, 'seq', last_seq);
  end if;
  select jsonb_agg(page.envelope order by page.seq) into changes
  from (
    select l.envelope, l.seq from live.changes l
    where l.channel = changes_since.channel and l.seq > after
    order by l.seq
    limit least(greatest(max, 1), 1000)
  ) as page;
  return jsonb_build_object('changes', changes, 'seq', last_seq);
end
$function$;
grant execute on function private.changes_since(text,bigint,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.channels_of(person uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select
      case when r.role is null then '{}'::text[]
        else array(select 'region:' || g from unnest(private.regions_of(person)) as g) || array['network', 'presence:admins']
      end
      || case when r.role = 'owner' then array['ops'] else '{}'::text[] end
      || array(select 'startup:' || t from unnest(r.startups) as t)
      || case when r.role is not null or r.startups <> '{}' then array['pool', 'user:' || person] else '{}'::text[] end
    from (select private.role_of(person) as role, private.startups_of(person) as startups) as r
  );
end
$function$;
grant execute on function private.channels_of(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.check_account(person uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if not exists (select from auth.users u where u.id = person) then
    raise no_data_found using message = 'There is no such account', hint = 'Invite the person first: a role is given to an account.';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_conflicts(record jsonb, changes jsonb, base jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  conflicts jsonb;
  words text;
begin
  -- Who wants what somebody else already wrote has no quarrel with them.
  select jsonb_agg(jsonb_build_object('field', c.key, 'yours', c.value, 'theirs', record -> c.key, 'base', base -> c.key) order by c.key),
    string_agg(private.field_words(c.key), ', ' order by c.key)
  into conflicts, words
  from jsonb_each(changes) as c
  where record -> c.key is distinct from base -> c.key and record -> c.key is distinct from c.value;
  if conflicts is not null then
    raise sqlstate 'PT409' using message = format('Somebody else changed this meanwhile: %s', words), detail = conflicts::text,
      hint = 'Look at what it says now, and keep theirs or yours.';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_edit(of_table text, changes jsonb, base jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  fields text[] := private.editable_fields(of_table);
  field text;
begin
  if fields is null then
    raise invalid_parameter_value using message = format('%s cannot be edited', coalesce(of_table, 'Nothing')),
      hint = 'Name one of organizations, contacts, startups, signals, connections, interactions.';
  elsif jsonb_typeof(changes) is distinct from 'object' or changes = '{}' or jsonb_typeof(base) is distinct from 'object' then
    raise invalid_parameter_value using message = 'Nothing to change', hint = 'Give {field: value} twice: as it is to be, and as it was.';
  end if;
  for field in select jsonb_object_keys(changes) loop
    if not field = any (fields) then
      perform private.refuse_value(field, format('The %s is not edited here', private.field_words(field)),
        'Use the action that is made for it, or change it in Airtable.');
    elsif not base ? field then
      perform private.refuse_value(field, format('It is not said what the %s was', private.field_words(field)), 'Load the record again.');
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_link(field text, parents text, wanted text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  parent jsonb;
begin
  if pg_input_is_valid(wanted, 'uuid') then
    execute format('select to_jsonb(p) from public.%I p where p.id = $1 and p.deleted_at is null for key share', parents)
    into parent using wanted::uuid;
  end if;
  -- The same words for one that is not there and one that is not theirs to know of.
  if parent is null or not coalesce((parent ->> 'region')::public.region = any (private.regions_of(auth.uid())), true) then
    raise no_data_found using message = format('There is no such %s in your regions', private.field_words(field)),
      detail = field, hint = 'Somebody may have removed it. Choose another one.';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_not_last_owner(person uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if private.role_of(person) = 'owner' and not exists (select from public.admins a where a.role = 'owner' and a.user_id <> person) then
    raise exception using message = 'This is the last owner', detail = 'LAST_OWNER', hint = 'Make somebody else an owner first.';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_region(region public.region)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.check_text(of_table text, field text, wanted text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  words text := private.field_words(field);
  most integer := case when field in ('pain_points', 'improvement', 'notes', 'summary') then 20000 else 500 end;
  known boolean;
begin
  if length(wanted) > most then
    perform private.refuse_value(field, format('The %s is longer than %s characters', words, most), 'Shorten it.');
  elsif field = 'website' and wanted !~* '^https?://[^[:space:]/]+\.[^[:space:]]+$' then
    perform private.refuse_value(field, format('‘%s’ is no address of a website', left(wanted, 100)), 'Begin with https://.');
  elsif field = 'email' and wanted !~ '^[^[:space:]@]+@[^[:space:]@]+\.[^[:space:]@]+$' then
    perform private.refuse_value(field, format('‘%s’ is no e-mail address', left(wanted, 100)), 'It looks like name@example.gov.');
  elsif of_table = 'startups' and field in ('sector', 'stage') then
    -- Choices in Airtable, which are made there.
    execute format('select exists (select from public.startups t where t.%I = $1)', field) into known using wanted;
    if not known then
      perform private.refuse_value(field, format('‘%s’ is not a choice of %s', left(wanted, 100), words),
        'Choose one that another startup has, or make the choice in Airtable first.');
    end if;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.checked_value(of_table text, field text, value jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  words text := private.field_words(field);
  kept text := btrim(value #>> '{}', E' \t\r\n');
  field_type oid;
  required boolean;
  choices text;
  parents text;
begin
  select a.atttypid, a.attnotnull, p.relname into strict field_type, required, parents
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_constraint k on k.conrelid = a.attrelid and k.conkey = array[a.attnum] and k.contype = 'f'
  left join pg_catalog.pg_class p on p.oid = k.confrelid
  where a.attrelid = format('public.%I', of_table)::regclass and a.attname = field;
  if jsonb_typeof(value) in ('object', 'array') then
    perform private.refuse_value(field, format('The %s is one value', words), 'Give text, a number, yes or no.');
  elsif kept is null or kept = '' then
    if required then
      perform private.refuse_value(field, format('The %s cannot be empty', words), 'Choose a value.');
    end if;
    return 'null';
  end if;

  select string_agg(replace(e.enumlabel, '_', ' '), ', ' order by e.enumsortorder) into choices
  from pg_catalog.pg_enum e where e.enumtypid = field_type;
  if choices is not null then
    if not pg_input_is_valid(kept, format_type(field_type, null)) then
      perform private.refuse_value(field, format('‘%s’ is not a choice of %s', left(kept, 100), words), format('Choices: %s.', choices));
    end if;
  elsif field_type = 'uuid'::regtype then
    perform private.check_link(field, parents, kept);
  elsif field_type = 'boolean'::regtype and jsonb_typeof(value) <> 'boolean' then
    perform private.refuse_value(field, format('‘%s’ is neither yes nor no', left(kept, 100)), 'Choose one of the two.');
  elsif field_type = 'bigint'::regtype and kept !~ '^[0-9]{1,15}$' then
    perform private.refuse_value(field, format('‘%s’ is no whole number', left(kept, 100)), 'Write digits alone, such as 48000.');
  elsif field_type = 'timestamptz'::regtype and not (kept ~ '^[12][0-9]{3}-' and pg_input_is_valid(kept, 'timestamptz')) then
    perform private.refuse_value(field, format('‘%s’ is no date', left(kept, 100)), 'Choose a date and a time.');
  elsif field_type = 'text'::regtype then
    perform private.check_text(of_table, field, kept);
  end if;
  return to_jsonb(kept);
end
$function$;

CREATE OR REPLACE FUNCTION private.dashboard_metrics()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 WITH kept AS (
          SELECT c.name AS channel,
             k.entity,
             k.state,
             k.n
            FROM (unnest(private.channels_of(( SELECT auth.uid() AS uid))) c(name)
              LEFT JOIN live.counts k ON (((k.channel = c.name) AND (k.n > 0))))
         ), mine AS (
          SELECT k.entity,
             k.state,
             sum(k.n) AS n
            FROM kept k
           WHERE (k.entity IS NOT NULL)
           GROUP BY k.entity, k.state
         ), told AS (
          SELECT k.channel,
             COALESCE(jsonb_object_agg(((k.entity || ':'::text) || k.state), k.n) FILTER (WHERE (k.entity IS NOT NULL)), '{}'::jsonb) AS counts
            FROM kept k
           GROUP BY k.channel
         )
  SELECT jsonb_build_object('connections_total', COALESCE(sum(mine.n) FILTER (WHERE (mine.entity = 'connection'::text)), (0)::numeric), 'pending_review', COALESCE(sum(mine.n) FILTER (WHERE ((mine.entity = 'connection'::text) AND (mine.state = 'pending_review'::text))), (0)::numeric), 'successful_matches', COALESCE(sum(mine.n) FILTER (WHERE ((mine.entity = 'connection'::text) AND (mine.state = 'matched'::text))), (0)::numeric), 'active_startups', COALESCE(sum(mine.n) FILTER (WHERE ((mine.entity = 'startup'::text) AND (mine.state = 'active'::text))), (0)::numeric), 'signals_total', COALESCE(sum(mine.n) FILTER (WHERE (mine.entity = 'signal'::text)), (0)::numeric), 'status_distribution', COALESCE(jsonb_object_agg(mine.state, mine.n) FILTER (WHERE (mine.entity = 'connection'::text)), '{}'::jsonb), 'signal_status_distribution', COALESCE(jsonb_object_agg(mine.state, mine.n) FILTER (WHERE (mine.entity = 'signal'::text)), '{}'::jsonb), 'channels', ( SELECT COALESCE(jsonb_object_agg(t.channel, t.counts), '{}'::jsonb) AS "coalesce"
            FROM told t)) AS jsonb_build_object
    FROM mine;
END;
grant execute on function private.dashboard_metrics() to authenticated;

CREATE OR REPLACE FUNCTION private.dashboard_trends(days integer)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 WITH regions AS (
          SELECT r.region,
             ('region:'::text || r.region) AS channel
            FROM unnest(( SELECT private.my_regions() AS my_regions)) r(region)
         ), mine AS (
          SELECT k.day,
             k.measure,
             k.n
            FROM live.days k
           WHERE ((k.region IN ( SELECT r.region
                    FROM regions r)) AND (k.day > (((now() AT TIME ZONE 'UTC'::text))::date - LEAST(GREATEST(dashboard_trends.days, 1), 366))))
         ), by_day AS (
          SELECT (d.at)::date AS day,
             (COALESCE(sum(m.n) FILTER (WHERE (m.measure = 'signals'::text)), (0)::numeric))::bigint AS signals,
             (COALESCE(sum(m.n) FILTER (WHERE (m.measure = 'connections'::text)), (0)::numeric))::bigint AS connections,
             (COALESCE(sum(m.n) FILTER (WHERE (m.measure = 'matches'::text)), (0)::numeric))::bigint AS matches
            FROM (generate_series(((((now() AT TIME ZONE 'UTC'::text))::date - (LEAST(GREATEST(dashboard_trends.days, 1), 366) - 1)))::timestamp without time zone, (((now() AT TIME ZONE 'UTC'::text))::date)::timestamp without time zone, '1 day'::interval) d(at)
              LEFT JOIN mine m ON ((m.day = (d.at)::date)))
           GROUP BY d.at
         ), counted AS (
          SELECT r.channel,
             COALESCE(max(c.seq), (0)::bigint) AS seq,
             (COALESCE(sum(k.n) FILTER (WHERE (k.entity = 'signal'::text)), (0)::numeric))::bigint AS signals,
             (COALESCE(sum(k.n) FILTER (WHERE (k.entity = 'connection'::text)), (0)::numeric))::bigint AS connections,
             (COALESCE(sum(k.n) FILTER (WHERE ((k.entity = 'connection'::text) AND (k.state = 'matched'::text))), (0)::numeric))::bigint AS matches
            FROM ((regions r
              LEFT JOIN live.channels c ON ((c.name = r.channel)))
              LEFT JOIN live.counts k ON ((k.channel = r.channel)))
           GROUP BY r.channel
         )
  SELECT jsonb_build_object('days', ( SELECT jsonb_agg(to_jsonb(b.*) ORDER BY b.day) AS jsonb_agg
            FROM by_day b), 'channels', ( SELECT COALESCE(jsonb_object_agg(c.channel, (to_jsonb(c.*) - 'channel'::text)), '{}'::jsonb) AS "coalesce"
            FROM counted c)) AS jsonb_build_object;
END;
grant execute on function private.dashboard_trends(integer) to authenticated;

CREATE OR REPLACE FUNCTION private.dead_letters(state text, max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.id), '[]') from (
      select d.id, d.base_id, d.table_id, d.record_id, d.webhook_id, d.payload_number, d.cells, d.columns, d.reason, d.created_at,
        d.resolved_at, d.ignored_at, private.record_id(d.record_id) as row_id,
        (select min(b.table_name) from airtable.field_bindings b where b.base_id = d.base_id and b.table_id = d.table_id) as table_name,
        exists (select from airtable.rereads r where r.record_id = d.record_id) as replaying,
        (select coalesce(jsonb_agg(jsonb_build_object('field_id', b.field_id, 'field', f.name, 'type', b.field_type,
            'column', b.column_name, 'drift', b.drift) order by b.column_name), '[]')
          from airtable.field_bindings b left join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
          where b.base_id = d.base_id and b.table_id = d.table_id) as mapping
      from airtable.dead_letters d
      where case dead_letters.state
        when 'open' then d.resolved_at is null
        when 'ignored' then d.ignored_at is not null
        when 'resolved' then d.resolved_at is not null and d.ignored_at is null
        else true end
      order by case when d.resolved_at is null then d.id else -d.id end limit least(greatest(max, 1), 200)
    ) as n);
end
$function$;
grant execute on function private.dead_letters(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.decline_assignment(wanted uuid, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  assignment public.signal_assignments := private.my_assignment(wanted);
begin
  if assignment.answer = 'accepted' then
    raise exception using message = 'Your startup has accepted this signal', detail = 'ALREADY_ACCEPTED',
      hint = 'See how far it has come under your connections.';
  end if;
  return private.write_answer(assignment.id, 'declined', private.reason_given(reason));
end
$function$;
grant execute on function private.decline_assignment(uuid,text) to authenticated;

CREATE OR REPLACE FUNCTION private.digest_depth()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN 2000;

CREATE OR REPLACE FUNCTION private.discard_push(ids bigint[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  entry airtable.outbox;
  given_up integer := 0;
begin
  perform private.begin_owner_action();
  perform airtable.hold_base(b.base_id, true) from (
    select distinct o.base_id from airtable.outbox o where o.id = any (ids) order by 1) as b;
  perform set_config('live.source', 'system', true);
  for entry in select o.* from airtable.outbox o where o.id = any (ids) and o.state in ('pending', 'parked', 'superseded') order by o.id for update loop
    given_up := given_up + 1;
    if entry.creation and airtable.never_made(entry.table_name, entry.row_id) then
      if entry.table_name = 'connections' then
        update public.connections k set connection_status = 'declined', decline_reason = 'It could not be kept'
        where k.id = entry.row_id and k.requested_at is not null and k.connection_status = 'pending_review';
      end if;
      execute format('update public.%I t set deleted_at = now() where t.id = $1 and t.deleted_at is null', entry.table_name) using entry.row_id;
      perform airtable.give_up_entries(o.base_id, array[o.id], 'discarded', null)
      from airtable.outbox o where o.row_id = entry.row_id and o.open;
      update airtable.outbox o set state = 'discarded' where o.id = entry.id;
    elsif not entry.open then
      update airtable.outbox o set state = 'discarded' where o.id = entry.id;
    else
      perform airtable.give_up_entries(entry.base_id, array[entry.id], 'discarded', null);
      perform airtable.call_push(entry.base_id);
    end if;
  end loop;
  return given_up;
end
$function$;
grant execute on function private.discard_push(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION private.edit_record(of_table text, wanted uuid, changes jsonb, base jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  record jsonb;
  field text;
begin
  perform private.begin_staff_action();
  perform private.check_edit(of_table, changes, base);
  -- What may move rows from one region to another waits for its turn before it locks any row.
  if changes ?| array['region', 'organization_id', 'connection_id'] or (of_table = 'interactions' and changes ? 'contact_id') then
    perform private.hold_regions(true, false);
  end if;
  foreach field in array private.editable_fields(of_table) loop
    if changes ? field then
      changes := jsonb_set(changes, array[field], private.checked_value(of_table, field, changes -> field));
    end if;
  end loop;
  changes := private.as_columns(of_table, changes);

  execute format('select to_jsonb(t) from public.%I t where t.id = $1 and t.deleted_at is null for no key update', of_table)
  into record using wanted;
  if record is null then
    raise no_data_found using message = format('There is no such %s', left(of_table, -1)),
      hint = 'Somebody may have removed it. Load the list again.';
  end if;
  if record ? 'region' then
    perform private.check_region((record ->> 'region')::public.region);
  end if;
  perform private.check_conflicts(record, changes, private.as_columns(of_table, base));

  execute format('update public.%1$I t set (%2$s) = (select %2$s from jsonb_populate_record(null::public.%1$I, $2))
    where t.id = $1 returning to_jsonb(t)', of_table, (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(changes) k))
  into record using wanted, changes;
  if not coalesce((record ->> 'region')::public.region = any (private.regions_of(auth.uid())), true) then
    raise insufficient_privilege using
      message = format('This would move it to %s, which is not yours',
        case record ->> 'region' when 'unassigned' then 'the rows without a region' else 'the region ' || (record ->> 'region') end),
      hint = 'Ask an owner to do it.';
  end if;
  return record;
end
$function$;
grant execute on function private.edit_record(text,uuid,jsonb,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.editable_fields(of_table text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN CASE of_table WHEN 'organizations'::text THEN ARRAY['name'::text, 'kind'::text, 'region'::text, 'website'::text, 'population'::text] WHEN 'contacts'::text THEN ARRAY['full_name'::text, 'title'::text, 'email'::text, 'phone'::text, 'organization_id'::text] WHEN 'startups'::text THEN ARRAY['name'::text, 'sector'::text, 'stage'::text, 'website'::text, 'summary'::text, 'is_active'::text] WHEN 'signals'::text THEN ARRAY['title'::text, 'pain_points'::text, 'improvement'::text, 'urgency'::text, 'organization_id'::text, 'contact_id'::text] WHEN 'connections'::text THEN ARRAY['notes'::text, 'organization_id'::text, 'contact_id'::text] WHEN 'interactions'::text THEN ARRAY['kind'::text, 'occurred_at'::text, 'summary'::text, 'contact_id'::text, 'startup_id'::text, 'connection_id'::text] ELSE NULL::text[] END;
comment on function private.editable_fields(text) is 'The fields of a mirrored table that staff may edit; null for another table.';

CREATE OR REPLACE FUNCTION private.end_action(with_key uuid, given jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE private.done_actions d SET answer = end_action.given
   WHERE ((d.user_id = auth.uid()) AND (d.key = end_action.with_key));
END;
grant execute on function private.end_action(uuid,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.field_changes(before jsonb, after jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_object_agg(a.key, jsonb_build_array((field_changes.before -> a.key), a.value)), '{}'::jsonb) AS "coalesce"
    FROM jsonb_each(field_changes.after) a(key, value)
   WHERE (((field_changes.before -> a.key) IS DISTINCT FROM a.value) AND (a.key <> ALL (ARRAY['updated_at'::text, 'received_at'::text, 'airtable_edited_at'::text, 'deleted_at'::text, 'region'::text, 'last_credit_change'::text, 'airtable_id'::text])));
END;

CREATE OR REPLACE FUNCTION private.field_words(field text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN replace(regexp_replace(field, '_id$'::text, ''::text), '_'::text, ' '::text);

CREATE OR REPLACE FUNCTION private.fly_canary(base text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  update airtable.canaries c set next_at = now() where c.base_id = base and c.is_on and not c.under_way;
  if not found then
    return false;
  end if;
  perform airtable.call_push(base);
  return true;
end
$function$;
grant execute on function private.fly_canary(text) to authenticated;

CREATE OR REPLACE FUNCTION private.forget_decline()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.decline_reason = null;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_rejection()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.rejection_reason = null;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_view_rule()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from public.notification_rules r where r.user_id = old.user_id and r.event = 'view:' || old.id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.generate_matches(wanted uuid, at_most integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Locked: of two who generate at once the second finds what the first has written.
  signal public.signals := private.signal_to_add_to(wanted);
  problem text := concat_ws(' ', signal.title, signal.pain_points, signal.improvement);
  generated jsonb;
begin
  if at_most is null or at_most not between 1 and 100 then
    raise invalid_parameter_value using message = 'A signal can have 1 to 100 matches', hint = 'Ask for fewer, or for at least one.';
  end if;
  with best as (
    select r.startup_id, r.score,
      jsonb_set(r.rationale, '{text,shared_words}', private.shared_words(problem, concat_ws(' ', t.name, t.sector, t.summary))) as rationale
    from (select x.* from private.rank_startups(signal) x order by x.score desc, x.startup_id limit at_most) as r
    join public.startups t on t.id = r.startup_id
  ), stale as (
    delete from public.matches m where m.signal_id = signal.id and not exists (select from best b where b.startup_id = m.startup_id)
  ), written as (
    insert into public.matches as m (signal_id, startup_id, score, rationale)
    select signal.id, b.startup_id, b.score, b.rationale from best b order by b.startup_id
    on conflict (signal_id, startup_id) do update
    set score = excluded.score, rationale = excluded.rationale, generated_at = excluded.generated_at
    returning m.*
  )
  select coalesce(jsonb_agg(to_jsonb(w) order by w.score desc, w.startup_id), '[]') into generated from written w;
  return generated;
end
$function$;
grant execute on function private.generate_matches(uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.grant_credits(to_startup uuid, delta integer, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.begin_owner_action();
  if coalesce(delta, 0) = 0 then
    raise invalid_parameter_value using message = 'Zero credits change nothing', hint = 'Say how many to grant; a number below zero takes some back.';
  end if;
  return to_jsonb(private.change_credits(to_startup, delta, private.reason_given(reason), null));
end
$function$;
grant execute on function private.grant_credits(uuid,integer,text) to authenticated;

CREATE OR REPLACE FUNCTION private.hold_regions(moves boolean, adds boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if moves then
    perform pg_advisory_xact_lock(hashtextextended('regions', 17));
  elsif adds then
    perform pg_advisory_xact_lock_shared(hashtextextended('regions', 17));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_regions_for_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.hold_regions(true, false);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.ignore_dead_letters(ids bigint[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  ignored integer;
begin
  perform private.require_owner();
  update airtable.dead_letters d set resolved_at = now(), ignored_at = now() where d.id = any (ids) and d.resolved_at is null;
  get diagnostics ignored = row_count;
  return ignored;
end
$function$;
grant execute on function private.ignore_dead_letters(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION private.live_proof()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 SELECT (airtable.proof() || jsonb_build_object('at', clock_timestamp()))
   WHERE (private.my_role() IS NOT NULL);
END;
grant execute on function private.live_proof() to authenticated;

CREATE OR REPLACE FUNCTION private.mark_assignment_seen(wanted uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  mine uuid[] := private.startups_of(auth.uid());
  assignment public.signal_assignments;
begin
  if mine = '{}' then
    raise insufficient_privilege using message = 'Only members of a startup may do this', hint = 'Ask the staff to add you to your startup.';
  end if;
  perform set_config('live.source', 'portal', true);
  -- Of those of others the caller does not learn that they exist. The first look is the one that counts.
  update public.signal_assignments a set seen_at = coalesce(a.seen_at, now())
  where a.id = wanted and a.startup_id = any (mine) returning a.* into assignment;
  if assignment.id is null then
    raise no_data_found using message = 'There is no such signal in your inbox', hint = 'The staff may have taken it back.';
  end if;
  return jsonb_build_object('id', assignment.id, 'seen_at', assignment.seen_at);
end
$function$;
grant execute on function private.mark_assignment_seen(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.mark_notifications_read(wanted uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  marked integer;
begin
  perform set_config('live.source', case when private.role_of(auth.uid()) is null then 'portal' else 'admin' end, true);
  update public.notifications n set read_at = now()
  where n.user_id = auth.uid() and n.read_at is null and (wanted is null or n.id = any (wanted));
  get diagnostics marked = row_count;
  return marked;
end
$function$;
grant execute on function private.mark_notifications_read(uuid[]) to authenticated;

CREATE OR REPLACE FUNCTION private.may_follow(old_status public.connection_status, new_status public.connection_status)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN (((((((((((LEAST(old_status, new_status) = 'pending_review'::public.connection_status) AND (GREATEST(old_status, new_status) = 'introduced'::public.connection_status)) OR ((LEAST(old_status, new_status) = 'introduced'::public.connection_status) AND (GREATEST(old_status, new_status) = 'in_progress'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'in_progress'::public.connection_status) AND (GREATEST(old_status, new_status) = 'matched'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'pending_review'::public.connection_status) AND (GREATEST(old_status, new_status) = 'declined'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'introduced'::public.connection_status) AND (GREATEST(old_status, new_status) = 'declined'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'in_progress'::public.connection_status) AND (GREATEST(old_status, new_status) = 'declined'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'pending_review'::public.connection_status) AND (GREATEST(old_status, new_status) = 'closed'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'introduced'::public.connection_status) AND (GREATEST(old_status, new_status) = 'closed'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'in_progress'::public.connection_status) AND (GREATEST(old_status, new_status) = 'closed'::public.connection_status))) OR ((LEAST(old_status, new_status) = 'matched'::public.connection_status) AND (GREATEST(old_status, new_status) = 'closed'::public.connection_status)));

CREATE OR REPLACE FUNCTION private.my_assignment(wanted uuid)
 RETURNS public.signal_assignments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  assignment public.signal_assignments;
begin
  if private.startups_of(auth.uid()) = '{}' then
    raise insufficient_privilege using message = 'Only members of a startup may do this', hint = 'Ask the staff to add you to your startup.';
  end if;
  perform set_config('live.source', 'portal', true);
  -- Two members who answer at once: the second finds what the first said. Before any row, so that nobody waits in a circle.
  perform pg_advisory_xact_lock(hashtextextended('answer to ' || wanted, 17));
  select a.* into assignment from public.signal_assignments a
  where a.id = wanted and a.startup_id = any (private.startups_of(auth.uid()));
  -- Of those of others the caller does not learn that they exist.
  if assignment.id is null then
    raise no_data_found using message = 'There is no such signal in your inbox', hint = 'The staff may have taken it back.';
  end if;
  return assignment;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_channels()
 RETURNS TABLE(name text, topic text, seq bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return query
  select c.name, c.name || ':' || c.epoch, c.seq
  from live.channels c
  where c.name = any ((select private.channels_of((select auth.uid())))::text[])
  order by c.name;
end
$function$;
grant execute on function private.my_channels() to authenticated;

CREATE OR REPLACE FUNCTION private.my_regions()
 RETURNS public.region[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.regions_of(auth.uid());
end
$function$;
grant execute on function private.my_regions() to authenticated;

CREATE OR REPLACE FUNCTION private.my_role()
 RETURNS public.admin_role
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.role_of(auth.uid());
end
$function$;
grant execute on function private.my_role() to authenticated;

CREATE OR REPLACE FUNCTION private.my_startups()
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.startups_of(auth.uid());
end
$function$;
grant execute on function private.my_startups() to authenticated;

CREATE OR REPLACE FUNCTION private.note_activity()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  who uuid := auth.uid();
  origin text := coalesce(nullif(current_setting('live.source', true), ''), case when who is null then 'system' else 'admin' end);
begin
  if tg_op = 'INSERT' then
    -- A seed or a scan makes rows by the thousand: that they exist is all there is to say.
    if origin = 'system' then
      return null;
    end if;
    insert into public.activity (entity, entity_id, region, action, source, actor)
    select tg_argv[0], n.id, (to_jsonb(n) ->> 'region')::public.region, 'created', origin, who
    from new_rows n where to_jsonb(n) ->> 'deleted_at' is null;
  elsif tg_op = 'UPDATE' then
    insert into public.activity (entity, entity_id, region, action, changes, source, actor)
    select tg_argv[0], c.id, c.region, c.action, c.changes, origin, who
    from (
      select n.id, (n.record ->> 'region')::public.region as region,
        private.field_changes(o.record, n.record) as changes,
        case
          when o.record ->> 'deleted_at' is null and n.record ->> 'deleted_at' is not null then 'removed'
          -- A stub that comes to life was never here before.
          when o.record ->> 'deleted_at' is not null and n.record ->> 'deleted_at' is null
            then case when o.record ->> 'airtable_edited_at' is null then 'created' else 'restored' end
          else 'updated'
        end as action,
        n.record ->> 'deleted_at' is not null and o.record ->> 'deleted_at' is not null as unseen
      from (select r.id, to_jsonb(r) as record from new_rows r) as n
      join (select r.id, to_jsonb(r) as record from old_rows r) as o on o.id = n.id
    ) as c
    where not c.unseen and (c.action <> 'updated' or c.changes <> '{}');
  else
    insert into public.activity (entity, entity_id, region, action, source, actor)
    select tg_argv[0], o.id, (to_jsonb(o) ->> 'region')::public.region, 'removed', origin, who
    from old_rows o where to_jsonb(o) ->> 'deleted_at' is null;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_request()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.requested_at = now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.offer_words(name text, sector text, summary text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
RETURN to_tsvector('english'::regconfig, ((((COALESCE(name, ''::text) || ' '::text) || COALESCE(sector, ''::text)) || ' '::text) || COALESCE(summary, ''::text)));
comment on function private.offer_words(text,text,text) is 'The words of a startup''s offer, as the index keeps them.';

CREATE OR REPLACE FUNCTION private.overtaken_pushes(of_record uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg(to_jsonb(e.*) ORDER BY e.id DESC), '[]'::jsonb) AS "coalesce"
    FROM ( SELECT o.id,
             "left"(o.table_name, '-1'::integer) AS entity,
             o.row_id AS entity_id,
             o.created_at,
             o.done_at,
             ( SELECT jsonb_agg(jsonb_build_object('column', f.column_name, 'mine', f.mine, 'base', f.was, 'theirs', f.theirs) ORDER BY f.column_name) AS jsonb_agg
                    FROM airtable.outbox_fields f
                   WHERE ((f.outbox_id = o.id) AND (f.state = 'superseded'::text))) AS fields
            FROM airtable.outbox o
           WHERE ((o.actor = auth.uid()) AND (o.state = 'superseded'::text) AND ((overtaken_pushes.of_record IS NULL) OR (o.row_id = overtaken_pushes.of_record)) AND (private.role_of(auth.uid()) IS NOT NULL) AND COALESCE((airtable.region_of(o.table_name, o.row_id) = ANY (private.regions_of(auth.uid()))), true))
           ORDER BY o.id DESC
          LIMIT 100) e;
END;
grant execute on function private.overtaken_pushes(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.people_directory(search text, max integer)
 RETURNS TABLE(user_id uuid, email text, display_name text, role public.admin_role, regions text[], startups jsonb, created_at timestamp with time zone, last_sign_in_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.people_directory(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.perform_action(action text, args jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.perform_action(text,jsonb) to authenticated;

CREATE OR REPLACE FUNCTION private.person_json(person uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT (to_jsonb(a.*) || jsonb_build_object('regions', COALESCE(( SELECT jsonb_agg(r.region ORDER BY r.region) AS jsonb_agg
            FROM public.admin_regions r
           WHERE (r.user_id = a.user_id)), '[]'::jsonb)))
    FROM public.admins a
   WHERE (a.user_id = person_json.person);
END;

CREATE OR REPLACE FUNCTION private.pool_signals()
 RETURNS SETOF private.pool_signals
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return query
  select p.* from private.pool_signals p
  where private.role_of((select auth.uid())) is not null or private.startups_of((select auth.uid())) <> '{}';
end
$function$;
grant execute on function private.pool_signals() to authenticated;

CREATE OR REPLACE FUNCTION private.rank_startups(signal public.signals)
 RETURNS TABLE(startup_id uuid, score numeric, rationale jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 WITH startups AS MATERIALIZED (
          SELECT count(*) AS n
            FROM public.startups t
           WHERE (t.is_active AND (t.deleted_at IS NULL))
         ), problem AS (
          SELECT concat_ws(' '::text, (rank_startups.signal).title, (rank_startups.signal).pain_points, (rank_startups.signal).improvement) AS words
         ), uses AS (
          SELECT w.lexeme AS word,
             t.id,
             t.sector
            FROM ((problem p
              CROSS JOIN LATERAL unnest(to_tsvector('english'::regconfig, p.words)) w(lexeme, positions, weights))
              JOIN public.startups t ON ((t.is_active AND (t.deleted_at IS NULL) AND (private.offer_words(t.name, t.sector, t.summary) @@ (quote_literal(w.lexeme))::tsquery))))
           WHERE (w.lexeme ~ '^[[:alpha:]]{3,}$'::text)
         ), rarity AS (
          SELECT u.word,
             round((((ln((((s_1.n + 1))::double precision / (count(*))::double precision)) / ln(((s_1.n + 1))::double precision)) ^ (2)::double precision))::numeric, 4) AS weight
            FROM (uses u
              CROSS JOIN startups s_1)
           GROUP BY u.word, s_1.n
         ), common AS (
          SELECT u.id,
             u.sector,
             sum(r.weight) AS weight
            FROM (uses u
              JOIN rarity r USING (word))
           GROUP BY u.id, u.sector
         ), shortlist AS (
          SELECT c.id,
             c.sector,
             (c.weight / (c.weight + (2)::numeric)) AS words
            FROM common c
           ORDER BY c.weight DESC, c.id
          LIMIT 200
         ), sectors AS (
          SELECT b.sector,
             (sum(b.words) / NULLIF(max(sum(b.words)) OVER (), (0)::numeric)) AS fit
            FROM ( SELECT l.sector,
                     l.words,
                     row_number() OVER (PARTITION BY l.sector ORDER BY l.words DESC, l.id) AS place
                    FROM shortlist l) b
           WHERE ((b.place <= 3) AND (b.sector IS NOT NULL))
           GROUP BY b.sector
         ), parts AS (
          SELECT l.id,
             l.sector,
             round(l.words, 4) AS words,
             round((extensions.similarity(p.words, concat_ws(' '::text, t.name, t.sector, t.summary)))::numeric, 4) AS letters,
             round(COALESCE(s_1.fit, (0)::numeric), 4) AS sector_fit,
             m.matched,
             round(((m.matched)::numeric / ((m.matched)::numeric + 2.0)), 4) AS success
            FROM ((((shortlist l
              JOIN public.startups t ON ((t.id = l.id)))
              CROSS JOIN problem p)
              LEFT JOIN sectors s_1 ON ((s_1.sector = l.sector)))
              CROSS JOIN LATERAL ( SELECT count(*) AS matched
                    FROM public.connections k
                   WHERE ((k.startup_id = l.id) AND (k.connection_status = 'matched'::public.connection_status) AND (k.deleted_at IS NULL))) m)
         ), scored AS (
          SELECT p.id,
             p.sector,
             p.words,
             p.letters,
             p.sector_fit,
             p.matched,
             p.success,
             round(((1)::numeric - (((1)::numeric - p.words) * ((1)::numeric - p.letters))), 4) AS text
            FROM parts p
         )
  SELECT s.id,
     round((((0.6 * s.text) + (0.25 * s.sector_fit)) + (0.15 * s.success)), 4) AS round,
     jsonb_build_object('text', jsonb_build_object('score', s.text, 'words', s.words, 'letters', s.letters), 'sector', jsonb_build_object('score', s.sector_fit, 'name', s.sector), 'success', jsonb_build_object('score', s.success, 'matched', s.matched)) AS jsonb_build_object
    FROM scored s;
END;
comment on function private.rank_startups(public.signals) is 'Every active startup that shares a word with the signal, with a score of 0 to 1 and its parts.';

CREATE OR REPLACE FUNCTION private.reason_given(reason text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if coalesce(length(btrim(reason)), 0) not between 1 and 500 then
    raise invalid_parameter_value using message = 'A reason is missing or too long', hint = 'Say why, in 1 to 500 characters.';
  end if;
  return btrim(reason);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_id(airtable_id text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
RETURN extensions.uuid_generate_v5('6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid, ('airtable:'::text || airtable_id));
comment on function private.record_id(text) is 'The id of the row that mirrors an Airtable record: UUID v5 of its rec… id.';

CREATE OR REPLACE FUNCTION private.redo_push(entry bigint)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  statuses constant text[] := array['approval_status', 'is_public', 'connection_status'];
  overtaken airtable.outbox;
  mine jsonb;
  theirs jsonb;
  record jsonb;
begin
  perform private.begin_staff_action();
  perform airtable.hold_base(o.base_id, true) from airtable.outbox o where o.id = entry;
  -- The same words for one that is not there and one that is not theirs.
  select o.* into overtaken from airtable.outbox o
  where o.id = entry and o.state = 'superseded' and (o.actor = auth.uid() or private.role_of(auth.uid()) = 'owner') for update;
  if overtaken.id is null then
    raise no_data_found using message = 'No change of yours waits to be made again',
      hint = 'Somebody may have done it, or given it up. Load the page again.';
  end if;
  select jsonb_object_agg(f.column_name, f.mine), jsonb_object_agg(f.column_name, f.theirs) into mine, theirs
  from airtable.outbox_fields f where f.outbox_id = entry and f.state = 'superseded';
  if mine ?| statuses then
    execute format('select to_jsonb(t) from public.%I t where t.id = $1 and t.deleted_at is null for no key update', overtaken.table_name)
    into record using overtaken.row_id;
    if record is null then
      raise no_data_found using message = format('There is no such %s', left(overtaken.table_name, -1)),
        hint = 'Somebody may have removed it. Load the list again.';
    end if;
    perform private.check_region((record ->> 'region')::public.region);
    perform private.check_conflicts(record, mine - private.editable_fields(overtaken.table_name), theirs);
    perform private.redo_status(overtaken.row_id, mine);
  end if;
  if mine - statuses <> '{}' then
    perform private.edit_record(overtaken.table_name, overtaken.row_id, mine - statuses, theirs - statuses);
  end if;
  update airtable.outbox o set state = 'discarded' where o.id = entry;
end
$function$;
grant execute on function private.redo_push(bigint) to authenticated;

CREATE OR REPLACE FUNCTION private.redo_status(of_row uuid, mine jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if mine ->> 'approval_status' = 'rejected' then
    raise invalid_parameter_value using message = 'Why it was rejected is not kept once it is rejected no more',
      hint = 'Reject the signal again, and say why.';
  elsif mine ? 'approval_status' then
    perform private.review_signal(of_row, (mine ->> 'approval_status')::public.approval_status, null);
  end if;
  if mine ? 'is_public' then
    perform private.set_signal_public(of_row, (mine ->> 'is_public')::boolean);
  end if;
  if mine ? 'connection_status' then
    perform private.set_connection_status(of_row, (mine ->> 'connection_status')::public.connection_status);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_value(field text, problem text, advice text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise invalid_parameter_value using message = problem, detail = field, hint = advice;
end
$function$;

CREATE OR REPLACE FUNCTION private.regions_of(person uuid)
 RETURNS public.region[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return case private.role_of(person)
    when 'owner' then enum_range(null::public.region)
    else coalesce(
      (select array_agg(r.region) from public.admin_regions r where r.user_id = person),
      '{}'::public.region[])
  end;
end
$function$;
grant execute on function private.regions_of(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.remove_person(person uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.remove_person(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.remove_startup_member(person uuid, of_startup uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.remove_startup_member(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.replay_dead_letters(ids bigint[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return (select count(*) filter (where n.asked) from (
    select airtable.retry_dead_letter(d.id) as asked from (
      select o.id from airtable.dead_letters o where o.resolved_at is null and (ids is null or o.id = any (ids)) order by o.id
    ) as d) as n);
end
$function$;
grant execute on function private.replay_dead_letters(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION private.request_signal(wanted uuid, for_startup uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.request_signal(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.requesting_startup(chosen uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.require_owner()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if private.my_role() is distinct from 'owner' then
    raise insufficient_privilege using message = 'Only owners may do this', hint = 'Ask an owner to do it, or to make you one.';
  end if;
end
$function$;
grant execute on function private.require_owner() to authenticated;

CREATE OR REPLACE FUNCTION private.retry_push(ids bigint[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  entry airtable.outbox;
  cells jsonb;
  whole jsonb;
  tried integer := 0;
begin
  perform private.begin_owner_action();
  perform airtable.hold_base(b.base_id, true) from (
    select distinct o.base_id from airtable.outbox o where o.id = any (ids) order by 1) as b;
  for entry in select o.* from airtable.outbox o where o.id = any (ids) and o.state in ('parked', 'superseded', 'pending') order by o.id for update loop
    tried := tried + 1;
    if entry.open then
      update airtable.outbox o set state = 'pending', not_before = clock_timestamp() where o.id = entry.id;
      perform airtable.call_push(entry.base_id);
      continue;
    end if;
    update airtable.outbox o set state = 'discarded' where o.id = entry.id;
    select jsonb_object_agg(f.column_name, f.mine) into cells
    from airtable.outbox_fields f where f.outbox_id = entry.id and f.state in ('refused', 'superseded');
    if cells is not null then
      execute format('update public.%1$I t set (%2$s) = (select %2$s from jsonb_populate_record(t, $2)) where t.id = $1 and t.deleted_at is null',
        entry.table_name, (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(cells) k)) using entry.row_id, cells;
    end if;
    if entry.creation and not exists (select from airtable.outbox o where o.row_id = entry.row_id and o.open) then
      execute format('select jsonb_agg(jsonb_build_object(''id'', t.id, ''after'', to_jsonb(t))) from public.%I t
        where t.id = $1 and t.airtable_id is null and t.deleted_at is null', entry.table_name) into whole using entry.row_id;
      perform airtable.queue_edits(entry.base_id, entry.table_name, whole) where whole is not null;
    end if;
  end loop;
  return tried;
end
$function$;
grant execute on function private.retry_push(bigint[]) to authenticated;

CREATE OR REPLACE FUNCTION private.return_credits()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  paid public.credit_changes;
begin
  perform from public.startups t where t.id = new.startup_id for no key update;
  select c.* into paid from public.credit_changes c
  where c.startup_id = new.startup_id and c.signal_id = new.signal_id and c.at >= new.requested_at
  order by c.at desc limit 1;
  if paid.delta < 0 and exists (select from public.startups t where t.id = new.startup_id and t.deleted_at is null) then
    perform private.change_credits(new.startup_id, -paid.delta, left('Returned: ' || paid.reason, 500), new.signal_id);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.review_signal(wanted uuid, outcome public.approval_status, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.review_signal(uuid,public.approval_status,text) to authenticated;

CREATE OR REPLACE FUNCTION private.role_of(person uuid)
 RETURNS public.admin_role
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (select a.role from public.admins a where a.user_id = person);
end
$function$;
grant execute on function private.role_of(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.set_canary(base text, switched_on boolean, minutes integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  if not exists (select from airtable.field_bindings b where b.base_id = base) then
    raise no_data_found using message = 'No such base is connected', hint = 'Run npm run airtable:connect.';
  end if;
  if minutes not in (1, 5, 15) then
    raise check_violation using message = 'A canary flies every 1, 5 or 15 minutes', hint = 'Choose one of these.';
  end if;
  insert into airtable.canaries (base_id) values (base) on conflict do nothing;
  -- A new beginning, and nothing left of what was sent before it was switched off.
  update airtable.canaries c set is_on = switched_on, on_since = case when switched_on then now() end, nonce = null,
    under_way = false, proven_at = null, round_trip_ms = null, failing_since = null, failed_at = null, error = null
  where c.base_id = base and c.is_on <> switched_on;
  update airtable.canaries c set every_minutes = minutes, next_at = now() where c.base_id = base;
  perform airtable.tell_proof();
  if switched_on then
    perform airtable.call_push(base);
  end if;
end
$function$;
grant execute on function private.set_canary(text,boolean,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.set_connection_status(wanted uuid, new_status public.connection_status)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  connection public.connections;
begin
  perform private.begin_staff_action();
  -- The startup first, as who answers its request: to be turned down returns its credits.
  perform from public.startups t
  where t.id = (select k.startup_id from public.connections k where k.id = wanted) for no key update;
  select k.* into connection from public.connections k where k.id = wanted and k.deleted_at is null for no key update;
  if connection.id is null then
    raise no_data_found using message = 'There is no such connection', hint = 'Somebody may have removed it. Load the list again.';
  end if;
  perform private.check_region(connection.region);
  if new_status is null then
    raise invalid_parameter_value using message = 'A status is missing', hint = 'Say which status the connection gets.';
  elsif new_status = connection.connection_status then
    return to_jsonb(connection);
  elsif not private.may_follow(connection.connection_status, new_status) then
    raise exception using message = format('A connection cannot go from %s to %s',
        replace(connection.connection_status::text, '_', ' '), replace(new_status::text, '_', ' ')),
      detail = 'NOT_A_STEP',
      hint = (select 'Possible now: ' || string_agg(replace(s::text, '_', ' '), ', ' order by s) || '.'
        from unnest(enum_range(null::public.connection_status)) as s where private.may_follow(connection.connection_status, s));
  end if;
  update public.connections k set connection_status = new_status where k.id = connection.id returning k.* into connection;
  return to_jsonb(connection);
end
$function$;
grant execute on function private.set_connection_status(uuid,public.connection_status) to authenticated;

CREATE OR REPLACE FUNCTION private.set_person(person uuid, name text, new_role public.admin_role, in_regions public.region[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.set_person(uuid,text,public.admin_role,public.region[]) to authenticated;

CREATE OR REPLACE FUNCTION private.set_region_from_organization()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.hold_regions(
    tg_op = 'UPDATE' and new.organization_id is distinct from old.organization_id, tg_op = 'INSERT');
  new.region = coalesce((select region from public.organizations where id = new.organization_id), 'unassigned');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_region_from_signal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.hold_regions(tg_op = 'UPDATE' and new.signal_id is distinct from old.signal_id, tg_op = 'INSERT');
  -- Who adds it holds the signal, as the actions do: people are notified of it by its signal, which nobody may be taking
  -- away meanwhile.
  if tg_op = 'INSERT' then
    perform from public.signals where id = new.signal_id for no key update;
  end if;
  new.region = coalesce((select region from public.signals where id = new.signal_id), 'unassigned');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_region_of_connection()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.hold_regions(
    tg_op = 'UPDATE' and (new.organization_id, new.signal_id) is distinct from (old.organization_id, old.signal_id),
    tg_op = 'INSERT');
  new.region = coalesce(
    (select nullif(region, 'unassigned') from public.organizations where id = new.organization_id),
    (select region from public.signals where id = new.signal_id),
    'unassigned');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_region_of_interaction()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.hold_regions(
    tg_op = 'UPDATE' and (new.connection_id, new.contact_id) is distinct from (old.connection_id, old.contact_id),
    tg_op = 'INSERT');
  new.region = coalesce(
    (select nullif(region, 'unassigned') from public.connections where id = new.connection_id),
    (select region from public.contacts where id = new.contact_id),
    'unassigned');
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_signal_public(wanted uuid, shown boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  signal public.signals := private.signal_to_act_on(wanted);
begin
  if shown and signal.approval_status <> 'approved' then
    raise exception using message = 'Only an approved signal can go to the pool', detail = 'NOT_APPROVED', hint = 'Approve it first.';
  end if;
  update public.signals s set is_public = shown where s.id = signal.id returning s.* into signal;
  return to_jsonb(signal);
end
$function$;
grant execute on function private.set_signal_public(uuid,boolean) to authenticated;

CREATE OR REPLACE FUNCTION private.set_startup_member(person uuid, of_startup uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;
grant execute on function private.set_startup_member(uuid,uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.shared_words(problem text, offer text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg(DISTINCT lower(d.token)), '[]'::jsonb) AS "coalesce"
    FROM ts_debug('english'::regconfig, shared_words.offer) d(alias, description, token, dictionaries, dictionary, lexemes)
   WHERE ((d.lexemes && tsvector_to_array(to_tsvector('english'::regconfig, shared_words.problem))) AND (d.lexemes[1] ~ '^[[:alpha:]]{3,}$'::text));
END;

CREATE OR REPLACE FUNCTION private.signal_to_act_on(wanted uuid)
 RETURNS public.signals
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.signal_to_add_to(wanted uuid)
 RETURNS public.signals
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.hold_regions(false, true);
  return private.signal_to_act_on(wanted);
end
$function$;

CREATE OR REPLACE FUNCTION private.staff_names()
 RETURNS TABLE(user_id uuid, display_name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
BEGIN ATOMIC
 SELECT a.user_id,
     a.display_name
    FROM public.admins a
   WHERE (private.my_role() IS NOT NULL);
END;
grant execute on function private.staff_names() to authenticated;

CREATE OR REPLACE FUNCTION private.startup_connections()
 RETURNS SETOF private.startup_connections
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return query
  select v.* from private.startup_connections v
  where v.startup_id = any ((select private.startups_of((select auth.uid())))::uuid[]);
end
$function$;
grant execute on function private.startup_connections() to authenticated;

CREATE OR REPLACE FUNCTION private.startup_signals()
 RETURNS SETOF private.startup_signals
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return query
  select v.* from private.startup_signals v
  where v.startup_id = any ((select private.startups_of((select auth.uid())))::uuid[]);
end
$function$;
grant execute on function private.startup_signals() to authenticated;

CREATE OR REPLACE FUNCTION private.startups_of(person uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (select coalesce(array_agg(m.startup_id), '{}') from public.startup_members m where m.user_id = person);
end
$function$;
grant execute on function private.startups_of(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.sync_canaries()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(jsonb_build_object('base_id', b.base_id, 'is_on', coalesce(c.is_on, false),
      'every_minutes', coalesce(c.every_minutes, 5), 'on_since', c.on_since, 'under_way', coalesce(c.under_way, false),
      'sent_at', c.sent_at, 'next_at', c.next_at, 'proven_at', c.proven_at, 'round_trip_ms', c.round_trip_ms,
      'failing_since', c.failing_since, 'failed_at', c.failed_at, 'error', airtable.canary_trouble(c), 'rounds', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'sent_at', r.sent_at, 'ended_at', r.ended_at,
          'round_trip_ms', r.round_trip_ms, 'error', r.error) order by r.id desc), '[]')
        from (select n.* from airtable.canary_rounds n where n.base_id = b.base_id order by n.id desc limit 12) as r)
      ) order by b.base_id), '[]')
    from (select distinct f.base_id from airtable.field_bindings f) as b left join airtable.canaries c on c.base_id = b.base_id);
end
$function$;
grant execute on function private.sync_canaries() to authenticated;

CREATE OR REPLACE FUNCTION private.sync_drift()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.kind = 'renamed', n.at desc nulls last, n.table_name, n.column_name), '[]') from (
      select b.base_id, b.table_id, b.field_id, b.table_name, b.column_name, f.name as field, b.drift, b.drifted_at as at,
        case when b.drift like 'The table%' then 'table deleted' when b.drift like '%was deleted%' then 'deleted' else 'retyped' end as kind,
        '{}'::text[] as choices, null as renamed_from
      from airtable.field_bindings b left join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
      where b.drift is not null
      union all
      select b.base_id, b.table_id, b.field_id, b.table_name, b.column_name, f.name, null, f.seen_at, 'choices', f.unknown_choices, null
      from airtable.field_bindings b join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
      where b.drift is null and f.unknown_choices <> '{}'
      union all
      select b.base_id, b.table_id, b.field_id, b.table_name, b.column_name, f.name, null, f.renamed_at, 'renamed', '{}', f.renamed_from
      from airtable.field_bindings b join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
      where b.drift is null and f.renamed_from is not null
    ) as n);
end
$function$;
grant execute on function private.sync_drift() to authenticated;

CREATE OR REPLACE FUNCTION private.sync_lag(hours integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return (
    with span as (select least(greatest(hours, 1), 168) * interval '1 hour' as whole, least(greatest(hours, 1), 168) * 75 as seconds),
    begun as (select to_timestamp(floor(extract(epoch from now() - whole) / seconds + 1) * seconds) as at, seconds from span),
    places as (
      select b.at + n * b.seconds * interval '1 second' as at, b.seconds from begun b, generate_series(0, 47) as n
    )
    select jsonb_agg(jsonb_build_object('at', p.at, 'seconds', p.seconds, 'payloads', l.n, 'p50_ms', round(l.p50 * 1000), 'p95_ms', round(l.p95 * 1000))
      order by p.at)
    from places p cross join lateral (
      select count(*) as n,
        percentile_cont(0.5) within group (order by greatest(0, extract(epoch from r.applied_at - r.payload_timestamp))) as p50,
        percentile_cont(0.95) within group (order by greatest(0, extract(epoch from r.applied_at - r.payload_timestamp))) as p95
      from airtable.receipts r
      where r.applied_at >= p.at and r.applied_at < p.at + p.seconds * interval '1 second' and r.payload_timestamp is not null
    ) as l);
end
$function$;
grant execute on function private.sync_lag(integer) to authenticated;

CREATE OR REPLACE FUNCTION private.sync_outbox(of_state text, max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.begin_owner_action();
  return (
    select coalesce(jsonb_agg(to_jsonb(e) order by e.id desc), '[]') from (
      select o.id, o.state, o.rolled_back, o.creation, o.table_name, left(o.table_name, -1) as entity, o.row_id as entity_id,
        airtable.row_title(o.table_name, o.row_id) as title, o.source, o.actor, a.display_name as actor_name, o.created_at,
        o.attempts, o.not_before, o.error, o.sent_at, o.done_at,
        (select coalesce(jsonb_agg(jsonb_build_object('column', f.column_name, 'state', f.state, 'mine', f.mine, 'base', f.was,
            'theirs', f.theirs) order by f.column_name), '[]') from airtable.outbox_fields f where f.outbox_id = o.id) as fields
      from airtable.outbox o left join public.admins a on a.user_id = o.actor
      where case when of_state is null then o.open or o.state = 'parked' else o.state = of_state end
      order by o.id desc limit least(greatest(max, 1), 500)
    ) as e);
end
$function$;
grant execute on function private.sync_outbox(text,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.sync_report(run uuid, max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return airtable.reconcile_progress(run) || jsonb_build_object('differences', (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.id), '[]') from (
      select d.id, d.table_name, d.record_id, d.kind, d.columns, d.repair_asked_at from airtable.differences d
      where d.run_id = run order by d.id limit least(greatest(max, 1), 500)
    ) as n));
end
$function$;
grant execute on function private.sync_report(uuid,integer) to authenticated;

CREATE OR REPLACE FUNCTION private.sync_runs(max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.started_at desc), '[]') from (
      select r.id, r.kind, r.base_id, r.webhook_id, r.started_at, r.finished_at, r.state, r.counts, r.error,
        case when r.kind = 'backfill' then airtable.scan_progress(r.id) when r.kind = 'reconcile' then airtable.reconcile_progress(r.id) end as progress
      from airtable.runs r
      -- Every half minute a drain finds nothing, and now and then what the canary wrote.
      where r.kind <> 'drain' or r.state = 'failed'
        or coalesce((r.counts ->> 'payloads')::integer, 0) > coalesce((r.counts ->> 'proofs')::integer, 0)
      order by r.started_at desc limit least(greatest(max, 1), 200)
    ) as n);
end
$function$;
grant execute on function private.sync_runs(integer) to authenticated;

CREATE OR REPLACE FUNCTION private.sync_status()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_owner();
  return airtable.status();
end
$function$;
grant execute on function private.sync_status() to authenticated;

CREATE OR REPLACE FUNCTION private.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.updated_at = now();
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.unassign_signal(wanted uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  signal public.signals;
  assignment public.signal_assignments;
begin
  perform private.begin_staff_action();
  -- In the order of private.assign_signal: the signal first. It may be gone; what was assigned of it may still go.
  select s.* into signal from public.signals s
  where s.id = (select a.signal_id from public.signal_assignments a where a.id = wanted) for no key update;
  if signal.id is not null then
    perform private.check_region(signal.region);
    delete from public.signal_assignments a where a.id = wanted returning a.* into assignment;
  end if;
  if assignment.id is null then
    raise no_data_found using message = 'There is no such assignment', hint = 'Somebody may have taken it back already.';
  end if;
  return to_jsonb(assignment);
end
$function$;
grant execute on function private.unassign_signal(uuid) to authenticated;

CREATE OR REPLACE FUNCTION private.write_answer(wanted uuid, said text, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  written jsonb;
begin
  update public.signal_assignments a
  set answer = said, answered_at = now(), decline_reason = reason, seen_at = coalesce(a.seen_at, now())
  where a.id = wanted
  returning jsonb_build_object('id', a.id, 'answer', a.answer, 'answered_at', a.answered_at, 'decline_reason', a.decline_reason)
  into written;
  if written is null then
    raise no_data_found using message = 'There is no such signal in your inbox', hint = 'The staff may have taken it back.';
  end if;
  return written;
end
$function$;

-- schema live -------------------------------------------------------------------------------------
comment on schema live is 'Numbered channels and their change log. Not exposed: read through my_channels() and changes_since().';

create table live.changes (
  channel text not null,
  seq bigint not null,
  at timestamp with time zone default now() not null,
  envelope jsonb not null,
  constraint changes_pkey PRIMARY KEY (channel, seq),
  constraint changes_channel_fkey FOREIGN KEY (channel) REFERENCES live.channels(name) ON DELETE CASCADE
);
comment on table live.changes is 'Every message of every channel, by number. Kept for 72 hours.';
CREATE INDEX changes_at_idx ON live.changes USING btree (at);
alter table live.changes enable row level security;

create table live.channels (
  name text not null,
  epoch bigint default ((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric))::bigint not null,
  seq bigint default 0 not null,
  constraint channels_pkey PRIMARY KEY (name)
);
comment on table live.channels is 'One row a channel. topic = name:epoch; seq is the number of the last message.';
alter table live.channels enable row level security;

create table live.counts (
  channel text not null,
  entity text not null,
  state text not null,
  n bigint not null,
  constraint counts_pkey PRIMARY KEY (channel, entity, state),
  constraint counts_channel_fkey FOREIGN KEY (channel) REFERENCES live.channels(name) ON DELETE CASCADE
);
comment on table live.counts is 'How many rows of an entity are in a state, per channel. Always equal to counting them.';
alter table live.counts enable row level security;

create table live.dated (
  measure text not null,
  id uuid not null,
  region public.region not null,
  day date not null,
  constraint dated_pkey PRIMARY KEY (measure, id),
  constraint dated_measure_check CHECK (measure = ANY (ARRAY['signals'::text, 'connections'::text, 'matches'::text]))
);
comment on table live.dated is 'The day and region that each row is counted under. The difference to where it belongs now changes the counts.';
alter table live.dated enable row level security;

create table live.days (
  region public.region not null,
  day date not null,
  measure text not null,
  n bigint not null,
  constraint days_pkey PRIMARY KEY (region, day, measure),
  constraint days_measure_check CHECK (measure = ANY (ARRAY['signals'::text, 'connections'::text, 'matches'::text]))
);
comment on table live.days is 'How many rows of live.dated a region, day and measure have. Always equal to counting them.';
alter table live.days enable row level security;

create table live.failures (
  at timestamp with time zone default now() not null,
  channel text not null,
  seq bigint not null,
  error text not null
);
comment on table live.failures is 'Messages that Realtime refused. The change committed and is in the log; only the hint was lost.';
alter table live.failures enable row level security;

create table live.memberships (
  person uuid not null,
  channel text not null,
  since bigint,
  constraint memberships_pkey PRIMARY KEY (person, channel)
);
comment on table live.memberships is 'Which channels each person may join. The difference to private.channels_of is what they gained and lost.';
alter table live.memberships enable row level security;

create table live.told (
  entity text not null,
  id uuid not null,
  channel text not null,
  state text,
  constraint told_pkey PRIMARY KEY (entity, id, channel)
);
comment on table live.told is 'Which rows each channel knows now. The difference to what it may know is what it is told next.';
alter table live.told enable row level security;

create unlogged table live.touched (
  id bigint generated always as identity not null,
  entity text not null,
  ids uuid[] not null,
  portal_only boolean default false not null,
  constraint touched_pkey PRIMARY KEY (id)
);
comment on table live.touched is 'What the running transactions touched. Empty outside of them.';
alter table live.touched enable row level security;
CREATE CONSTRAINT TRIGGER count_days AFTER INSERT ON live.touched DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live.count_days();
CREATE CONSTRAINT TRIGGER notify AFTER INSERT ON live.touched DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live.notify();
CREATE CONSTRAINT TRIGGER publish AFTER INSERT ON live.touched DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live.publish();

create unlogged table live.trouble (
  title text not null,
  body text
);
comment on table live.trouble is 'What went wrong with the mirror in the running transactions. Empty outside of them.';
alter table live.trouble enable row level security;

create table live.urgent_signals (
  id uuid not null,
  urgency public.urgency not null,
  region public.region not null,
  constraint urgent_signals_pkey PRIMARY KEY (id)
);
comment on table live.urgent_signals is 'Signals that were told to be urgent, and where. The difference to those that are is news.';
alter table live.urgent_signals enable row level security;

create view live.news_now with (security_invoker=true) as
 WITH ids AS (
         SELECT DISTINCT t.entity,
            i.id
           FROM live.touched t,
            LATERAL unnest(t.ids) i(id)
          WHERE t.entity = ANY (ARRAY['signal'::text, 'connection'::text, 'assignment'::text, 'match'::text])
        )
 SELECT 'signal:urgent'::text AS kind,
    s.region,
    NULL::uuid AS startup_id,
        CASE
            WHEN s.urgency > u.urgency THEN NULL::public.region
            ELSE u.region
        END AS told_region,
    s.urgency,
        CASE s.urgency
            WHEN 'critical'::public.urgency THEN 'critical'::text
            ELSE 'warning'::text
        END::public.severity AS severity,
    'signal'::text AS entity,
    s.id AS entity_id,
    format('%s signal: %s'::text, live.capitalized(s.urgency::text), COALESCE(s.title, 'without a title'::text)) AS title,
    concat_ws(' · '::text, s.signal_identifier, o.name) AS body
   FROM ids i
     JOIN live.urgent_now s ON i.entity = 'signal'::text AND s.id = i.id
     LEFT JOIN live.urgent_signals u ON u.id = s.id
     LEFT JOIN public.organizations o ON o.id = s.organization_id AND o.deleted_at IS NULL
  WHERE u.id IS NULL OR s.urgency > u.urgency OR s.region <> u.region
UNION ALL
 SELECT
        CASE
            WHEN asked.now THEN 'signal:requested'::text
            ELSE 'connection:status'::text
        END AS kind,
    k.region,
    NULL::uuid AS startup_id,
    NULL::public.region AS told_region,
    s.urgency,
        CASE k.connection_status
            WHEN 'matched'::public.connection_status THEN 'success'::text
            WHEN 'declined'::public.connection_status THEN 'warning'::text
            ELSE 'info'::text
        END::public.severity AS severity,
    'connection'::text AS entity,
    k.id AS entity_id,
        CASE
            WHEN asked.now THEN format('%s asks for %s'::text, COALESCE(t.name, 'A startup'::text), COALESCE(s.signal_identifier, 'a signal'::text))
            ELSE format('%s: %s'::text, live.capitalized(k.connection_status::text), COALESCE(t.name, 'a startup'::text))
        END AS title,
    concat_ws(' · '::text, s.signal_identifier, s.title) AS body
   FROM ids i
     JOIN public.connections k ON i.entity = 'connection'::text AND k.id = i.id AND k.deleted_at IS NULL
     LEFT JOIN public.startups t ON t.id = k.startup_id AND t.deleted_at IS NULL
     LEFT JOIN public.signals s ON s.id = k.signal_id AND s.region = k.region AND s.deleted_at IS NULL
     LEFT JOIN live.told b ON b.entity = 'connection'::text AND b.id = k.id AND b.channel ~~ 'region:%'::text
     CROSS JOIN LATERAL ( SELECT b.id IS NULL AND COALESCE(k.requested_at = now(), false) AS now) asked
  WHERE asked.now OR b.state <> k.connection_status::text
UNION ALL
 SELECT 'connection:progress'::text AS kind,
    NULL::public.region AS region,
    v.startup_id,
    NULL::public.region AS told_region,
    NULL::public.urgency AS urgency,
        CASE v.connection_status
            WHEN 'introduced'::public.connection_status THEN 'success'::text
            WHEN 'matched'::public.connection_status THEN 'success'::text
            WHEN 'declined'::public.connection_status THEN 'warning'::text
            ELSE 'info'::text
        END::public.severity AS severity,
    'connection'::text AS entity,
    v.id AS entity_id,
    format('%s: %s'::text,
        CASE
            WHEN p.id IS NOT NULL THEN live.capitalized(v.connection_status::text)
            WHEN v.requested_at IS NOT NULL THEN 'Requested'::text
            ELSE 'New connection'::text
        END, COALESCE(v.signal_title, 'a signal'::text)) AS title,
        CASE
            WHEN v.connection_status = 'declined'::public.connection_status THEN v.decline_reason
            ELSE v.signal_identifier
        END AS body
   FROM ids i
     JOIN private.startup_connections v ON i.entity = 'connection'::text AND v.id = i.id
     LEFT JOIN live.told b ON b.entity = 'connection'::text AND b.id = v.id AND b.channel ~~ 'region:%'::text
     LEFT JOIN live.told p ON p.entity = 'connection'::text AND p.id = v.id AND p.channel = ('startup:'::text || v.startup_id)
  WHERE p.id IS NULL OR b.state <> v.connection_status::text
UNION ALL
 SELECT 'match:generated'::text AS kind,
    m.region,
    NULL::uuid AS startup_id,
    NULL::public.region AS told_region,
    s.urgency,
    'info'::public.severity AS severity,
    'signal'::text AS entity,
    s.id AS entity_id,
    format('%s matches %s'::text, COALESCE(t.name, 'A startup'::text), COALESCE(s.signal_identifier, 'a signal'::text)) AS title,
    concat_ws(' · '::text, round(m.score * 100::double precision) || ' %'::text, s.title) AS body
   FROM ids i
     JOIN public.matches m ON i.entity = 'match'::text AND m.id = i.id
     JOIN public.signals s ON s.id = m.signal_id AND s.region = m.region AND s.deleted_at IS NULL
     LEFT JOIN public.startups t ON t.id = m.startup_id AND t.deleted_at IS NULL
  WHERE NOT (EXISTS ( SELECT
           FROM live.told b
          WHERE b.entity = 'match'::text AND b.id = m.id))
UNION ALL
 SELECT 'signal:assigned'::text AS kind,
    NULL::public.region AS region,
    v.startup_id,
    NULL::public.region AS told_region,
    v.urgency,
        CASE v.urgency
            WHEN 'critical'::public.urgency THEN 'warning'::text
            ELSE 'info'::text
        END::public.severity AS severity,
    'assignment'::text AS entity,
    v.id AS entity_id,
    'New signal: '::text || COALESCE(v.title, 'without a title'::text) AS title,
    concat_ws(' · '::text, v.signal_identifier, v.organization_name) AS body
   FROM ids i
     JOIN private.startup_signals v ON i.entity = 'assignment'::text AND v.id = i.id
  WHERE NOT (EXISTS ( SELECT
           FROM live.told b
          WHERE b.entity = 'assignment'::text AND b.id = v.id AND b.channel = ('startup:'::text || v.startup_id)))
UNION ALL
 SELECT 'assignment:answered'::text AS kind,
    a.region,
    NULL::uuid AS startup_id,
    NULL::public.region AS told_region,
    s.urgency,
        CASE a.answer
            WHEN 'accepted'::text THEN 'success'::text
            ELSE 'warning'::text
        END::public.severity AS severity,
    'signal'::text AS entity,
    s.id AS entity_id,
    format('%s %s %s'::text, COALESCE(t.name, 'A startup'::text), a.answer, COALESCE(s.signal_identifier, 'a signal'::text)) AS title,
    COALESCE(a.decline_reason, s.title) AS body
   FROM ids i
     JOIN public.signal_assignments a ON i.entity = 'assignment'::text AND a.id = i.id AND a.answered_at = now()
     JOIN public.signals s ON s.id = a.signal_id AND s.region = a.region AND s.deleted_at IS NULL
     LEFT JOIN public.startups t ON t.id = a.startup_id AND t.deleted_at IS NULL
  WHERE NOT (EXISTS ( SELECT
           FROM public.connections k
          WHERE k.signal_id = a.signal_id AND k.startup_id = a.startup_id AND k.requested_at = now() AND a.answer = 'accepted'::text))
UNION ALL
 SELECT 'sync:trouble'::text AS kind,
    NULL::public.region AS region,
    NULL::uuid AS startup_id,
    NULL::public.region AS told_region,
    NULL::public.urgency AS urgency,
    'warning'::public.severity AS severity,
    'sync'::text AS entity,
    NULL::uuid AS entity_id,
    t.title,
    t.body
   FROM live.trouble t;

create view live.urgent_now with (security_invoker=true) as
 SELECT id,
    urgency,
    region,
    title,
    signal_identifier,
    organization_id
   FROM public.signals s
  WHERE urgency >= 'high'::public.urgency AND deleted_at IS NULL AND (approval_status <> ALL (ARRAY['rejected'::public.approval_status, 'archived'::public.approval_status]));

create view live.view_news_now with (security_invoker=true) as
 WITH rules AS MATERIALIZED (
         SELECT r_1.user_id,
            r_1.event,
            r_1.filter ->> 'entity'::text AS entity,
            r_1.filter -> 'conditions'::text AS conditions,
            r_1.filter ->> 'name'::text AS name
           FROM public.notification_rules r_1
          WHERE r_1.event ~~ 'view:%'::text AND NOT r_1.muted AND jsonb_typeof(r_1.filter -> 'conditions'::text) = 'object'::text
        ), touched AS MATERIALIZED (
         SELECT t.entity,
            array_agg(DISTINCT i.id) AS ids
           FROM live.touched t,
            LATERAL unnest(t.ids) i(id)
          WHERE NOT t.portal_only AND (t.entity IN ( SELECT r_1.entity
                   FROM rules r_1)) AND (t.entity = ANY (ARRAY['signal'::text, 'connection'::text, 'organization'::text, 'contact'::text, 'interaction'::text, 'startup'::text]))
          GROUP BY t.entity
        ), now_told AS MATERIALIZED (
         SELECT t.entity,
            a.id,
            a.record,
            (a.record ->> 'region'::text)::public.region AS region
           FROM touched t
             CROSS JOIN LATERAL live.audience(t.entity, t.ids) a(id, channel, record, state)
          WHERE a.channel ~~ 'region:%'::text OR a.channel = 'network'::text
        ), old_values AS MATERIALIZED (
         SELECT o_1.entity,
            o_1.entity_id,
            jsonb_object_agg(o_1.key, o_1.value) AS fields
           FROM ( SELECT DISTINCT ON (a.entity, a.entity_id, c.key) a.entity,
                    a.entity_id,
                    c.key,
                    c.value -> 0 AS value
                   FROM touched t
                     JOIN public.activity a ON a.entity = t.entity AND (a.entity_id = ANY (t.ids)) AND a.at = now()
                     CROSS JOIN LATERAL jsonb_each(a.changes) c(key, value)
                  ORDER BY a.entity, a.entity_id, c.key, a.id) o_1
          GROUP BY o_1.entity, o_1.entity_id
        )
 SELECT r.user_id AS person,
    r.event AS kind,
    n.region,
    n.entity,
    n.id AS entity_id,
    COALESCE(NULLIF(COALESCE(n.record ->> 'title'::text, n.record ->> 'name'::text, n.record ->> 'full_name'::text, ( SELECT s.name
           FROM public.startups s
          WHERE s.id = ((n.record ->> 'startup_id'::text)::uuid) AND s.deleted_at IS NULL)), ''::text), 'New here: '::text || n.entity) AS title,
    format('Came into your view “%s”'::text, COALESCE(r.name, 'without a name'::text)) AS body
   FROM rules r
     JOIN now_told n ON n.entity = r.entity AND live.meets(n.record, r.conditions)
     LEFT JOIN live.told b ON b.entity = n.entity AND b.id = n.id AND (b.channel ~~ 'region:%'::text OR b.channel = 'network'::text)
     LEFT JOIN old_values o ON o.entity = n.entity AND o.entity_id = n.id
     CROSS JOIN LATERAL ( SELECT substr(b.channel, 8)::public.region AS region
          WHERE b.channel ~~ 'region:%'::text
        UNION ALL
         SELECT NULL::public.region
          WHERE b.channel IS NULL OR b.channel = 'network'::text) was
  WHERE b.id IS NULL OR NOT COALESCE(was.region = ANY (private.regions_of(r.user_id)), true) OR NOT live.meets((n.record || COALESCE(o.fields, '{}'::jsonb)) ||
        CASE
            WHEN was.region IS NULL THEN '{}'::jsonb
            ELSE jsonb_build_object('region', was.region)
        END, r.conditions);

CREATE OR REPLACE FUNCTION live.audience(of_entity text, of_ids uuid[])
 RETURNS TABLE(id uuid, channel text, record jsonb, state text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  case of_entity
    when 'organization' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.organizations t
      where t.id = any (of_ids) and t.deleted_at is null;
    when 'contact' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.contacts t
      where t.id = any (of_ids) and t.deleted_at is null;
    when 'interaction' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.interactions t
      where t.id = any (of_ids) and t.deleted_at is null;
    when 'signal' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), t.approval_status::text from public.signals t
      where t.id = any (of_ids) and t.deleted_at is null
      union all
      select v.id, 'pool', to_jsonb(v), null from private.pool_signals v where v.id = any (of_ids);
    when 'connection' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), t.connection_status::text from public.connections t
      where t.id = any (of_ids) and t.deleted_at is null
      union all
      select v.id, 'startup:' || v.startup_id, to_jsonb(v), null from private.startup_connections v where v.id = any (of_ids);
    when 'assignment' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.signal_assignments t where t.id = any (of_ids)
      union all
      select v.id, 'startup:' || v.startup_id, to_jsonb(v), null from private.startup_signals v where v.id = any (of_ids);
    when 'match' then return query
      select t.id, 'region:' || t.region, to_jsonb(t), 'all' from public.matches t where t.id = any (of_ids);
    when 'startup' then return query
      select t.id, 'network', to_jsonb(t), case when t.is_active then 'active' else 'inactive' end
      from public.startups t where t.id = any (of_ids) and t.deleted_at is null
      union all
      select t.id, 'startup:' || t.id, to_jsonb(t), null
      from public.startups t where t.id = any (of_ids) and t.deleted_at is null;
    when 'credit' then return query
      select t.id, c.channel, to_jsonb(t), null from public.credit_changes t
      cross join lateral (values ('network'), ('startup:' || t.startup_id)) as c(channel)
      where t.id = any (of_ids);
    when 'notification' then return query
      select t.id, 'user:' || t.user_id, to_jsonb(t), null from public.notifications t where t.id = any (of_ids);
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION live.capitalized(word text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN (upper("left"(word, 1)) || replace(substr(word, 2), '_'::text, ' '::text));

CREATE OR REPLACE FUNCTION live.count_days()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  signal_ids uuid[];
  connection_ids uuid[];
begin
  -- The first of a transaction's rows counts for all: after it, publish leaves nothing to the others.
  if not exists (select from live.touched where id = new.id) then
    return null;
  end if;
  signal_ids := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'signal' and not t.portal_only);
  connection_ids := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'connection' and not t.portal_only);
  if signal_ids = '{}' and connection_ids = '{}' then
    return null;
  end if;
  with before as (
    select d.* from live.dated d
    where d.measure = 'signals' and d.id = any (signal_ids)
      or d.measure in ('connections', 'matches') and d.id = any (connection_ids)
  ), after as (
    select a.* from live.dates_of(signal_ids, connection_ids) a
  ), moved as (
    select a.* from after a left join before b using (measure, id) where (b.region, b.day) is distinct from (a.region, a.day)
  ), gone as (
    select b.* from before b left join after a using (measure, id) where a.id is null
  ), written as (
    insert into live.dated (measure, id, region, day) select m.measure, m.id, m.region, m.day from moved m
    on conflict (measure, id) do update set region = excluded.region, day = excluded.day
  ), forgotten as (
    delete from live.dated d using gone g where d.measure = g.measure and d.id = g.id
  ), deltas as (
    select m.region, m.day, m.measure, 1 as n from moved m
    union all
    select b.region, b.day, b.measure, -1 from before b join moved m using (measure, id)
    union all
    select g.region, g.day, g.measure, -1 from gone g
  )
  insert into live.days as kept (region, day, measure, n)
  select d.region, d.day, d.measure, sum(d.n) from deltas d
  group by d.region, d.day, d.measure having sum(d.n) <> 0
  order by d.region, d.day, d.measure
  on conflict (region, day, measure) do update set n = kept.n + excluded.n;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION live.dates_of(signal_ids uuid[], connection_ids uuid[])
 RETURNS TABLE(measure text, id uuid, region public.region, day date)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  return query
  select 'signals', s.id, s.region, (s.created_at at time zone 'UTC')::date
  from public.signals s where s.id = any (signal_ids) and s.deleted_at is null
  union all
  select 'connections', c.id, c.region, (c.created_at at time zone 'UTC')::date
  from public.connections c where c.id = any (connection_ids) and c.deleted_at is null
  union all
  select 'matches', c.id, c.region, live.match_day(c)
  from public.connections c where c.id = any (connection_ids) and c.deleted_at is null and c.connection_status = 'matched';
end
$function$;

CREATE OR REPLACE FUNCTION live.due_notifications(news jsonb)
 RETURNS TABLE(person uuid, kind text, n bigint, regions public.region[], severity public.severity, entity text, entity_id uuid, title text, body text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  return query
  with news as (
    select n.* from jsonb_to_recordset(news) as n(person uuid, kind text, region public.region, startup_id uuid,
      told_region public.region, urgency public.urgency, severity public.severity, n bigint, entity text, entity_id uuid,
      title text, body text)
  ), staff as (
    select a.user_id, a.role, private.regions_of(a.user_id) as regions from public.admins a
  ), heard as (
    select s.user_id as reader, w.* from news w join staff s on s.role = 'owner'
    where w.kind = 'sync:trouble'
    union all
    select s.user_id, w.* from news w
    join staff s on w.region = any (s.regions) and not coalesce(w.told_region = any (s.regions), false)
    -- Those who cannot answer are not asked.
    where w.person is null and (s.role <> 'viewer' or w.kind not in ('signal:requested', 'assignment:answered'))
    union all
    select s.user_id, w.* from news w join staff s on s.user_id = w.person and coalesce(w.region = any (s.regions), true)
    union all
    select m.user_id, w.* from news w join public.startup_members m on m.startup_id = w.startup_id
  )
  select h.reader, h.kind, sum(h.n)::bigint, coalesce(array_agg(distinct h.region) filter (where h.region is not null), '{}'),
    max(h.severity), min(h.entity), case when count(distinct h.entity_id) = 1 then min(h.entity_id::text)::uuid end,
    min(h.title), min(h.body)
  from heard h
  where h.reader is distinct from auth.uid() and live.wants_news(h.reader, h.kind, h.urgency, h.region)
  group by h.reader, h.kind;
end
$function$;

CREATE OR REPLACE FUNCTION live.event_name(entity text, channel text, verb text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when channel = 'pool' then case verb when 'removed' then 'pool:removed' else 'pool:published' end
    when entity = 'assignment' and verb = 'created' then 'signal:assigned'
    when entity = 'match' and verb <> 'removed' then 'match:generated'
    else entity || ':' || verb
  end;
end
$function$;

CREATE OR REPLACE FUNCTION live.find_projections()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  changed_organizations uuid[];
  changed_contacts uuid[];
  changed_signals uuid[];
  signal_ids uuid[];
begin
  if exists (select from live.touched t where t.entity like 'behind %') then
    perform pg_advisory_xact_lock(hashtextextended('projections', 17));
  elsif exists (select from live.touched t where t.entity in ('signal', 'assignment', 'connection')) then
    perform pg_advisory_xact_lock_shared(hashtextextended('projections', 17));
  end if;
  changed_organizations := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'behind organizations');
  changed_contacts := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'behind contacts');
  changed_signals := array(select i from live.touched t, unnest(t.ids) as i where t.entity = 'behind signals');
  delete from live.touched t where t.entity like 'behind %';
  signal_ids := array(select s.id from public.signals s where s.organization_id = any (changed_organizations));
  insert into live.touched (entity, ids, portal_only)
  select t.entity, t.ids, true
  from (values
    ('signal', signal_ids),
    ('assignment', array(
      select a.id from public.signal_assignments a where a.signal_id = any (signal_ids || changed_signals))),
    ('connection', array(
      select k.id from public.connections k
      where k.contact_id = any (changed_contacts) or k.signal_id = any (changed_signals)))
  ) as t(entity, ids)
  where cardinality(t.ids) > 0;
end
$function$;

CREATE OR REPLACE FUNCTION live.forget_done_actions()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH gone AS (
          DELETE FROM private.done_actions
           WHERE (done_actions.at < (now() - '7 days'::interval))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM gone;
END;
comment on function live.forget_done_actions() is 'Deletes the answers of actions that are a week old. Returns how many. Called with live.forget_old_changes().';

CREATE OR REPLACE FUNCTION live.forget_old_changes()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH gone AS (
          DELETE FROM live.changes
           WHERE (changes.at < (now() - '72:00:00'::interval))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM gone;
END;
comment on function live.forget_old_changes() is 'Trims the log to 72 hours. A client that was away for longer is told to start anew. Returns how many went.';

CREATE OR REPLACE FUNCTION live.forget_old_notifications()
 RETURNS bigint
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH gone AS (
          DELETE FROM public.notifications n
           WHERE ((n.read_at < (now() - '90 days'::interval)) OR (n.created_at < (now() - '1 year'::interval)))
           RETURNING 1 AS "?column?"
         )
  SELECT count(*) AS count
    FROM gone;
END;
comment on function live.forget_old_notifications() is 'Deletes notifications that were read 90 days ago or are a year old. Returns how many. Called with live.forget_old_changes().';

CREATE OR REPLACE FUNCTION live.match_day(of_connection public.connections)
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO ''
RETURN (SELECT CASE WHEN (kept.match_day IS NOT NULL) THEN kept.match_day WHEN (kept.known AND (current_setting('live.source'::text, true) IS DISTINCT FROM 'airtable'::text) AND (current_setting('live.source'::text, true) IS DISTINCT FROM 'automation'::text)) THEN (((match_day.of_connection).updated_at AT TIME ZONE 'UTC'::text))::date ELSE ((COALESCE((match_day.of_connection).airtable_edited_at, (match_day.of_connection).updated_at) AT TIME ZONE 'UTC'::text))::date END AS timezone FROM (SELECT max(d.day) FILTER (WHERE (d.measure = 'matches'::text)) AS match_day, (count(*) > 0) AS known FROM live.dated d WHERE ((d.measure = ANY (ARRAY['connections'::text, 'matches'::text])) AND (d.id = (match_day.of_connection).id))) kept);

CREATE OR REPLACE FUNCTION live.meets(record jsonb, conditions jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT (NOT (EXISTS ( SELECT
            FROM jsonb_each(meets.conditions) c(key, value)
           WHERE (NOT COALESCE((c.value ? (meets.record ->> c.key)), false)))));
END;

CREATE OR REPLACE FUNCTION live.news()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    with news as (
      select null::uuid as person, n.kind, n.region, n.startup_id, n.told_region, n.urgency, n.severity, n.entity, n.entity_id,
        n.title, n.body
      from live.news_items() n
      union all
      select v.person, v.kind, v.region, null, null, null, 'info', v.entity, v.entity_id, v.title, v.body from live.view_items() v
    )
    select jsonb_agg(to_jsonb(g)) from (
      select n.person, n.kind, n.region, n.startup_id, n.told_region, n.urgency, max(n.severity) as severity, count(*) as n,
        n.entity, case when count(distinct n.entity_id) = 1 then min(n.entity_id::text) end as entity_id,
        min(n.title) as title, min(n.body) as body
      from news n group by n.person, n.kind, n.region, n.startup_id, n.told_region, n.urgency, n.entity
    ) as g
  );
end
$function$;

CREATE OR REPLACE FUNCTION live.news_items()
 RETURNS TABLE(kind text, region public.region, startup_id uuid, told_region public.region, urgency public.urgency, severity public.severity, entity text, entity_id uuid, title text, body text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if live.touched_few() then
    return query select * from live.news_now;
  else
    return query execute 'select * from live.news_now';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION live.note_access()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into live.touched (entity, ids)
  select 'access', array_agg(distinct p.user_id)
  from (
    select (to_jsonb(old) ->> 'user_id')::uuid as user_id where tg_op <> 'INSERT'
    union all
    select (to_jsonb(new) ->> 'user_id')::uuid where tg_op <> 'DELETE'
  ) as p;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION live.note_projections()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  changed uuid[];
begin
  case tg_table_name
    when 'organizations' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id)
      where (n.name, n.deleted_at is null) is distinct from (o.name, o.deleted_at is null);
    when 'contacts' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id)
      where (n.full_name, n.title, n.email, n.phone, n.deleted_at is null)
        is distinct from (o.full_name, o.title, o.email, o.phone, o.deleted_at is null);
    when 'signals' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id) where n.* is distinct from o.*;
  end case;
  if changed is not null then
    insert into live.touched (entity, ids, portal_only) values ('behind ' || tg_table_name, changed, true);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION live.note_touched()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    insert into live.touched (entity, ids)
    select tg_argv[0], array_agg(n.id) from new_rows n having count(*) > 0;
  elsif tg_op = 'UPDATE' then
    insert into live.touched (entity, ids)
    select tg_argv[0], array_agg(n.id) from new_rows n join old_rows o on o.id = n.id
    where o.* is distinct from n.* having count(*) > 0;
  else
    insert into live.touched (entity, ids)
    select tg_argv[0], array_agg(o.id) from old_rows o having count(*) > 0;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION live.note_trouble(trouble_title text, trouble_body text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO live.trouble (title, body)
   VALUES (note_trouble.trouble_title, note_trouble.trouble_body);
 INSERT INTO live.touched (entity, ids)
   VALUES ('notification'::text, '{}'::uuid[]);
END;

CREATE OR REPLACE FUNCTION live.notify()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  news jsonb;
  people uuid[];
begin
  -- The first of a transaction's rows finds all there is, and publishing takes it away. What is written here is no news;
  -- it comes back at once where constraints were made immediate.
  if current_setting('live.notifying', true) = 'yes' or not exists (select from live.touched where id = new.id) then
    return null;
  end if;
  begin
    news := live.news();
    with ids as (
      select distinct i.id from live.touched t, unnest(t.ids) as i(id) where t.entity = 'signal'
    ), calm as (
      delete from live.urgent_signals u using ids i
      where u.id = i.id and not exists (select from live.urgent_now s where s.id = u.id)
    )
    insert into live.urgent_signals as u (id, urgency, region)
    select s.id, s.urgency, s.region from ids i join live.urgent_now s on s.id = i.id order by s.id
    on conflict (id) do update set urgency = excluded.urgency, region = excluded.region
    where (u.urgency, u.region) is distinct from (excluded.urgency, excluded.region);
    delete from live.trouble;

    if news is not null then
      -- Rights stand still until the end: whoever changes those of a person waits for the same lock, and was waited
      -- for. Whose account is being deleted is not told: who deletes it may wait for this transaction in turn.
      people := array(select u.id from auth.users u where u.id in (select d.person from live.due_notifications(news) d)
        order by u.id for key share skip locked);
      perform pg_advisory_xact_lock(hashtextextended(p.id::text, 17)) from (
        select unnest(people) as id
        union select i from live.touched t, unnest(t.ids) as i where t.entity = 'access'
        order by id
      ) as p;
      perform set_config('live.notifying', 'yes', true);
      perform live.write_notifications(news, people);
      perform set_config('live.notifying', '', true);
    end if;
  exception when others then
    insert into live.failures (channel, seq, error) values ('notifications', 0, sqlerrm);
  end;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION live.publish()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Above these a message says only that there is something to fetch.
  max_records constant integer := 50;
  max_bytes constant integer := 100000;
  touched record;
  message record;
  people uuid[];
  found_here jsonb;
  messages jsonb := '[]';
  count_changes jsonb := '[]';
  who uuid := auth.uid();
  source text := coalesce(nullif(current_setting('live.source', true), ''), case when who is null then 'system' else 'admin' end);
  next_seq bigint;
  channel_epoch bigint;
  envelope jsonb;
begin
  -- The first of a transaction's rows tells all; the others find nothing left.
  if not exists (select from live.touched where id = new.id) then
    return null;
  end if;

  select array_agg(distinct p) into people from live.touched t, unnest(t.ids) as p where t.entity = 'access';
  -- Only one transaction at a time works out what a person gained and lost.
  perform pg_advisory_xact_lock(hashtextextended(p::text, 17)) from unnest(people) as p order by p;

  perform live.find_projections();
  for touched in select distinct t.entity from live.touched t where t.entity <> 'access' loop
    with ids as (
      select i.id, bool_and(t.portal_only) as portal_only
      from live.touched t, unnest(t.ids) as i(id) where t.entity = touched.entity group by i.id
    ), before as (
      select k.id, k.channel, k.state from live.told k where k.entity = touched.entity and k.id in (select i.id from ids i)
    ), after as (
      select a.* from live.audience(touched.entity, array(select i.id from ids i)) a
    ), differing as (
      select coalesce(a.id, b.id) as id, coalesce(a.channel, b.channel) as channel, a.record, a.state,
        b.state as old_state,
        case
          when a.id is null then 'removed'
          when b.id is not null then 'updated'
          -- It was somewhere else before: a move, not a birth.
          when exists (select from before o where o.id = a.id and (a.channel like 'region:%') = (o.channel like 'region:%')) then 'updated'
          else 'created'
        end as verb, a.id is not null as now_told, b.id is not null as was_told
      from after a full join before b on b.id = a.id and b.channel = a.channel
    ), told as (
      select d.*, count(*) over (partition by d.channel, d.verb) as together
      from differing d join ids i on i.id = d.id
      where not (i.portal_only and d.verb = 'updated' and d.was_told and d.channel not like 'startup:%' and d.channel <> 'pool')
    ), remembered as (
      insert into live.told as k (entity, id, channel, state)
      select touched.entity, d.id, d.channel, d.state from differing d
      where d.now_told and (not d.was_told or d.state is distinct from d.old_state)
      on conflict (entity, id, channel) do update set state = excluded.state
    ), forgotten as (
      delete from live.told k using differing d
      where d.verb = 'removed' and k.entity = touched.entity and k.id = d.id and k.channel = d.channel
    ), per_message as (
      select t.channel, live.event_name(touched.entity, t.channel, t.verb) as event,
        case t.verb when 'removed' then 0 when 'created' then 1 else 2 end as rank,
        jsonb_agg(t.id) as ids, count(*) as n,
        max(t.record ->> 'airtable_edited_at') as edited_at, max(t.record ->> 'received_at') as received_at,
        -- Filtered, not chosen afterwards: thousands of rows would be put together only to be left out.
        jsonb_agg(t.record) filter (where t.verb <> 'removed' and t.together <= max_records) as records
      from told t group by t.channel, t.verb
    ), counted as (
      select c.channel, c.state, sum(c.n) as n from (
        select d.channel, d.old_state as state, -1 as n from differing d where d.was_told
        union all
        select d.channel, d.state, 1 from differing d where d.now_told
      ) as c where c.state is not null group by c.channel, c.state having sum(c.n) <> 0
    )
    select jsonb_build_object(
      'messages', coalesce((select jsonb_agg(to_jsonb(m)) from per_message m), '[]'),
      'counts', coalesce((select jsonb_agg(to_jsonb(c) || jsonb_build_object('entity', touched.entity)) from counted c), '[]'))
    into found_here;
    messages := messages || (found_here -> 'messages');
    count_changes := count_changes || (found_here -> 'counts');
  end loop;
  delete from live.touched;

  -- A message for a channel that nobody could ever join is dropped, but not while the first one to join it is coming.
  if exists (
    select from unnest(people) as p, unnest(private.channels_of(p)) as g
    where not exists (select from live.channels c where c.name = g)
  ) then
    perform pg_advisory_xact_lock(hashtextextended('live.channels', 17));
  elsif exists (
    select from jsonb_array_elements(messages) m
    where not exists (select from live.channels c where c.name = m ->> 'channel')
  ) then
    perform pg_advisory_xact_lock_shared(hashtextextended('live.channels', 17));
  end if;

  -- In name order, so that two transactions that share channels cannot wait for each other in a circle. Held to
  -- the end of the transaction: the next number of a channel is given only when this one is committed.
  perform from live.channels c
  where c.name in (
    select m ->> 'channel' from jsonb_array_elements(messages) m
    union select m ->> 'channel' from jsonb_array_elements(count_changes) m
    union select m.channel from live.memberships m
      where m.person = any (people) and not m.channel = any (private.channels_of(m.person))
    union select g from unnest(people) as p, unnest(private.channels_of(p)) as g
    union select 'user:' || p from unnest(people) as p)
  order by c.name for no key update;

  if people is not null then
    perform live.publish_access(people);
    select messages || coalesce(jsonb_agg(jsonb_build_object(
      'channel', 'user:' || p, 'event', 'access:changed', 'rank', 0, 'ids', '[]'::jsonb, 'n', 0)), '[]') into messages
    from unnest(people) as p where 'user:' || p = any (private.channels_of(p));
  end if;

  insert into live.counts as kept (channel, entity, state, n)
  select c ->> 'channel', c ->> 'entity', c ->> 'state', (c ->> 'n')::bigint from jsonb_array_elements(count_changes) c
  on conflict (channel, entity, state) do update set n = kept.n + excluded.n;

  for message in
    select all_messages.* from (
      select m ->> 'channel' as channel, (m ->> 'rank')::integer as rank, m ->> 'event' as event, m -> 'ids' as ids,
        nullif(m -> 'records', 'null') as records, m ->> 'edited_at' as edited_at, m ->> 'received_at' as received_at,
        m ->> 'event' not like '%:removed' and (m ->> 'n')::integer > max_records as truncated
      from jsonb_array_elements(messages) m
      union all
      select c.channel, 3, 'metrics:updated', '[]'::jsonb,
        jsonb_build_array(jsonb_build_object('channel', c.channel, 'counts', (
          select jsonb_object_agg(k.entity || ':' || k.state, k.n) from live.counts k where k.channel = c.channel))),
        null, null, false
      from (select distinct m ->> 'channel' as channel from jsonb_array_elements(count_changes) m) as c
    ) as all_messages
    -- A channel that nobody has ever been able to join is not there.
    join live.channels open on open.name = all_messages.channel
    order by channel, rank, event
  loop
    if octet_length(message.records::text) > max_bytes then
      message.records := null;
      message.truncated := true;
    end if;
    update live.channels set seq = seq + 1 where name = message.channel returning seq, epoch into next_seq, channel_epoch;
    envelope := jsonb_strip_nulls(jsonb_build_object(
      'seq', next_seq, 'event', message.event, 'at', clock_timestamp(), 'source', source, 'actor', who,
      'edited_at', message.edited_at, 'received_at', message.received_at))
      || jsonb_build_object('ids', message.ids, 'truncated', message.truncated)
      || case when message.records is null then '{}' else jsonb_build_object('records', message.records) end;
    insert into live.changes (channel, seq, envelope) values (message.channel, next_seq, envelope);
    perform live.send(message.channel, channel_epoch, next_seq, message.event, envelope);
  end loop;

  -- After the messages of this transaction: what goes away with it a newcomer never saw.
  update live.memberships m set since = c.seq from live.channels c
  where m.person = any (people) and m.since is null and c.name = m.channel;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION live.publish_access(people uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  lost text[];
  channel record;
begin
  select coalesce(array_agg(distinct m.channel), '{}') into lost
  from live.memberships m where m.person = any (people) and not m.channel = any (private.channels_of(m.person));
  insert into live.channels (name)
  select distinct c from unnest(people) as p, unnest(private.channels_of(p)) as c order by c
  on conflict do nothing;

  delete from live.memberships m where m.person = any (people) and m.channel = any (lost)
    and not m.channel = any (private.channels_of(m.person));
  insert into live.memberships (person, channel)
  select p, c from unnest(people) as p, unnest(private.channels_of(p)) as c on conflict do nothing;

  for channel in select c.* from live.channels c where c.name = any (lost) order by c.name loop
    perform live.send(channel.name, channel.epoch, channel.seq, 'access:changed',
      jsonb_build_object('seq', channel.seq, 'event', 'access:changed', 'at', clock_timestamp(), 'source', 'system',
        'ids', '[]'::jsonb, 'truncated', false));
    update live.channels c set epoch = greatest(c.epoch + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)
    where c.name = channel.name;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION live.send(channel text, epoch bigint, seq bigint, event text, envelope jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform realtime.send(envelope, event, channel || ':' || epoch, true);
exception when others then
  insert into live.failures (channel, seq, error) values (channel, seq, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION live.title_of_many(kind text, n bigint, regions public.region[], of_one text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN (((n || ' '::text) || CASE regexp_replace(kind, '^view:.*'::text, 'view'::text) WHEN 'view'::text THEN ('records c'::text || substr(of_one, 2)) WHEN 'signal:urgent'::text THEN 'urgent signals'::text WHEN 'signal:requested'::text THEN 'requests from startups'::text WHEN 'connection:status'::text THEN 'connections changed status'::text WHEN 'connection:progress'::text THEN 'of your connections changed'::text WHEN 'match:generated'::text THEN 'matches'::text WHEN 'signal:assigned'::text THEN 'new signals for you'::text WHEN 'assignment:answered'::text THEN 'answers from startups'::text WHEN 'sync:trouble'::text THEN 'problems with the sync'::text ELSE 'news'::text END) || CASE WHEN ((cardinality(regions) = 0) OR (kind ~~ 'view:%'::text)) THEN ''::text WHEN (cardinality(regions) > 2) THEN format(' in %s regions'::text, cardinality(regions)) ELSE (' in '::text || replace((SELECT string_agg(CASE r.r WHEN 'unassigned'::public.region THEN 'no region'::text ELSE live.capitalized((r.r)::text) END, ' and '::text ORDER BY r.r) AS string_agg FROM unnest(title_of_many.regions) r(r)), ' in no region'::text, ' without a region'::text)) END);

CREATE OR REPLACE FUNCTION live.touched_few()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (select coalesce(sum(cardinality(t.ids)), 0) <= 20 from live.touched t);
end
$function$;

CREATE OR REPLACE FUNCTION live.view_items()
 RETURNS TABLE(person uuid, kind text, region public.region, entity text, entity_id uuid, title text, body text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if live.touched_few() then
    return query select * from live.view_news_now;
  else
    return query execute 'select * from live.view_news_now';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION live.wants_news(person uuid, event text, urgency public.urgency, region public.region)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(bool_and(
      not r.muted
      and coalesce(r.filter -> 'urgencies' ? wants_news.urgency::text, true)
      and coalesce(r.filter -> 'regions' ? wants_news.region::text, true)), true)
    from public.notification_rules r where r.user_id = wants_news.person and r.event in (wants_news.event, '*')
  );
end
$function$;

CREATE OR REPLACE FUNCTION live.write_notifications(news jsonb, people uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  with due as (
    select d.*, (
      select t.id from public.notifications t
      where t.user_id = d.person and t.kind = d.kind and t.read_at is null
        -- Of a region that they have lost they are told nothing more.
        and t.regions <@ private.regions_of(d.person)
        and t.created_at > clock_timestamp() - case d.kind when 'sync:trouble' then interval '1 day' else interval '10 seconds' end
      order by t.created_at desc limit 1 for no key update skip locked
    ) as recent
    from live.due_notifications(news) d where d.person = any (people)
  ), sums as (
    select d.*, t.id as onto, c.same, c.count, coalesce(g.regions, d.regions) as all_regions
    from due d
    left join public.notifications t on t.id = d.recent
    cross join lateral (
      select t.entity_id = d.entity_id and t.entity = d.entity and t.count = 1 and d.n = 1 as same,
        case when t.entity_id = d.entity_id and t.entity = d.entity and t.count = 1 and d.n = 1 then 1
          else coalesce(t.count, 0) + d.n end as count
    ) as c
    left join lateral (
      select array_agg(distinct r) filter (where r is not null) as regions from unnest(t.regions || d.regions) as r
    ) as g on t.id is not null
  ), worded as (
    select s.*, left(case when s.count = 1 then s.title else live.title_of_many(s.kind, s.count, s.all_regions, s.body) end, 300) as words,
      left(case when s.count = 1 or s.kind = 'sync:trouble' then s.body end, 2000) as more
    from sums s
  ), added as (
    update public.notifications t
    set count = w.count, regions = coalesce(w.all_regions, '{}'), title = w.words, body = w.more,
      severity = case when w.same then w.severity else greatest(t.severity, w.severity) end,
      entity_id = case when t.entity_id = w.entity_id then t.entity_id end,
      created_at = case w.kind when 'sync:trouble' then t.created_at else clock_timestamp() end
    from worded w where t.id = w.onto and t.read_at is null
    returning t.user_id, t.kind
  )
  insert into public.notifications (user_id, kind, title, body, entity, entity_id, severity, count, regions, created_at)
  select w.person, w.kind, left(case when w.n = 1 then w.title else live.title_of_many(w.kind, w.n, w.regions, w.body) end, 300),
    left(case when w.n = 1 or w.kind = 'sync:trouble' then w.body end, 2000), w.entity, w.entity_id, w.severity, w.n, w.regions, clock_timestamp()
  from worded w
  where not exists (select from added a where a.user_id = w.person and a.kind = w.kind)
  order by w.person, w.kind;
end
$function$;

-- schema airtable ---------------------------------------------------------------------------------
comment on schema airtable is 'State of the mirror: webhooks with cursor and lease, receipts, dead letters, runs, field bindings. Not exposed.';

create table airtable.alerts (
  id bigint generated always as identity not null,
  kind text not null,
  subject text not null,
  title text not null,
  body text not null,
  since timestamp with time zone default now() not null,
  over_at timestamp with time zone,
  constraint alerts_pkey PRIMARY KEY (id),
  constraint alerts_kind_check CHECK (kind = ANY (ARRAY['webhook'::text, 'pings'::text, 'drain'::text, 'lag'::text, 'quota'::text, 'canary'::text]))
);
comment on table airtable.alerts is 'What is wrong with the sync, or was: told to the owners when it began and when it ended.';
CREATE UNIQUE INDEX alerts_open_idx ON airtable.alerts USING btree (kind, subject) WHERE over_at IS NULL;
alter table airtable.alerts enable row level security;

create table airtable.canaries (
  base_id text not null,
  is_on boolean default false not null,
  every_minutes integer default 5 not null,
  on_since timestamp with time zone,
  table_id text,
  field_id text,
  record_id text,
  next_at timestamp with time zone default now() not null,
  nonce text,
  sent_at timestamp with time zone,
  under_way boolean default false not null,
  proven_at timestamp with time zone,
  round_trip_ms integer,
  failing_since timestamp with time zone,
  failed_at timestamp with time zone,
  error text,
  constraint canaries_pkey PRIMARY KEY (base_id),
  constraint canaries_every_minutes_check CHECK (every_minutes = ANY (ARRAY[1, 5, 15]))
);
comment on table airtable.canaries is 'One row a base: whether its canary flies, how often, and how the last round ended.';
alter table airtable.canaries enable row level security;

create table airtable.canary_rounds (
  id bigint generated always as identity not null,
  base_id text not null,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone not null,
  round_trip_ms integer,
  error text,
  constraint canary_rounds_pkey PRIMARY KEY (id),
  constraint canary_rounds_base_id_fkey FOREIGN KEY (base_id) REFERENCES airtable.canaries(base_id) ON DELETE CASCADE
);
comment on table airtable.canary_rounds is 'Rounds that have ended, for a week: how long they took, or why they failed.';
CREATE INDEX canary_rounds_base_id_idx ON airtable.canary_rounds USING btree (base_id, ended_at DESC);
alter table airtable.canary_rounds enable row level security;

create table airtable.compared (
  run_id uuid not null,
  table_id text not null,
  record_id text not null,
  base_hash text,
  mirror_hash text,
  differing jsonb,
  looks integer default 1 not null,
  look_after timestamp with time zone default clock_timestamp() not null,
  state text default 'equal'::text not null,
  constraint compared_pkey PRIMARY KEY (run_id, table_id, record_id),
  constraint compared_state_check CHECK (state = ANY (ARRAY['equal'::text, 'suspect'::text, 'confirmed'::text, 'moving'::text])),
  constraint compared_run_id_table_id_fkey FOREIGN KEY (run_id, table_id) REFERENCES airtable.reconciliations(run_id, table_id) ON DELETE CASCADE
);
comment on table airtable.compared is 'Records of a comparison under way, with the hash of each side.';
CREATE INDEX compared_suspects_idx ON airtable.compared USING btree (run_id, table_id, look_after) WHERE state = 'suspect'::text;
alter table airtable.compared enable row level security;

create table airtable.dead_letters (
  id bigint generated always as identity not null,
  webhook_id text,
  payload_number bigint,
  base_id text not null,
  table_id text not null,
  record_id text not null,
  cells jsonb not null,
  columns text[],
  reason text not null,
  created_at timestamp with time zone default now() not null,
  resolved_at timestamp with time zone,
  ignored_at timestamp with time zone,
  constraint dead_letters_pkey PRIMARY KEY (id),
  constraint dead_letters_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES airtable.webhooks(id) ON DELETE SET NULL
);
comment on table airtable.dead_letters is 'Cells that could not be stored, as they came, with the reason. The rest of their page was applied.';
comment on column airtable.dead_letters.ignored_at is 'An owner said that it may stay as it is. The next bad cell of the record opens another letter.';
CREATE INDEX dead_letters_webhook_id_idx ON airtable.dead_letters USING btree (webhook_id);
CREATE UNIQUE INDEX dead_letters_record_id_idx ON airtable.dead_letters USING btree (record_id) WHERE resolved_at IS NULL;
alter table airtable.dead_letters enable row level security;
CREATE TRIGGER note_dead_letters AFTER INSERT ON airtable.dead_letters REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION airtable.note_dead_letters();

create table airtable.differences (
  id bigint generated always as identity not null,
  run_id uuid not null,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  record_id text not null,
  kind text not null,
  columns jsonb default '{}'::jsonb not null,
  found_at timestamp with time zone default now() not null,
  repair_asked_at timestamp with time zone,
  constraint differences_pkey PRIMARY KEY (id),
  constraint differences_run_id_record_id_key UNIQUE (run_id, record_id),
  constraint differences_kind_check CHECK (kind = ANY (ARRAY['missing'::text, 'extra'::text, 'different'::text])),
  constraint differences_run_id_fkey FOREIGN KEY (run_id) REFERENCES airtable.runs(id) ON DELETE CASCADE
);
comment on table airtable.differences is 'What a comparison found: which record, what differs, and whether its repair was asked for.';
alter table airtable.differences enable row level security;

create table airtable.field_bindings (
  base_id text not null,
  table_id text not null,
  field_id text not null,
  table_name text not null,
  column_name text not null,
  field_type text,
  drift text,
  drifted_at timestamp with time zone,
  constraint field_bindings_pkey PRIMARY KEY (base_id, field_id),
  constraint field_bindings_base_id_table_name_column_name_key UNIQUE (base_id, table_name, column_name)
);
comment on table airtable.field_bindings is 'Which Airtable field fills which column. By id, so that renaming a field changes nothing.';
alter table airtable.field_bindings enable row level security;
CREATE TRIGGER note_drift AFTER UPDATE ON airtable.field_bindings FOR EACH ROW EXECUTE FUNCTION airtable.note_drift();

create table airtable.field_facts (
  base_id text not null,
  field_id text not null,
  table_id text not null,
  name text not null,
  renamed_from text,
  renamed_at timestamp with time zone,
  unknown_choices text[] default '{}'::text[] not null,
  seen_at timestamp with time zone default now() not null,
  constraint field_facts_pkey PRIMARY KEY (base_id, field_id)
);
comment on table airtable.field_facts is 'Names and choices of the fields that are bound, as of the last look at the schema.';
alter table airtable.field_facts enable row level security;

create table airtable.outbox (
  id bigint generated always as identity not null,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  row_id uuid not null,
  creation boolean default false not null,
  actor uuid,
  source text not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  state text default 'pending'::text not null,
  rolled_back boolean default false not null,
  open boolean generated always as (((state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text])) OR ((state = 'parked'::text) AND (NOT rolled_back)))) stored not null,
  attempts integer default 0 not null,
  not_before timestamp with time zone default now() not null,
  error text,
  sent_at timestamp with time zone,
  done_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_state_check CHECK (state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'done'::text, 'parked'::text, 'superseded'::text, 'discarded'::text]))
);
comment on table airtable.outbox is 'What was changed here and is to be changed in Airtable: one entry a record and statement.';
CREATE INDEX outbox_base_id_idx ON airtable.outbox USING btree (base_id, id) WHERE open;
CREATE INDEX outbox_row_id_idx ON airtable.outbox USING btree (row_id) WHERE open;
CREATE INDEX outbox_state_idx ON airtable.outbox USING btree (state, id);
alter table airtable.outbox enable row level security;

create table airtable.outbox_fields (
  outbox_id bigint not null,
  column_name text not null,
  field_id text not null,
  was jsonb,
  mine jsonb,
  theirs jsonb,
  state text default 'open'::text not null,
  constraint outbox_fields_pkey PRIMARY KEY (outbox_id, column_name),
  constraint outbox_fields_state_check CHECK (state = ANY (ARRAY['open'::text, 'done'::text, 'superseded'::text, 'refused'::text, 'discarded'::text])),
  constraint outbox_fields_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES airtable.outbox(id) ON DELETE CASCADE
);
comment on table airtable.outbox_fields is 'The cells of an entry: what it changes them to, from what, and what Airtable had instead.';
alter table airtable.outbox_fields enable row level security;

create table airtable.proof_told (
  only_row boolean default true not null,
  proof jsonb not null,
  constraint proof_told_pkey PRIMARY KEY (only_row),
  constraint proof_told_only_row_check CHECK (only_row)
);
comment on table airtable.proof_told is 'What the channel network was last told of the proof.';
alter table airtable.proof_told enable row level security;

create table airtable.rate_limits (
  base_id text not null,
  turns timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
  paused_until timestamp with time zone,
  constraint rate_limits_pkey PRIMARY KEY (base_id)
);
comment on table airtable.rate_limits is 'When Airtable was last called for a base, and until when it wants to be left alone.';
alter table airtable.rate_limits enable row level security;

create table airtable.readers (
  base_id text not null,
  holder uuid,
  expires_at timestamp with time zone,
  dirty boolean default false not null,
  constraint readers_pkey PRIMARY KEY (base_id)
);
comment on table airtable.readers is 'Who is reading a base over REST now.';
alter table airtable.readers enable row level security;

create table airtable.receipts (
  webhook_id text not null,
  payload_number bigint not null,
  base_transaction_number bigint,
  payload_timestamp timestamp with time zone,
  applied_at timestamp with time zone default now() not null,
  constraint receipts_pkey PRIMARY KEY (webhook_id, payload_number),
  constraint receipts_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES airtable.webhooks(id) ON DELETE CASCADE
);
comment on table airtable.receipts is 'Payloads that were applied. Nothing is applied twice.';
CREATE INDEX receipts_applied_at_idx ON airtable.receipts USING btree (applied_at);
alter table airtable.receipts enable row level security;

create table airtable.reconciliations (
  run_id uuid not null,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  state text default 'reading'::text not null,
  next_offset text,
  started_at timestamp with time zone,
  restarts integer default 0 not null,
  records bigint default 0 not null,
  expected bigint default 0 not null,
  missing bigint,
  extra bigint,
  different bigint,
  moving bigint,
  dead_letters bigint,
  skipped text[],
  base_hash text,
  mirror_hash text,
  error text,
  constraint reconciliations_pkey PRIMARY KEY (run_id, table_id),
  constraint reconciliations_state_check CHECK (state = ANY (ARRAY['reading'::text, 'settling'::text, 'done'::text, 'failed'::text])),
  constraint reconciliations_run_id_fkey FOREIGN KEY (run_id) REFERENCES airtable.runs(id) ON DELETE CASCADE
);
comment on table airtable.reconciliations is 'How far each table of a comparison has come, and what it came to.';
CREATE INDEX reconciliations_unfinished_idx ON airtable.reconciliations USING btree (base_id) WHERE state = ANY (ARRAY['reading'::text, 'settling'::text]);
alter table airtable.reconciliations enable row level security;

create table airtable.rereads (
  record_id text not null,
  base_id text not null,
  table_id text not null,
  source text not null,
  asked_at timestamp with time zone default clock_timestamp() not null,
  not_before timestamp with time zone default now() not null,
  attempts integer default 0 not null,
  constraint rereads_pkey PRIMARY KEY (record_id),
  constraint rereads_source_check CHECK (source = ANY (ARRAY['airtable'::text, 'automation'::text]))
);
comment on table airtable.rereads is 'Records to be read over REST: known in part, named by an automation, or in a dead letter.';
CREATE INDEX rereads_base_id_idx ON airtable.rereads USING btree (base_id, table_id);
alter table airtable.rereads enable row level security;

create table airtable.runs (
  id uuid default gen_random_uuid() not null,
  kind text not null,
  base_id text,
  webhook_id text,
  started_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  state text default 'running'::text not null,
  counts jsonb default '{}'::jsonb not null,
  error text,
  constraint runs_pkey PRIMARY KEY (id),
  constraint runs_kind_check CHECK (kind = ANY (ARRAY['drain'::text, 'backfill'::text, 'reconcile'::text, 'push'::text, 'automation'::text])),
  constraint runs_state_check CHECK (state = ANY (ARRAY['running'::text, 'succeeded'::text, 'continued'::text, 'failed'::text])),
  constraint runs_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES airtable.webhooks(id) ON DELETE SET NULL
);
comment on table airtable.runs is 'Every run of the mirror: what it was, how it ended, what it counted.';
CREATE INDEX runs_started_at_idx ON airtable.runs USING btree (started_at DESC);
CREATE INDEX runs_webhook_id_idx ON airtable.runs USING btree (webhook_id);
alter table airtable.runs enable row level security;
CREATE TRIGGER note_failed_run AFTER INSERT OR UPDATE OF state ON airtable.runs FOR EACH ROW WHEN (new.state = 'failed'::text) EXECUTE FUNCTION airtable.note_failed_run();
CREATE TRIGGER reconcile_after_recovery AFTER UPDATE OF state ON airtable.runs FOR EACH ROW WHEN (new.kind = 'backfill'::text AND old.state = 'running'::text AND new.state = 'succeeded'::text) EXECUTE FUNCTION airtable.reconcile_after_recovery();

create table airtable.scanned (
  run_id uuid not null,
  table_id text not null,
  record_id text not null,
  constraint scanned_pkey PRIMARY KEY (run_id, table_id, record_id),
  constraint scanned_run_id_table_id_fkey FOREIGN KEY (run_id, table_id) REFERENCES airtable.scans(run_id, table_id) ON DELETE CASCADE
);
comment on table airtable.scanned is 'Records that a scan under way has seen. What it has not seen at its end is gone from the base.';
alter table airtable.scanned enable row level security;

create table airtable.scans (
  run_id uuid not null,
  base_id text not null,
  table_id text not null,
  table_name text not null,
  state text default 'pending'::text not null,
  next_offset text,
  started_at timestamp with time zone,
  restarts integer default 0 not null,
  records bigint default 0 not null,
  written bigint default 0 not null,
  deleted bigint default 0 not null,
  refused bigint default 0 not null,
  expected bigint default 0 not null,
  error text,
  constraint scans_pkey PRIMARY KEY (run_id, table_id),
  constraint scans_state_check CHECK (state = ANY (ARRAY['pending'::text, 'running'::text, 'done'::text, 'failed'::text])),
  constraint scans_run_id_fkey FOREIGN KEY (run_id) REFERENCES airtable.runs(id) ON DELETE CASCADE
);
comment on table airtable.scans is 'How far each table of a full scan has come.';
CREATE INDEX scans_unfinished_idx ON airtable.scans USING btree (base_id) WHERE state = ANY (ARRAY['pending'::text, 'running'::text]);
alter table airtable.scans enable row level security;

create table airtable.told (
  only_row boolean default true not null,
  digest text not null,
  at timestamp with time zone not null,
  constraint told_pkey PRIMARY KEY (only_row),
  constraint told_only_row_check CHECK (only_row)
);
comment on table airtable.told is 'What was last told of the status, and when.';
alter table airtable.told enable row level security;

create table airtable.touches (
  record_id text not null,
  base_id text not null,
  columns jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone,
  destroyed_at timestamp with time zone,
  touched_at timestamp with time zone not null,
  constraint touches_pkey PRIMARY KEY (record_id)
);
comment on table airtable.touches is 'What the payload log did to a record lately, cell by cell. A snapshot that was read before leaves it alone.';
CREATE INDEX touches_touched_at_idx ON airtable.touches USING btree (touched_at);
alter table airtable.touches enable row level security;

create table airtable.webhooks (
  id text not null,
  base_id text not null,
  mac_secret_base64 text not null,
  notification_url text,
  cursor bigint default 1 not null,
  lease_holder uuid,
  lease_expires_at timestamp with time zone,
  dirty boolean default false not null,
  expires_at timestamp with time zone,
  last_ping_at timestamp with time zone,
  last_drained_at timestamp with time zone,
  last_payload_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  trouble text,
  trouble_since timestamp with time zone,
  constraint webhooks_pkey PRIMARY KEY (id),
  constraint webhooks_base_id_check CHECK (base_id ~ '^app[A-Za-z0-9]+$'::text),
  constraint webhooks_cursor_check CHECK (cursor >= 1),
  constraint webhooks_id_check CHECK (id ~ '^ach[A-Za-z0-9]+$'::text)
);
comment on table airtable.webhooks is 'One row a webhook: how far its payload log was applied, and who is reading it now.';
comment on column airtable.webhooks.trouble is 'Why the webhook is dead and has no successor yet. Null: it is well.';
CREATE INDEX webhooks_base_id_idx ON airtable.webhooks USING btree (base_id);
alter table airtable.webhooks enable row level security;

CREATE OR REPLACE FUNCTION airtable.adopt_pushes(base text, by_holder uuid, made jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.adopt_record((select min(o.table_name) from airtable.outbox o where o.row_id = m.row_id), m.row_id, m.record_id, m.made_at)
  from jsonb_to_recordset(made) as m(row_id uuid, record_id text, made_at timestamptz);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.adopt_record(rows_of text, of_row uuid, record text, made_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  other uuid;
  child record;
  adopted boolean;
begin
  execute format('select t.id from public.%I t where t.airtable_id = $1', rows_of) into other using record;
  execute format('select t.airtable_id is null from public.%I t where t.id = $1 for update', rows_of) into adopted using of_row;
  if not coalesce(adopted, false) or other = of_row then
    return false;
  end if;
  if other is not null then
    for child in
      select k.conrelid::regclass as rows, a.attname as col
      from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.contype = 'f' and k.confrelid = format('public.%I', rows_of)::regclass
    loop
      execute format('update %s set %2$I = $1 where %2$I = $2', child.rows, child.col) using of_row, other;
    end loop;
    execute format('delete from public.%I where id = $1', rows_of) using other;
  end if;
  execute format('update public.%I set airtable_id = $2, airtable_edited_at = coalesce(airtable_edited_at, $3), received_at = now()
    where id = $1', rows_of) using of_row, record, made_at;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.adopt_records(rows_of text, changes jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  found_here record;
begin
  for found_here in execute format($query$
    select t.id, c ->> 'airtable_id' as record, coalesce(c ->> 'edited_at', c ->> 'created_at')::timestamptz as at
    from jsonb_array_elements($1) as c
    join public.%I t on t.id = case when pg_input_is_valid(c -> 'values' ->> 'live_id', 'uuid') then (c -> 'values' ->> 'live_id')::uuid end
    where t.airtable_id is null $query$, rows_of)
  using changes loop
    perform airtable.adopt_record(rows_of, found_here.id, found_here.record, found_here.at);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.alerts_now()
 RETURNS TABLE(kind text, subject text, title text, body text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT 'webhook'::text,
     w.id,
     'A webhook is dead'::text,
     w.trouble
    FROM airtable.webhooks w
   WHERE (w.trouble IS NOT NULL)
 UNION ALL
  SELECT 'pings'::text,
     w.id,
     'Airtable’s pings have stopped'::text,
     'Changes are still found every half minute, and so arrive later than they should. The function may not be reachable from Airtable.'::text
    FROM airtable.webhooks w
   WHERE (airtable.is_silent(w.*) AND (w.trouble IS NULL))
 UNION ALL
  SELECT 'drain'::text,
     w.id,
     'The mirror stands still'::text,
     'The log was not read to its end for more than five minutes. Is the function running, and does cron call /drain?'::text
    FROM airtable.webhooks w
   WHERE ((COALESCE(w.last_drained_at, w.created_at) < (now() - '00:05:00'::interval)) AND (w.trouble IS NULL))
 UNION ALL
  SELECT 'lag'::text,
     w.id,
     'Changes arrive late'::text,
     format('Half of the changes of the last five minutes took more than %s s from Airtable to here.'::text, round(l.p50)) AS format
    FROM (airtable.webhooks w
      CROSS JOIN LATERAL ( SELECT percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM (r.applied_at - r.payload_timestamp)))::double precision)) AS p50,
             count(*) AS n
            FROM airtable.receipts r
           WHERE ((r.webhook_id = w.id) AND (r.applied_at > (now() - '00:05:00'::interval)))) l)
   WHERE ((l.n >= 3) AND (l.p50 > (60)::double precision))
 UNION ALL
  SELECT 'quota'::text,
     r.base_id,
     'Airtable’s monthly quota is used up'::text,
     max(r.error) AS max
    FROM airtable.runs r
   WHERE ((r.state = 'failed'::text) AND (r.error ~~ '%monthly quota%'::text) AND (r.started_at > (now() - '1 day'::interval)) AND (NOT (EXISTS ( SELECT
            FROM airtable.runs later
           WHERE ((later.base_id = r.base_id) AND (later.state = 'succeeded'::text) AND (later.started_at > r.started_at))))))
   GROUP BY r.base_id
 UNION ALL
  SELECT 'canary'::text,
     c.base_id,
     'The way to Airtable and back is not proven'::text,
     airtable.canary_trouble(c.*) AS canary_trouble
    FROM airtable.canaries c
   WHERE (airtable.canary_trouble(c.*) IS NOT NULL);
END;

CREATE OR REPLACE FUNCTION airtable.announce(on_channel text, event text, record jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  channel live.channels;
  envelope jsonb;
begin
  update live.channels c set seq = c.seq + 1 where c.name = on_channel returning c.* into channel;
  if channel.name is null then
    return;
  end if;
  envelope := jsonb_build_object('seq', channel.seq, 'event', event, 'at', clock_timestamp(), 'source', 'system',
    'ids', '[]'::jsonb, 'truncated', false, 'records', jsonb_build_array(record));
  insert into live.changes (channel, seq, envelope) values (channel.name, channel.seq, envelope);
  perform live.send(channel.name, channel.epoch, channel.seq, event, envelope);
end
$function$;
comment on function airtable.announce(text,text,jsonb) is 'Writes one numbered message without rows to a channel, and sends it.';

CREATE OR REPLACE FUNCTION airtable.apply_page(webhook text, holder uuid, from_cursor bigint, to_cursor bigint, page jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  hook airtable.webhooks;
  mirrored text;
  mirrored_table text;
  changes jsonb;
  outcome jsonb;
  unknown text[];
  rereads integer := 0;
  counts jsonb := '{}';
begin
  select * into hook from airtable.webhooks w where w.id = webhook for update;
  if hook.id is null or hook.lease_holder is distinct from holder or hook.cursor <> from_cursor then
    raise exception using errcode = 'AL001', message = 'Another drain has this webhook now',
      hint = 'Nothing was written; its holder goes on.';
  end if;
  perform airtable.hold_base(hook.base_id, exists (
    select from jsonb_each(page -> 'upserts') as t, jsonb_array_elements(t.value) as c
    where not coalesce((c ->> 'created')::boolean, false)
      and c -> 'values' ?| array['region', 'organization_id', 'contact_id', 'signal_id', 'connection_id']));
  perform set_config('live.source', 'airtable', true);

  insert into airtable.receipts (webhook_id, payload_number, base_transaction_number, payload_timestamp)
  select webhook, r.number, r.transaction, r.at
  from jsonb_to_recordset(page -> 'receipts') as r(number bigint, transaction bigint, at timestamptz);

  -- Parents before children spares stubs; any other order ends in the same rows.
  foreach mirrored in array array['organizations', 'contacts', 'startups', 'signals', 'connections', 'interactions'] loop
    mirrored_table := (select min(b.table_id) from airtable.field_bindings b where b.base_id = hook.base_id and b.table_name = mirrored);
    changes := airtable.without_drift(hook.base_id, mirrored, page -> 'upserts' -> mirrored);
    if jsonb_array_length(changes) > 0 then
      unknown := airtable.unknown_records(mirrored, changes);
      outcome := airtable.upsert_rows_or_refuse(mirrored, changes);
      counts := jsonb_set(counts, array[mirrored || '_written'], outcome -> 'written');
      rereads := rereads + airtable.ask_again(hook.base_id, mirrored_table, unknown, 'airtable')
        + airtable.settle_letters(webhook, hook.base_id, mirrored_table, changes, outcome -> 'refused');
      perform airtable.note_touches(hook.base_id, airtable.without_pending(mirrored, changes), outcome -> 'refused');
    end if;
    changes := page -> 'deletes' -> mirrored;
    if jsonb_array_length(changes) > 0 then
      counts := jsonb_set(counts, array[mirrored || '_deleted'], to_jsonb(airtable.delete_rows(mirrored, changes)));
      perform airtable.note_destroyed(hook.base_id, array(select c ->> 'airtable_id' from jsonb_array_elements(changes) c));
    end if;
  end loop;

  -- After the rows: what the log says of a field before it says that it went is followed.
  update airtable.field_bindings b set drift = d.reason, drifted_at = now()
  from jsonb_to_recordset(coalesce(page -> 'drift', '[]')) as d(field_id text, reason text)
  where b.base_id = hook.base_id and b.field_id = d.field_id and b.drift is distinct from d.reason;
  perform airtable.write_letters(webhook, hook.base_id, coalesce(page -> 'dead_letters', '[]'));
  if jsonb_array_length(page -> 'drift') > 0 then
    perform airtable.forgive_drift(hook.base_id);
  end if;

  update airtable.webhooks w set cursor = to_cursor, lease_expires_at = greatest(w.lease_expires_at, now() + interval '15 seconds'),
    last_payload_at = greatest(w.last_payload_at, (select max((r ->> 'at')::timestamptz) from jsonb_array_elements(page -> 'receipts') r))
  where w.id = webhook;
  return counts || case when rereads > 0 then jsonb_build_object('rereads', rereads) else '{}' end;
end
$function$;
comment on function airtable.apply_page(text,uuid,bigint,bigint,jsonb) is 'Applies one page of payloads under the lease and moves the cursor. Refused (AL001) when the lease or the cursor is not the caller''s any more.';

CREATE OR REPLACE FUNCTION airtable.apply_rereads(base text, by_holder uuid, read_at timestamp with time zone, asked_by text, snapshot jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  counts jsonb := airtable.apply_snapshot(base, by_holder, read_at, asked_by, snapshot);
  answered constant text[] := array(select c ->> 'airtable_id' from jsonb_array_elements(snapshot -> 'changes') c)
    || array(select l ->> 'record_id' from jsonb_array_elements(coalesce(snapshot -> 'dead_letters', '[]')) l);
  absent constant text[] := array(select jsonb_array_elements_text(coalesce(snapshot -> 'absent', '[]')));
begin
  delete from airtable.rereads r
  where r.record_id = any (answered || absent) and r.asked_at <= read_at
    and (not r.record_id = any (absent) or r.attempts >= 4
      or not exists (
        select from airtable.touches t
        where t.record_id = r.record_id and t.touched_at >= read_at - interval '10 seconds' and t.destroyed_at is null));
  update airtable.rereads r set attempts = r.attempts + 1, not_before = now() + make_interval(secs => 2 ^ r.attempts)
  where r.record_id = any (absent);
  return counts;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.apply_scan(base text, by_holder uuid, of_run uuid, opened_at timestamp with time zone, from_offset text, to_offset text, batch jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  scan airtable.scans;
  counts jsonb;
  swept integer := 0;
begin
  select * into scan from airtable.scans s where s.run_id = of_run and s.table_id = batch ->> 'table_id' for update;
  if scan.state is distinct from 'running' or scan.started_at <> opened_at or scan.next_offset is distinct from from_offset then
    raise exception using errcode = 'AL001', message = 'This scan has begun anew, or another goes on with it', hint = 'Nothing was written.';
  end if;
  counts := airtable.apply_snapshot(base, by_holder, scan.started_at, 'system', batch);
  insert into airtable.scanned (run_id, table_id, record_id)
  select of_run, scan.table_id, r from jsonb_array_elements_text(batch -> 'seen') as r on conflict do nothing;
  if to_offset is null then
    swept := airtable.sweep(scan);
  end if;
  update airtable.scans s set next_offset = to_offset, state = case when to_offset is null then 'done' else s.state end,
    records = s.records + jsonb_array_length(batch -> 'seen'),
    written = s.written + (counts ->> 'written')::bigint,
    refused = s.refused + (counts ->> 'refused')::bigint,
    deleted = s.deleted + swept
  where s.run_id = of_run and s.table_id = scan.table_id;
  return counts || jsonb_build_object('deleted', swept);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.apply_snapshot(base text, by_holder uuid, read_at timestamp with time zone, asked_by text, snapshot jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- A replica that answers may lag behind the log: what the log set just before the read stays too.
  since constant timestamptz := read_at - interval '10 seconds';
  rows_of constant text := snapshot ->> 'table';
  of_table constant text := snapshot ->> 'table_id';
  -- Later than no payload still to come. Where there is no log the database's own clock does no harm.
  version timestamptz := read_at;
  changes jsonb;
  outcome jsonb;
  letters jsonb;
  gone text[];
  removed integer;
begin
  perform from airtable.readers r where r.base_id = base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process reads this base now', hint = 'Nothing was written; it goes on.';
  end if;
  perform airtable.hold_base(base, true);
  perform set_config('live.source', asked_by, true);
  if exists (select from airtable.webhooks w where w.base_id = base) then
    select max(w.last_payload_at) into version from airtable.webhooks w where w.base_id = base;
  end if;

  select coalesce(jsonb_agg(c || jsonb_build_object('created', true, 'read_at', read_at,
    'edited_at', greatest((c ->> 'created_at')::timestamptz, version),
    'values', case when t.columns is null then c -> 'values' else (c -> 'values') - array(
      select k.key from jsonb_each(t.columns) as k where to_timestamp(k.value::text::float8) >= since) end)), '[]')
  into changes
  from jsonb_array_elements(airtable.without_drift(base, rows_of, snapshot -> 'changes')) as c
  left join airtable.touches t on t.record_id = c ->> 'airtable_id' and t.touched_at >= since
  where not coalesce(t.destroyed_at >= since, false);
  outcome := airtable.upsert_rows_or_refuse(rows_of, changes, true);
  perform airtable.settle_letters(null, base, of_table, changes, outcome -> 'refused', true);
  letters := airtable.letters_still_due(snapshot -> 'dead_letters', since);
  perform airtable.write_letters(null, base, letters);

  -- What the log has named lately is there, or will be said to be gone: a record that was made just now may answer 404.
  gone := array(
    select a from jsonb_array_elements_text(coalesce(snapshot -> 'absent', '[]')) as a
    where not exists (select from airtable.touches t where t.record_id = a and t.touched_at >= since));
  removed := airtable.delete_rows(rows_of, coalesce((
    select jsonb_agg(jsonb_build_object('airtable_id', g, 'edited_at', version)) from unnest(gone) as g), '[]'), true);
  update airtable.dead_letters d set resolved_at = now() where d.record_id = any (gone) and d.resolved_at is null;

  return jsonb_build_object('written', outcome -> 'written', 'deleted', removed,
    'refused', jsonb_array_length(outcome -> 'refused') + jsonb_array_length(letters));
end
$function$;
comment on function airtable.apply_snapshot(text,uuid,timestamp with time zone,text,jsonb) is 'Writes records as they were read over REST. Cells that the log has set since the read began are left alone. Refused (AL001) when the caller is not the base''s reader any more.';

CREATE OR REPLACE FUNCTION airtable.as_cell(rows_of text, col text, value jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  parents text;
  record jsonb;
begin
  select p.relname into parents
  from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass and a.attname = col;
  if parents is null or value = 'null' then
    return value;
  end if;
  execute format('select coalesce(to_jsonb(p.airtable_id), ''{"waits": true}'') from public.%I p where p.id = $1', parents)
  into record using (value #>> '{}')::uuid;
  return coalesce(record, '{"waits": true}');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.as_row(rows_of text, cells jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  built text;
  links text[];
  kept jsonb;
begin
  select string_agg(format('%L, ', a.attname) || case
      when p.relname is not null then format(
        'coalesce((select p.id from public.%I p where p.airtable_id = $1 ->> %2$L), private.record_id($1 ->> %2$L))', p.relname, a.attname)
      when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end, ', '),
    coalesce(array_agg(a.attname::text) filter (where p.relname is not null), '{}')
  into built, links
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_constraint k on k.contype = 'f' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
  left join pg_catalog.pg_class p on p.oid = k.confrelid
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped and cells ? a.attname;
  if built is null then
    return '{}';
  end if;
  execute format('select jsonb_build_object(%s) from jsonb_populate_record(null::public.%I, $1 - $2) as r', built, rows_of)
  into kept using cells, links;
  return kept;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.ask_again(base text, of_table text, records text[], asked_by text)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH asked AS (
          INSERT INTO airtable.rereads AS r (record_id, base_id, table_id, source)  SELECT DISTINCT id.id,
                     ask_again.base AS base,
                     ask_again.of_table AS of_table,
                     ask_again.asked_by AS asked_by
                    FROM unnest(ask_again.records) id(id)
                   WHERE (ask_again.of_table IS NOT NULL)
                   ORDER BY id.id ON CONFLICT(record_id) DO UPDATE SET asked_at = excluded.asked_at, not_before = excluded.not_before, attempts = 0
           RETURNING 1 AS "?column?"
         )
  SELECT (count(*))::integer AS count
    FROM asked;
END;
comment on function airtable.ask_again(text,text,text[],text) is 'Puts records on the list of those to be read over REST. Returns how many.';

CREATE OR REPLACE FUNCTION airtable.bases_to_push()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT DISTINCT o.base_id
    FROM airtable.outbox o
   WHERE (o.open AND ((o.state <> 'sent'::text) OR (o.sent_at < (now() - '00:01:00'::interval))) AND ((o.state = 'sending'::text) OR (o.not_before <= now())));
END;

CREATE OR REPLACE FUNCTION airtable.begin_push(base text, by_holder uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform airtable.hold_push(base, by_holder);
  update airtable.outbox o set state = 'pending' where o.base_id = base and o.state = 'sending';
  return airtable.read_cells_again(base, coalesce((
    select jsonb_agg(jsonb_build_object('id', o.id, 'column', f.column_name))
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id and f.state = 'open'
    where o.base_id = base and o.state = 'sent' and o.sent_at < now() - interval '1 minute'), '[]'));
end
$function$;

CREATE OR REPLACE FUNCTION airtable.begin_reconciliation(base text, reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run uuid;
  bound record;
  known bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable scan ' || base, 17));
  select r.id into run from airtable.runs r
  where r.base_id = base and r.kind = 'reconcile' and r.state = 'running' order by r.started_at limit 1;
  if run is not null then
    return run;
  end if;
  insert into airtable.runs (kind, base_id, counts) values ('reconcile', base, jsonb_build_object('reason', reason))
  returning id into run;
  for bound in
    select b.table_id, min(b.table_name) as table_name from airtable.field_bindings b where b.base_id = base group by b.table_id
  loop
    execute format('select count(*) from public.%I where deleted_at is null and airtable_id is not null', bound.table_name) into known;
    insert into airtable.reconciliations (run_id, base_id, table_id, table_name, expected)
    values (run, base, bound.table_id, bound.table_name, known);
  end loop;
  return run;
end
$function$;
comment on function airtable.begin_reconciliation(text,text) is 'Has a base compared with its mirror. Joins the comparison that is under way. Returns its run.';

CREATE OR REPLACE FUNCTION airtable.begin_scan(base text, reason text, anew boolean, only_tables text[] DEFAULT NULL::text[])
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run uuid;
  bound record;
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable scan ' || base, 17));
  select r.id into run from airtable.runs r
  where r.base_id = base and r.kind = 'backfill' and r.state = 'running' order by r.started_at limit 1;
  if run is null then
    insert into airtable.runs (kind, base_id, counts) values ('backfill', base, jsonb_build_object('reason', reason))
    returning id into run;
  end if;
  for bound in
    select b.table_id, min(b.table_name) as table_name from airtable.field_bindings b
    where b.base_id = base and (only_tables is null or b.table_id = any (only_tables)) group by b.table_id
  loop
    insert into airtable.scans as s (run_id, base_id, table_id, table_name)
    values (run, base, bound.table_id, bound.table_name)
    on conflict (run_id, table_id) do update set state = 'pending', next_offset = null, started_at = null, records = 0
    where anew;
  end loop;
  return run;
end
$function$;
comment on function airtable.begin_scan(text,text,boolean,text[]) is 'Has every table of a base (or some) read from beginning to end. Joins the scan that is under way. Returns its run.';

CREATE OR REPLACE FUNCTION airtable.call_push(base text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  url text;
  secret text;
begin
  perform pg_notify('airtable_outbox', base);
  if to_regproc('net.http_post') is not null and to_regclass('vault.decrypted_secrets') is not null then
    execute $query$select max(decrypted_secret) filter (where name = 'airtable_push_url'),
      max(decrypted_secret) filter (where name = 'airtable_sync_secret') from vault.decrypted_secrets$query$ into url, secret;
    if url is not null and secret is not null and current_setting('airtable.push_called', true) is distinct from url then
      perform set_config('airtable.push_called', url, true);
      execute 'select net.http_post(url := $1, body := ''{"background": true}''::jsonb, headers := $2)'
      using url, jsonb_build_object('content-type', 'application/json', 'x-sync-secret', secret);
    end if;
  end if;
exception when others then
  -- The schedule finds the entry; the action is not undone because nobody could be told at once.
  insert into live.failures (channel, seq, error) values ('airtable_outbox', 0, sqlerrm);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.canaries_due()
 RETURNS SETOF text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT c.base_id
    FROM airtable.canaries c
   WHERE (c.is_on AND (c.next_at <= now()) AND ((NOT c.under_way) OR (c.sent_at < (now() - airtable.canary_patience()))));
END;

CREATE OR REPLACE FUNCTION airtable.canary_patience()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
RETURN '00:02:00'::interval;

CREATE OR REPLACE FUNCTION airtable.canary_trouble(canary airtable.canaries)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT
         CASE
             WHEN (NOT (canary).is_on) THEN NULL::text
             WHEN ((canary).failing_since IS NOT NULL) THEN (canary).error
             WHEN ((canary).under_way AND ((canary).sent_at < (now() - airtable.canary_patience()))) THEN 'The proof was written, and did not come back within 2 minutes.'::text
             WHEN ((NOT (canary).under_way) AND ((canary).next_at < (now() - '00:03:00'::interval))) THEN 'No proof was sent for longer than it should be. Is the function running, and does cron call /drain?'::text
             ELSE NULL::text
         END AS "case";
END;

CREATE OR REPLACE FUNCTION airtable.check_alerts()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  one record;
begin
  -- Two at once would tell twice.
  perform pg_advisory_xact_lock(hashtextextended('airtable alerts', 17));
  for one in
    insert into airtable.alerts (kind, subject, title, body)
    select n.kind, n.subject, n.title, n.body from airtable.alerts_now() n
    on conflict (kind, subject) where over_at is null do nothing returning alerts.*
  loop
    perform live.note_trouble(one.title, one.body);
  end loop;
  for one in
    update airtable.alerts a set over_at = now()
    where a.over_at is null and not exists (
      select from airtable.alerts_now() n where n.kind = a.kind and n.subject = a.subject)
    returning a.*
  loop
    perform live.note_trouble(format('Over: %s', one.title), format('It lasted %s.', airtable.duration_words(one.over_at - one.since)));
  end loop;
  delete from airtable.alerts a where a.over_at < now() - interval '30 days';
end
$function$;
comment on function airtable.check_alerts() is 'Tells the owners of trouble that has begun or ended since the last look. Safe to call at any time.';

CREATE OR REPLACE FUNCTION airtable.claim_pushes(base text, by_holder uuid, max integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  first airtable.outbox;
  of_rows uuid[];
  live_id text;
  claimed jsonb;
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.give_up_lost(base);
  loop
    select o.* into first from airtable.outbox o
    where o.base_id = base and o.open and o.state in ('pending', 'parked') and o.not_before <= clock_timestamp()
      and not exists (select from airtable.outbox e where e.row_id = o.row_id and e.open and e.state in ('pending', 'parked') and e.id < o.id)
    order by o.id limit 1;
    if first.id is null then
      return null;
    end if;
    select b.field_id into live_id from airtable.field_bindings b
    where b.base_id = base and b.table_id = first.table_id and b.column_name = 'live_id' and b.drift is null;
    exit when not first.creation or live_id is not null;
    update airtable.outbox o set state = 'parked', not_before = clock_timestamp() + interval '1 hour',
      error = 'The table has no text field “Live ID”, by which a record is made only once. Add it, then run npm run airtable:connect.'
    where o.base_id = base and o.table_id = first.table_id and o.creation and o.state in ('pending', 'parked') and o.open;
  end loop;

  select array_agg(c.row_id) into of_rows from (
    select o.row_id from airtable.outbox o
    where o.base_id = base and o.table_id = first.table_id and o.creation = first.creation and o.open
      and o.state in ('pending', 'parked') and o.not_before <= clock_timestamp()
      and not exists (select from airtable.outbox e where e.row_id = o.row_id and e.open and e.state in ('pending', 'parked') and e.id < o.id)
    order by o.id limit max
  ) as c;
  -- In a row: up to the first of another person.
  update airtable.outbox o set state = 'sending', attempts = o.attempts + 1, error = case when airtable.has_refusal(o.id) then o.error end
  from (
    select w.id, bool_and(w.same) over (partition by w.row_id order by w.id) as same from (
      select e.id, e.row_id, e.actor is not distinct from first_value(e.actor) over (partition by e.row_id order by e.id) as same
      from airtable.outbox e where e.row_id = any (of_rows) and e.open and e.state in ('pending', 'parked')
    ) as w
  ) as run
  where o.id = run.id and run.same;
  -- Several changes of a field are sent as one, in the first of them: that one may be the making of the record.
  with cells as (
    select f.outbox_id, f.column_name, row_number() over w as n, count(*) over whole as of_n, last_value(f.mine) over whole as last_mine
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
    where o.row_id = any (of_rows) and o.state = 'sending' and f.state = 'open'
    window w as (partition by o.row_id, f.column_name order by o.id),
      whole as (w rows between unbounded preceding and unbounded following)
  )
  update airtable.outbox_fields f set state = case when c.n > 1 then 'done' else f.state end,
    mine = case when c.n = 1 then c.last_mine else f.mine end
  from cells c where c.of_n > 1 and f.outbox_id = c.outbox_id and f.column_name = c.column_name;
  perform airtable.settle_entries(array(select o.id from airtable.outbox o where o.row_id = any (of_rows) and o.state = 'sending'));

  execute format($query$
    select jsonb_build_object('table_id', $2, 'table', $3, 'creation', $4, 'live_id', $5::text, 'rows', jsonb_agg(r.row order by r.first))
    from (
      select min(o.id) as first, jsonb_build_object('row_id', o.row_id, 'record_id', t.airtable_id,
        'attempts', max(o.attempts), 'cells', coalesce(jsonb_agg(jsonb_build_object('column', f.column_name, 'field_id', f.field_id,
          'value', airtable.as_cell($3, f.column_name, f.mine))) filter (where f.state = 'open'), '[]')) as row
      from airtable.outbox o join public.%I t on t.id = o.row_id left join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = any ($1) and o.state = 'sending' group by o.row_id, t.airtable_id
    ) as r $query$, first.table_name)
  into claimed using of_rows, first.table_id, first.table_name, first.creation, live_id;
  return claimed;
end
$function$;
comment on function airtable.claim_pushes(text,uuid,integer) is 'What to send next, of one table: changes of records, or records to be made. Refused (AL001) when the caller does not hold the lease.';

CREATE OR REPLACE FUNCTION airtable.close_comparison(of_run uuid, of_table text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  comparison airtable.reconciliations;
  letters bigint;
begin
  select * into comparison from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table for update;
  if comparison.state <> 'settling' then
    return;
  end if;
  select count(*) into letters from airtable.dead_letters d
  where d.base_id = comparison.base_id and d.table_id = of_table and d.resolved_at is null;
  insert into airtable.differences (run_id, base_id, table_id, table_name, record_id, kind, columns)
  select of_run, comparison.base_id, of_table, comparison.table_name, c.record_id,
    case when c.base_hash is null then 'extra' when c.mirror_hash is null then 'missing' else 'different' end, c.differing
  from airtable.compared c
  where c.run_id = of_run and c.table_id = of_table and c.state = 'confirmed' and not exists (
    select from airtable.dead_letters d where d.record_id = c.record_id and d.resolved_at is null and d.columns is null)
  order by c.record_id;
  update airtable.reconciliations s set state = 'done',
    missing = n.missing, extra = n.extra, different = n.different, moving = h.moving, dead_letters = letters,
    base_hash = h.base_hash, mirror_hash = h.mirror_hash,
    skipped = array(select b.column_name from airtable.field_bindings b
      where b.base_id = s.base_id and b.table_id = of_table and b.drift is not null order by 1)
  from (
    select count(*) filter (where d.kind = 'missing') as missing, count(*) filter (where d.kind = 'extra') as extra,
      count(*) filter (where d.kind = 'different') as different
    from airtable.differences d where d.run_id = of_run and d.table_id = of_table
  ) as n, (
    select count(*) filter (where c.state = 'moving') as moving,
      md5(string_agg(c.record_id || c.base_hash, ',' order by c.record_id)) as base_hash,
      md5(string_agg(c.record_id || c.mirror_hash, ',' order by c.record_id)) as mirror_hash
    from airtable.compared c where c.run_id = of_run and c.table_id = of_table
  ) as h
  where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.compared c where c.run_id = of_run and c.table_id = of_table;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.columns_to_keep(of_row uuid, values_of jsonb, earlier jsonb, snapshot boolean, read_at timestamp with time zone)
 RETURNS text[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  kept text[] := '{}';
  overtaken jsonb := '[]';
  settled bigint[] := '{}';
  col record;
  came jsonb;
  arrived integer;
  stands boolean;
begin
  for col in
    select f.column_name as name, array_agg(f.outbox_id order by f.outbox_id) as ids, array_agg(f.mine order by f.outbox_id) as mine,
      array_agg(f.was order by f.outbox_id) as was,
      bool_or(o.state = 'sending') as sending, bool_or(o.state = 'sent') as sent,
      array_agg(o.state = 'sent' order by f.outbox_id) as was_sent,
      bool_or(o.state = 'sent' and (read_at is null or o.sent_at >= read_at - interval '10 seconds')) as sent_lately
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
    where o.row_id = of_row and o.open and f.state = 'open' and values_of ? f.column_name
    group by f.column_name
  loop
    came := values_of -> col.name;
    select max(i) into arrived from generate_subscripts(col.mine, 1) as i
    where col.mine[i] = came or coalesce(earlier -> col.name @> jsonb_build_array(col.mine[i]), false);
    stands := false;
    if snapshot and col.sending then
      -- Read before or after it was sent: whoever sends it will know.
      kept := kept || col.name;
      continue;
    elsif arrived is null and snapshot and col.sent and not col.sent_lately then
      -- It was there, and has been changed since.
      select max(i) into arrived from generate_subscripts(col.mine, 1) as i where col.was_sent[i];
    elsif arrived is null and (col.sending or col.sent) then
      kept := kept || col.name;
      continue;
    end if;
    if arrived is not null then
      update airtable.outbox_fields f set state = 'done'
      where f.column_name = col.name and f.outbox_id = any (col.ids[1:arrived]);
      settled := settled || col.ids[1:arrived];
      if arrived = cardinality(col.ids) then
        -- Nothing that the row would not hold already.
        if came = col.mine[arrived] then
          kept := kept || col.name;
        end if;
        continue;
      end if;
      stands := came = col.mine[arrived] or came = col.was[arrived + 1];
      -- The one after it is being sent: whoever sends it has read what is there now.
      stands := stands or col.sending;
    else
      arrived := 0;
      stands := came = col.was[1];
    end if;
    if stands then
      kept := kept || col.name;
    else
      update airtable.outbox_fields f set state = 'superseded', theirs = came
      where f.column_name = col.name and f.outbox_id = any (col.ids[arrived + 1:]);
      settled := settled || col.ids[arrived + 1:];
      overtaken := overtaken || (select jsonb_agg(jsonb_build_object('id', i, 'column', col.name)) from unnest(col.ids[arrived + 1:]) as i);
    end if;
  end loop;
  perform airtable.settle_entries(settled);
  perform airtable.tell_actors(overtaken, 'write:superseded');
  return kept;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.columns_under_way(rows_of text, record text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  columns text[];
begin
  execute format($query$
    select array_agg(distinct f.column_name) from public.%I t
    join airtable.outbox o on o.row_id = t.id and o.open join airtable.outbox_fields f on f.outbox_id = o.id
    where t.airtable_id = $1 $query$, rows_of)
  into columns using record;
  return coalesce(columns, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.compare_records(rows_of text, records jsonb)
 RETURNS TABLE(record_id text, base jsonb, mirror jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  named constant text[] := array(
    select distinct k from jsonb_array_elements(records) as c, jsonb_object_keys(c -> 'values') as k order by k);
  theirs text;
  ours text;
  joins text;
  links text[];
begin
  select string_agg(format('%L, %s', a.attname, case
      when p.relname is not null then format('c."values" -> %L', a.attname)
      when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end), ', '),
    string_agg(format('%L, %s', a.attname, case
      when p.relname is not null then format('p%s.airtable_id', a.attnum) else format('t.%I', a.attname) end), ', '),
    coalesce(string_agg(format(' left join public.%1$I p%2$s on p%2$s.id = t.%3$I', p.relname, a.attnum, a.attname), '')
      filter (where p.relname is not null), ''),
    coalesce(array_agg(a.attname::text) filter (where p.relname is not null), '{}')
  into theirs, ours, joins, links
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_constraint k on k.contype = 'f' and k.conrelid = a.attrelid and k.conkey[1] = a.attnum
  left join pg_catalog.pg_class p on p.oid = k.confrelid
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped
    and a.attname = any (named);

  return query execute format($query$
    select c.airtable_id, jsonb_build_object(%2$s) - u.unread,
      case when t.id is not null then jsonb_build_object(%3$s) - u.unread end
    from jsonb_to_recordset($1) as c(airtable_id text, "values" jsonb)
    left join public.%1$I t on t.airtable_id = c.airtable_id and t.deleted_at is null %4$s
    cross join lateral jsonb_populate_record(null::public.%1$I, c."values" - $2) as r
    cross join lateral (select case when c."values" ?& $3 then '{}'
      else array(select n from unnest($3) as n where not c."values" ? n) end as unread) as u
  $query$, rows_of, theirs, ours, joins)
  using records, links, named;
end
$function$;
comment on function airtable.compare_records(text,jsonb) is 'Records as Airtable has them beside the rows that mirror them, column by column. A row that is not there is null.';

CREATE OR REPLACE FUNCTION airtable.decide_pushes(base text, by_holder uuid, found_there jsonb, absent uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  there record;
  cell record;
  came jsonb;
  columns text[];
  sends jsonb := '[]';
  overtaken jsonb := '[]';
begin
  perform airtable.hold_push(base, by_holder);
  perform airtable.give_up_entries(base, airtable.sending(base, absent), 'refused', 'The record is not in the base any more');
  for there in
    select r.row_id, r.values, min(o.table_name) as table_name
    from jsonb_to_recordset(found_there) as r(row_id uuid, "values" jsonb)
    join airtable.outbox o on o.row_id = r.row_id and o.state = 'sending' and o.base_id = base
    group by r.row_id, r.values
  loop
    came := airtable.as_row(there.table_name, there.values);
    columns := '{}';
    for cell in
      select f.*, array(
        -- What was sent just now may not show yet.
        select v from airtable.outbox s join airtable.outbox_fields g on g.outbox_id = s.id, unnest(array[g.was, g.mine]) as v
        where s.row_id = there.row_id and s.state = 'sent' and s.sent_at > clock_timestamp() - interval '10 seconds'
          and g.column_name = f.column_name and g.state = 'open') as lately
      from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = there.row_id and o.state = 'sending' and f.state = 'open'
    loop
      if came -> cell.column_name = cell.mine then
        continue;
      elsif came -> cell.column_name = cell.was or came -> cell.column_name = any (cell.lately) then
        columns := columns || cell.column_name;
      else
        update airtable.outbox_fields f set state = 'superseded', theirs = came -> cell.column_name
        where f.outbox_id = cell.outbox_id and f.column_name = cell.column_name;
        overtaken := overtaken || jsonb_build_object('id', cell.outbox_id, 'column', cell.column_name);
      end if;
    end loop;
    if columns = '{}' then
      perform airtable.note_sent(base, array[there.row_id]);
    else
      sends := sends || jsonb_build_object('row_id', there.row_id, 'columns', columns);
    end if;
  end loop;
  if overtaken <> '[]' then
    perform airtable.settle_entries(array(select (c ->> 'id')::bigint from jsonb_array_elements(overtaken) c));
    perform airtable.roll_back(base, overtaken);
    perform airtable.tell_actors(overtaken, 'write:superseded');
  end if;
  return sends;
end
$function$;
comment on function airtable.decide_pushes(text,uuid,jsonb,uuid[]) is 'Compares what is to be sent with what is there, field by field: mine is there, nothing has moved, or somebody was newer.';

CREATE OR REPLACE FUNCTION airtable.delete_rows(rows_of text, changes jsonb, snapshot boolean DEFAULT false)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  written integer;
begin
  execute format($query$
    update public.%I t set deleted_at = coalesce(c.edited_at, now()), received_at = now(),
      airtable_edited_at = greatest(t.airtable_edited_at, c.edited_at)
    from jsonb_to_recordset($1) as c(airtable_id text, edited_at timestamptz)
    where t.airtable_id = c.airtable_id and t.deleted_at is null
      and ($2 or t.airtable_edited_at is null or t.airtable_edited_at <= c.edited_at)
  $query$, rows_of) using changes, snapshot;
  get diagnostics written = row_count;
  return written;
end
$function$;
comment on function airtable.delete_rows(text,jsonb,boolean) is 'Leaves tombstones. What is older than the row is left out.';

CREATE OR REPLACE FUNCTION airtable.differing_columns(base jsonb, mirror jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_object_agg(b.key, jsonb_build_object('base', b.value, 'mirror', (differing_columns.mirror -> b.key))), '{}'::jsonb) AS "coalesce"
    FROM jsonb_each(COALESCE(differing_columns.base, '{}'::jsonb)) b(key, value)
   WHERE ((differing_columns.mirror IS NOT NULL) AND (b.value IS DISTINCT FROM (differing_columns.mirror -> b.key)));
END;

CREATE OR REPLACE FUNCTION airtable.drop_lease(webhook text, holder uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.webhooks w SET lease_holder = NULL::uuid, lease_expires_at = NULL::timestamp with time zone
   WHERE ((w.id = drop_lease.webhook) AND (w.lease_holder = drop_lease.holder));
END;
comment on function airtable.drop_lease(text,uuid) is 'Lets go in the middle of the log: another goes on, and nothing says that it was drained.';

CREATE OR REPLACE FUNCTION airtable.duration_words(length interval)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when seconds < 60 then 'less than a minute'
    when seconds < 120 then 'a minute'
    when seconds < 7200 then format('%s minutes', seconds / 60)
    when seconds < 172800 then format('%s hours', seconds / 3600)
    else format('%s days', seconds / 86400)
  end from (select extract(epoch from length)::integer as seconds) as l
$function$;

CREATE OR REPLACE FUNCTION airtable.end_rounds(failed airtable.canaries[], reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.canaries c SET under_way = false, failed_at = now(), failing_since = COALESCE(c.failing_since, now()), error = "left"(end_rounds.reason, 1000)
    FROM unnest(end_rounds.failed) f(base_id, is_on, every_minutes, on_since, table_id, field_id, record_id, next_at, nonce, sent_at, under_way, proven_at, round_trip_ms, failing_since, failed_at, error)
   WHERE (c.base_id = f.base_id);
 INSERT INTO airtable.canary_rounds (base_id, sent_at, ended_at, error)  SELECT f.base_id,
                 CASE
                     WHEN f.under_way THEN f.sent_at
                     ELSE NULL::timestamp with time zone
                 END AS "case",
             now() AS now,
             "left"(end_rounds.reason, 1000) AS "left"
            FROM unnest(end_rounds.failed) f(base_id, is_on, every_minutes, on_since, table_id, field_id, record_id, next_at, nonce, sent_at, under_way, proven_at, round_trip_ms, failing_since, failed_at, error);
END;

CREATE OR REPLACE FUNCTION airtable.fail_canary(base text, sent text, reason text, wait_ms double precision)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  failed airtable.canaries[];
begin
  select array_agg(c) into failed from (
    select c.* from airtable.canaries c where c.base_id = base and c.is_on and (sent is null or c.nonce = sent) for update
  ) as c;
  perform airtable.end_rounds(failed, reason);
  update airtable.canaries c set next_at = greatest(c.next_at, now() + make_interval(secs => wait_ms / 1000))
  from unnest(failed) as f where c.base_id = f.base_id;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.fail_comparison(of_run uuid, of_table text, reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.reconciliations s SET state = 'failed'::text, error = fail_comparison.reason
   WHERE ((s.run_id = fail_comparison.of_run) AND (s.table_id = fail_comparison.of_table));
 DELETE FROM airtable.compared c
   WHERE ((c.run_id = fail_comparison.of_run) AND (c.table_id = fail_comparison.of_table));
END;

CREATE OR REPLACE FUNCTION airtable.fail_scan(of_run uuid, of_table text, reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.scans s SET state = 'failed'::text, error = fail_scan.reason
   WHERE ((s.run_id = fail_scan.of_run) AND (s.table_id = fail_scan.of_table));
 DELETE FROM airtable.scanned s
   WHERE ((s.run_id = fail_scan.of_run) AND (s.table_id = fail_scan.of_table));
END;

CREATE OR REPLACE FUNCTION airtable.finish_reconciliations(base text)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run uuid;
begin
  for run in
    update airtable.runs r set finished_at = now(),
      state = case when f.errors is null then 'succeeded' else 'failed' end, error = f.errors, counts = r.counts || f.counts
    from (
      select s.run_id, string_agg(format('%s: %s', s.table_name, s.error), '; ') filter (where s.state = 'failed') as errors,
        jsonb_build_object('records', sum(s.records), 'missing', sum(s.missing), 'extra', sum(s.extra),
          'different', sum(s.different), 'moving', sum(s.moving), 'dead_letters', sum(s.dead_letters),
          'identical', bool_and(s.state = 'done' and s.base_hash is not distinct from s.mirror_hash
            and s.missing + s.extra + s.different + s.moving + s.dead_letters = 0)) as counts
      from airtable.reconciliations s where s.base_id = base group by s.run_id
      having bool_and(s.state in ('done', 'failed'))
    ) as f
    where r.id = f.run_id and r.state = 'running' returning r.id
  loop
    return next airtable.reconcile_progress(run);
  end loop;
end
$function$;
comment on function airtable.finish_reconciliations(text) is 'Closes the comparisons whose tables are all done. Returns what each of them came to.';

CREATE OR REPLACE FUNCTION airtable.finish_scans(base text)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run uuid;
begin
  for run in
    update airtable.runs r set finished_at = now(),
      state = case when f.errors is null then 'succeeded' else 'failed' end, error = f.errors,
      counts = r.counts || f.counts
    from (
      select s.run_id, string_agg(format('%s: %s', s.table_name, s.error), '; ') filter (where s.state = 'failed') as errors,
        jsonb_build_object('records', sum(s.records), 'written', sum(s.written), 'deleted', sum(s.deleted),
          'dead_letters', sum(s.refused), 'restarts', sum(s.restarts)) as counts
      from airtable.scans s where s.base_id = base group by s.run_id
      having bool_and(s.state in ('done', 'failed'))
    ) as f
    where r.id = f.run_id and r.state = 'running' returning r.id
  loop
    return next airtable.scan_progress(run);
  end loop;
end
$function$;
comment on function airtable.finish_scans(text) is 'Closes the runs whose tables are all done. Returns what each of them came to.';

CREATE OR REPLACE FUNCTION airtable.forget_old_outbox()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 DELETE FROM airtable.outbox o
   WHERE ((NOT o.open) AND (o.done_at < (now() - '30 days'::interval)));
END;
comment on function airtable.forget_old_outbox() is 'Trims the entries that are closed to 30 days.';

CREATE OR REPLACE FUNCTION airtable.forget_old_state()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 DELETE FROM airtable.receipts
   WHERE (receipts.applied_at < (now() - '30 days'::interval));
 DELETE FROM airtable.runs
   WHERE ((runs.started_at < (now() - '30 days'::interval)) AND (runs.state <> 'running'::text));
 DELETE FROM airtable.dead_letters
   WHERE (dead_letters.resolved_at < (now() - '30 days'::interval));
 DELETE FROM airtable.touches
   WHERE (touches.touched_at < (now() - '7 days'::interval));
END;
comment on function airtable.forget_old_state() is 'Trims receipts, runs and resolved dead letters to 30 days, touches to 7.';

CREATE OR REPLACE FUNCTION airtable.forget_touches(base text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 DELETE FROM airtable.touches t
   WHERE (t.base_id = forget_touches.base);
END;

CREATE OR REPLACE FUNCTION airtable.forgive_drift(base text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.dead_letters d SET resolved_at =
         CASE
             WHEN (l.columns = '{}'::text[]) THEN now()
             ELSE NULL::timestamp with time zone
         END, columns =
         CASE
             WHEN (l.columns = '{}'::text[]) THEN d.columns
             ELSE l.columns
         END
    FROM ( SELECT o.id,
             ARRAY( SELECT c.c
                    FROM unnest(o.columns) c(c)
                   WHERE (NOT (EXISTS ( SELECT
                            FROM airtable.field_bindings b
                           WHERE ((b.base_id = forgive_drift.base) AND (b.table_id = o.table_id) AND (b.column_name = c.c) AND (b.drift IS NOT NULL)))))) AS columns
            FROM airtable.dead_letters o
           WHERE ((o.base_id = forgive_drift.base) AND (o.resolved_at IS NULL) AND (o.columns IS NOT NULL))) l
   WHERE ((d.id = l.id) AND (l.columns <> d.columns));
END;

CREATE OR REPLACE FUNCTION airtable.give_up_entries(base text, entries bigint[], outcome text, reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 SELECT airtable.give_up_fields(give_up_entries.base, COALESCE(jsonb_agg(jsonb_build_object('id', f.outbox_id, 'column', f.column_name)), '[]'::jsonb), give_up_entries.outcome, give_up_entries.reason) AS give_up_fields
    FROM airtable.outbox_fields f
   WHERE ((f.outbox_id = ANY (give_up_entries.entries)) AND (f.state = 'open'::text));
END;

CREATE OR REPLACE FUNCTION airtable.give_up_fields(base text, cells jsonb, outcome text, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if jsonb_array_length(cells) = 0 then
    return;
  end if;
  update airtable.outbox_fields f set state = outcome
  from jsonb_to_recordset(cells) as c(id bigint, "column" text)
  where f.outbox_id = c.id and f.column_name = c.column and f.state = 'open';
  update airtable.outbox o set error = left(reason, 2000)
  where o.id in (select (c ->> 'id')::bigint from jsonb_array_elements(cells) c) and reason is not null;
  perform airtable.roll_back(base, cells);
  perform airtable.settle_entries(array(select (c ->> 'id')::bigint from jsonb_array_elements(cells) c));
  if outcome = 'refused' then
    perform airtable.tell_actors(cells, 'write:refused');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.give_up_lost(base text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  lost record;
  mirrored text;
  gone bigint[];
begin
  -- What has arrived there is not lost with its field.
  with arrived as (
    update airtable.outbox_fields f set state = 'done'
    from airtable.outbox o where o.id = f.outbox_id and o.base_id = base and o.state = 'sent' and f.state = 'open' and not exists (
      select from airtable.field_bindings b where b.base_id = base and b.field_id = f.field_id and b.drift is null)
    returning f.outbox_id
  )
  select array_agg(a.outbox_id) into gone from arrived a;
  perform airtable.settle_entries(gone);
  for lost in
    select coalesce(b.drift, 'The field is bound to nothing any more') as reason,
      jsonb_agg(jsonb_build_object('id', o.id, 'column', f.column_name)) as cells
    from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id and f.state = 'open'
    left join airtable.field_bindings b on b.base_id = o.base_id and b.field_id = f.field_id
    where o.base_id = base and o.open and (b.field_id is null or b.drift is not null) group by 1
  loop
    perform airtable.give_up_fields(base, lost.cells, 'refused', lost.reason);
  end loop;
  for mirrored in select distinct o.table_name from airtable.outbox o where o.base_id = base and o.open loop
    execute format('select array_agg(o.id) from airtable.outbox o left join public.%I t on t.id = o.row_id
      where o.base_id = $1 and o.state = ''sent'' and o.table_name = $2 and (t.id is null or t.deleted_at is not null)', mirrored)
    into gone using base, mirrored;
    update airtable.outbox_fields f set state = 'done' where f.outbox_id = any (gone) and f.state = 'open';
    perform airtable.settle_entries(gone);
    for lost in execute format('select array_agg(o.id) as ids, case when t.airtable_id is null then ''The row was deleted here''
        else ''The record was deleted in Airtable'' end as reason
      from airtable.outbox o left join public.%I t on t.id = o.row_id
      where o.base_id = $1 and o.open and o.table_name = $2 and o.state <> ''sent'' and (t.id is null or t.deleted_at is not null)
      group by 2', mirrored)
    using base, mirrored loop
      perform airtable.give_up_entries(base, lost.ids, 'refused', lost.reason);
    end loop;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.give_up_rounds()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  late airtable.canaries[];
begin
  select array_agg(c) into late from (
    select c.* from airtable.canaries c
    where c.under_way and c.sent_at < now() - airtable.canary_patience() order by c.base_id for update
  ) as c;
  perform airtable.end_rounds(late, 'The proof was written, and did not come back within 2 minutes.');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.has_refusal(entry bigint)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM airtable.outbox_fields f
           WHERE ((f.outbox_id = has_refusal.entry) AND (f.state = 'refused'::text)))) AS "exists";
END;

CREATE OR REPLACE FUNCTION airtable.health()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('seconds_since_drain', ( SELECT round(EXTRACT(epoch FROM (now() - min(w.last_drained_at)))) AS round
            FROM airtable.webhooks w), 'reasons', ( SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('kind', n.kind, 'title', n.title)), '[]'::jsonb) AS "coalesce"
            FROM airtable.alerts_now() n(kind, subject, title, body))) AS jsonb_build_object;
END;

CREATE OR REPLACE FUNCTION airtable.hold_base(base text, moves boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable ' || base, 17));
  perform private.hold_regions(moves, true);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.hold_push(base text, by_holder uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from airtable.readers r where r.base_id = 'push ' || base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process pushes this base now', hint = 'Nothing was written; it goes on.';
  end if;
  perform airtable.hold_base(base, true);
  perform set_config('live.source', 'airtable', true);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.is_silent(hook airtable.webhooks)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM airtable.receipts r
           WHERE ((r.webhook_id = (is_silent.hook).id) AND (r.applied_at > (GREATEST((is_silent.hook).last_ping_at, (is_silent.hook).created_at) + '00:02:00'::interval)) AND (r.payload_timestamp > (is_silent.hook).created_at)))) AS "exists";
END;

CREATE OR REPLACE FUNCTION airtable.latest_run(base text, of_kind text)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT r.id
    FROM airtable.runs r
   WHERE ((r.base_id = latest_run.base) AND (r.kind = latest_run.of_kind))
   ORDER BY r.started_at DESC
  LIMIT 1;
END;

CREATE OR REPLACE FUNCTION airtable.letters_still_due(letters jsonb, since timestamp with time zone)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(jsonb_agg((l.value || jsonb_build_object('columns', k.columns))), '[]'::jsonb) AS "coalesce"
    FROM ((jsonb_array_elements(COALESCE(letters_still_due.letters, '[]'::jsonb)) l(value)
      LEFT JOIN airtable.touches t ON (((t.record_id = (l.value ->> 'record_id'::text)) AND (t.touched_at >= letters_still_due.since))))
      CROSS JOIN LATERAL ( SELECT
                 CASE
                     WHEN (jsonb_typeof((l.value -> 'columns'::text)) = 'array'::text) THEN ARRAY( SELECT c.value AS c
                        FROM jsonb_array_elements_text((l.value -> 'columns'::text)) c(value)
                       WHERE (NOT COALESCE((to_timestamp(((t.columns ->> c.value))::double precision) >= letters_still_due.since), false)))
                     ELSE NULL::text[]
                 END AS columns) k)
   WHERE ((NOT COALESCE((t.destroyed_at >= letters_still_due.since), false)) AND (k.columns IS DISTINCT FROM '{}'::text[]));
END;

CREATE OR REPLACE FUNCTION airtable.move_turn(base text, turn timestamp with time zone, by_ms double precision)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.rate_limits l SET turns = ARRAY( SELECT
                 CASE
                     WHEN (t.t = move_turn.turn) THEN (t.t + make_interval(secs => (move_turn.by_ms / (1000)::double precision)))
                     ELSE t.t
                 END AS t
            FROM unnest(l.turns) t(t)
           ORDER BY
                 CASE
                     WHEN (t.t = move_turn.turn) THEN (t.t + make_interval(secs => (move_turn.by_ms / (1000)::double precision)))
                     ELSE t.t
                 END)
   WHERE (l.base_id = move_turn.base);
END;
comment on function airtable.move_turn(text,timestamp with time zone,double precision) is 'A call reached Airtable later than its turn: it counts from then on.';

CREATE OR REPLACE FUNCTION airtable.never_made(rows_of text, of_row uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  never boolean;
begin
  execute format('select t.airtable_id is null from public.%I t where t.id = $1', rows_of) into never using of_row;
  return coalesce(never, false);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.next_push_ms(base text)
 RETURNS double precision
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT
         CASE
             WHEN (count(*) > 0) THEN (GREATEST((0)::numeric, (EXTRACT(epoch FROM (min(o.not_before) - clock_timestamp())) * (1000)::numeric)))::double precision
             ELSE NULL::double precision
         END AS "case"
    FROM airtable.outbox o
   WHERE ((o.base_id = next_push_ms.base) AND o.open AND (o.state = ANY (ARRAY['pending'::text, 'parked'::text])) AND (NOT (EXISTS ( SELECT
            FROM airtable.outbox e
           WHERE ((e.row_id = o.row_id) AND e.open AND (e.state = ANY (ARRAY['pending'::text, 'parked'::text])) AND (e.id < o.id))))));
END;

CREATE OR REPLACE FUNCTION airtable.next_reconciliation(base text)
 RETURNS SETOF airtable.reconciliations
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT s.run_id,
     s.base_id,
     s.table_id,
     s.table_name,
     s.state,
     s.next_offset,
     s.started_at,
     s.restarts,
     s.records,
     s.expected,
     s.missing,
     s.extra,
     s.different,
     s.moving,
     s.dead_letters,
     s.skipped,
     s.base_hash,
     s.mirror_hash,
     s.error
    FROM airtable.reconciliations s
   WHERE ((s.base_id = next_reconciliation.base) AND (s.state = ANY (ARRAY['reading'::text, 'settling'::text])))
   ORDER BY s.state, (s.started_at IS NULL), (array_position(ARRAY['organizations'::text, 'contacts'::text, 'startups'::text, 'signals'::text, 'connections'::text, 'interactions'::text], s.table_name))
  LIMIT 1;
END;

CREATE OR REPLACE FUNCTION airtable.next_rereads(base text, max integer)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH due AS (
          SELECT r.table_id,
             r.source,
             r.record_id,
             r.asked_at
            FROM airtable.rereads r
           WHERE ((r.base_id = next_rereads.base) AND (r.not_before <= now()))
         ), chosen AS (
          SELECT d.table_id,
             d.source
            FROM due d
           ORDER BY d.asked_at
          LIMIT 1
         ), batch AS (
          SELECT d.record_id
            FROM (due d
              JOIN chosen c_1 USING (table_id, source))
           ORDER BY d.asked_at
          LIMIT next_rereads.max
         )
  SELECT jsonb_build_object('table_id', c.table_id, 'source', c.source, 'read_at', clock_timestamp(), 'records', ( SELECT jsonb_agg(b.record_id) AS jsonb_agg
            FROM batch b), 'due', ( SELECT count(*) AS count
            FROM due d
           WHERE (d.table_id = c.table_id))) AS jsonb_build_object
    FROM chosen c;
END;

CREATE OR REPLACE FUNCTION airtable.next_suspects(of_run uuid, of_table text, max integer)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH suspects AS (
          SELECT c.record_id,
             c.look_after
            FROM airtable.compared c
           WHERE ((c.run_id = next_suspects.of_run) AND (c.table_id = next_suspects.of_table) AND (c.state = 'suspect'::text))
         ), due AS (
          SELECT s.record_id
            FROM suspects s
           WHERE (s.look_after <= clock_timestamp())
           ORDER BY s.look_after
          LIMIT next_suspects.max
         )
  SELECT jsonb_build_object('looked_at', clock_timestamp(), 'left', ( SELECT count(*) AS count
            FROM suspects), 'records', ( SELECT COALESCE(jsonb_agg(d.record_id), '[]'::jsonb) AS "coalesce"
            FROM due d), 'wait_ms', ( SELECT GREATEST((0)::numeric, (EXTRACT(epoch FROM (min(s.look_after) - clock_timestamp())) * (1000)::numeric)) AS "greatest"
            FROM suspects s)) AS jsonb_build_object;
END;

CREATE OR REPLACE FUNCTION airtable.note_canary_record(base text, of_nonce text, its_record text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.canaries c SET record_id = note_canary_record.its_record
   WHERE ((c.base_id = note_canary_record.base) AND (c.nonce = note_canary_record.of_nonce));
END;

CREATE OR REPLACE FUNCTION airtable.note_compared(base text, by_holder uuid, of_run uuid, opened_at timestamp with time zone, from_offset text, to_offset text, of_table text, page jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_nestloop TO 'off'
AS $function$
declare
  comparison airtable.reconciliations;
begin
  perform airtable.require_reader(base, by_holder);
  select * into comparison from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table for update;
  if comparison.state is distinct from 'reading' or comparison.started_at <> opened_at
    or comparison.next_offset is distinct from from_offset
  then
    raise exception using errcode = 'AL001', message = 'This comparison has begun anew, or another goes on with it',
      hint = 'Nothing was written.';
  end if;
  insert into airtable.compared (run_id, table_id, record_id, base_hash, mirror_hash, differing, state, look_after)
  select of_run, of_table, c.record_id, md5(c.base::text), md5(c.mirror::text),
    case when c.base is distinct from c.mirror then airtable.differing_columns(c.base, c.mirror) end,
    case when c.base is distinct from c.mirror then 'suspect' else 'equal' end,
    -- How far Airtable's log may lag behind its records is not documented: an edit that shows in both looks and is still
    -- not in the log would be reported.
    clock_timestamp() + interval '5 seconds'
  from airtable.compare_records(comparison.table_name, page) as c
  on conflict do nothing;
  if to_offset is null and not exists (
    -- Rows do not say which base they come from: with two bases in one table, what one does not have may be the other's.
    select from airtable.field_bindings b where b.table_name = comparison.table_name and b.base_id <> base
  ) then
    execute format($query$
      insert into airtable.compared (run_id, table_id, record_id, mirror_hash, differing, state, look_after)
      select $1, $2, t.airtable_id, md5(t.airtable_id), '{}', 'suspect', clock_timestamp() from public.%I t
      where t.deleted_at is null and t.airtable_id is not null and not exists (
        select from airtable.compared c where c.run_id = $1 and c.table_id = $2 and c.record_id = t.airtable_id)
    $query$, comparison.table_name) using of_run, of_table;
  end if;
  update airtable.reconciliations s set next_offset = to_offset, records = s.records + jsonb_array_length(page),
    state = case when to_offset is null then 'settling' else 'reading' end
  where s.run_id = of_run and s.table_id = of_table;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.note_dead_letters()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform live.note_trouble('A record from Airtable could not be applied', n.reason) from new_rows n;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.note_destroyed(base text, records text[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO airtable.touches AS t (record_id, base_id, destroyed_at, touched_at)  SELECT r.r,
             note_destroyed.base AS base,
             clock_timestamp() AS clock_timestamp,
             clock_timestamp() AS clock_timestamp
            FROM unnest(note_destroyed.records) r(r) ON CONFLICT(record_id) DO UPDATE SET destroyed_at = excluded.destroyed_at, touched_at = excluded.touched_at;
 DELETE FROM airtable.rereads r
   WHERE (r.record_id = ANY (note_destroyed.records));
 UPDATE airtable.dead_letters d SET resolved_at = now()
   WHERE ((d.record_id = ANY (note_destroyed.records)) AND (d.resolved_at IS NULL));
END;
comment on function airtable.note_destroyed(text,text[]) is 'Of a record that is gone nothing is to be read, and nothing to be repaired.';

CREATE OR REPLACE FUNCTION airtable.note_drift()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  drift text := to_jsonb(new) ->> 'drift';
begin
  if drift is not null and drift is distinct from to_jsonb(old) ->> 'drift' then
    perform live.note_trouble(format('The field %s of %s is not followed any more', new.column_name, new.table_name), drift);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.note_edits()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  base text;
  edits jsonb;
begin
  -- What the mirror itself writes came from there.
  if current_setting('live.source', true) in ('airtable', 'automation', 'system') then
    return null;
  end if;
  select min(b.base_id) into base from airtable.field_bindings b where b.table_name = tg_table_name;
  if base is null then
    return null;
  end if;
  if tg_op = 'INSERT' then
    select jsonb_agg(jsonb_build_object('id', n.id, 'airtable_id', n.airtable_id, 'after', to_jsonb(n))) into edits
    from new_rows n where n.deleted_at is null and n.airtable_id is null;
  else
    select jsonb_agg(jsonb_build_object('id', n.id, 'airtable_id', n.airtable_id, 'before', to_jsonb(o), 'after', to_jsonb(n)))
    into edits
    from new_rows n join old_rows o on o.id = n.id where n.deleted_at is null and n.* is distinct from o.*;
  end if;
  if edits is not null then
    perform airtable.queue_edits(base, tg_table_name, edits);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.note_failed_run()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform live.note_trouble(format('The %s failed', new.kind), new.error);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.note_fields(base text, fields jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO airtable.field_facts AS f (base_id, field_id, table_id, name, unknown_choices, renamed_from, renamed_at)  SELECT note_fields.base AS base,
             n.field_id,
             n.table_id,
             COALESCE(n.name, n.bound_as) AS "coalesce",
             n.unknown_choices,
                 CASE
                     WHEN (n.name <> n.bound_as) THEN n.bound_as
                     ELSE NULL::text
                 END AS "case",
                 CASE
                     WHEN (n.name <> n.bound_as) THEN now()
                     ELSE NULL::timestamp with time zone
                 END AS "case"
            FROM jsonb_to_recordset(note_fields.fields) n(table_id text, field_id text, name text, bound_as text, unknown_choices text[])
           WHERE ((n.name IS NOT NULL) OR (NOT (EXISTS ( SELECT
                    FROM airtable.field_facts k
                   WHERE ((k.base_id = note_fields.base) AND (k.field_id = n.field_id)))))) ON CONFLICT(base_id, field_id) DO UPDATE SET name = excluded.name, unknown_choices = excluded.unknown_choices, seen_at = excluded.seen_at, renamed_from = excluded.renamed_from, renamed_at =
         CASE
             WHEN (excluded.renamed_from IS NULL) THEN NULL::timestamp with time zone
             WHEN (f.name = excluded.name) THEN f.renamed_at
             ELSE now()
         END;
END;
comment on function airtable.note_fields(text,jsonb) is 'Keeps what the fields are called now, beside the name under which they were bound.';

CREATE OR REPLACE FUNCTION airtable.note_gap(webhook text, by_holder uuid, to_cursor bigint, reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  base text;
begin
  update airtable.webhooks w set cursor = to_cursor where w.id = webhook and w.lease_holder = by_holder returning w.base_id into base;
  if base is null then
    raise exception using errcode = 'AL001', message = 'Another drain has this webhook now', hint = 'Nothing was written; its holder goes on.';
  end if;
  perform airtable.forget_touches(base);
  return airtable.begin_scan(base, reason, true);
end
$function$;
comment on function airtable.note_gap(text,uuid,bigint,text) is 'Payloads were lost: the log is read from to_cursor on, and the base is scanned. Both or neither.';

CREATE OR REPLACE FUNCTION airtable.note_proofs(webhook text, proofs jsonb, schema_changed boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  base constant text := (select w.base_id from airtable.webhooks w where w.id = webhook);
begin
  with proven as (
    update airtable.canaries c set nonce = null, under_way = false, record_id = p.record_id,
      proven_at = clock_timestamp(), round_trip_ms = extract(epoch from clock_timestamp() - c.sent_at) * 1000,
      failing_since = null, failed_at = null, error = null
    from jsonb_to_recordset(proofs) as p(table_id text, field_id text, record_id text, nonce text)
    where c.base_id = base and c.is_on and c.nonce = p.nonce
      and c.table_id = p.table_id and c.field_id = p.field_id and coalesce(c.record_id, p.record_id) = p.record_id
    returning c.base_id, c.sent_at, c.proven_at, c.round_trip_ms
  )
  insert into airtable.canary_rounds (base_id, sent_at, ended_at, round_trip_ms)
  select p.base_id, p.sent_at, p.proven_at, p.round_trip_ms from proven p;
  if schema_changed then
    update airtable.canaries c set next_at = now() where c.base_id = base and c.is_on;
    if found then
      perform airtable.call_push(base);
    end if;
  end if;
end
$function$;
comment on function airtable.note_proofs(text,jsonb,boolean) is 'Notes that what was sent has come back; to be called in the transaction of its page.';

CREATE OR REPLACE FUNCTION airtable.note_schema(base text, fields jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  healed text[];
begin
  -- Whoever writes rows has looked at what is in drift, or looks when this is known.
  perform pg_advisory_xact_lock(hashtextextended('airtable ' || base, 17));
  perform from airtable.field_bindings b where b.base_id = base order by b.field_id for update;
  update airtable.field_bindings b set field_type = f.type
  from jsonb_to_recordset(fields) as f(table_id text, field_id text, type text)
  where b.base_id = base and f.field_id = b.field_id and b.field_type is null and b.drift is null;

  with seen as (
    select b.field_id, b.table_id, b.drift as before, case
      when not exists (select from jsonb_array_elements(fields) f where f ->> 'table_id' = b.table_id) then 'The table was deleted'
      when f.field_id is null then 'The field was deleted'
      -- What it was before is not known, and so not whether it is that again.
      when b.field_type is null then b.drift
      when f.type <> b.field_type then format('The field was %s and is %s now', b.field_type, f.type)
    end as drift
    from airtable.field_bindings b
    left join jsonb_to_recordset(fields) as f(table_id text, field_id text, type text)
      on f.field_id = b.field_id and f.table_id = b.table_id
    where b.base_id = base
  ), changed as (
    update airtable.field_bindings b set drift = s.drift, drifted_at = case when s.drift is not null then now() end
    from seen s where b.base_id = base and b.field_id = s.field_id and s.drift is distinct from s.before
  )
  select array_agg(distinct s.table_id) into healed from seen s where s.before is not null and s.drift is null;
  perform airtable.forgive_drift(base);
  -- A field that came back was not followed in between, whatever the log did to it before.
  if healed is not null then
    perform airtable.forget_touches(base);
    perform airtable.begin_scan(base, 'A field came back', true, healed);
  end if;
  return coalesce((select jsonb_agg(jsonb_build_object('table', b.table_name, 'column', b.column_name, 'drift', b.drift))
    from airtable.field_bindings b where b.base_id = base and b.drift is not null), '[]');
end
$function$;
comment on function airtable.note_schema(text,jsonb) is 'Compares the base''s fields with those that are bound. A deleted or retyped one is in drift: its column is left as it is.';

CREATE OR REPLACE FUNCTION airtable.note_sent(base text, row_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.outbox o SET state = 'sent'::text, sent_at = clock_timestamp()
   WHERE ((o.base_id = note_sent.base) AND (o.row_id = ANY (note_sent.row_ids)) AND (o.state = 'sending'::text));
END;

CREATE OR REPLACE FUNCTION airtable.note_successor(dead text, successor text, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  noted airtable.alerts;
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable alerts', 17));
  insert into airtable.alerts (kind, subject, title, body, over_at)
  select 'webhook', successor, 'A webhook died and was made anew', format('%s. What it missed is found by a scan.', reason), now()
  where not exists (select from airtable.alerts a where a.kind = 'webhook' and a.subject = dead and a.over_at is null)
  returning * into noted;
  if noted.id is not null then
    perform live.note_trouble(noted.title, noted.body);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.note_touches(base text, changes jsonb, refused jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO airtable.touches AS t (record_id, base_id, columns, created_at, touched_at)  SELECT (c.value ->> 'airtable_id'::text),
             note_touches.base AS base,
             ( SELECT COALESCE(jsonb_object_agg(k.k, EXTRACT(epoch FROM clock_timestamp())), '{}'::jsonb) AS "coalesce"
                    FROM jsonb_object_keys((c.value -> 'values'::text)) k(k)) AS "coalesce",
                 CASE
                     WHEN ((c.value ->> 'created'::text))::boolean THEN clock_timestamp()
                     ELSE NULL::timestamp with time zone
                 END AS "case",
             clock_timestamp() AS clock_timestamp
            FROM jsonb_array_elements(note_touches.changes) c(value)
           WHERE (NOT (EXISTS ( SELECT
                    FROM jsonb_array_elements(note_touches.refused) r(value)
                   WHERE ((r.value ->> 'airtable_id'::text) = (c.value ->> 'airtable_id'::text))))) ON CONFLICT(record_id) DO UPDATE SET columns = (t.columns || excluded.columns), touched_at = excluded.touched_at, created_at = COALESCE(excluded.created_at, t.created_at), destroyed_at =
         CASE
             WHEN (excluded.created_at IS NULL) THEN t.destroyed_at
             ELSE NULL::timestamp with time zone
         END;
END;

CREATE OR REPLACE FUNCTION airtable.note_webhook_trouble(webhook text, reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.webhooks w SET trouble = note_webhook_trouble.reason, trouble_since =
         CASE
             WHEN (note_webhook_trouble.reason IS NULL) THEN NULL::timestamp with time zone
             ELSE COALESCE(w.trouble_since, now())
         END
   WHERE ((w.id = note_webhook_trouble.webhook) AND (w.trouble IS DISTINCT FROM note_webhook_trouble.reason));
END;

CREATE OR REPLACE FUNCTION airtable.open_comparison(of_run uuid, of_table text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  known bigint;
  rows_of text;
  opened timestamptz;
begin
  select s.table_name into rows_of from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table;
  delete from airtable.compared c where c.run_id = of_run and c.table_id = of_table;
  execute format('select count(*) from public.%I where deleted_at is null and airtable_id is not null', rows_of) into known;
  update airtable.reconciliations s set next_offset = null, records = 0, expected = known,
    restarts = s.restarts + (s.started_at is not null)::integer, started_at = clock_timestamp()
  where s.run_id = of_run and s.table_id = of_table returning s.started_at into opened;
  return opened;
end
$function$;
comment on function airtable.open_comparison(uuid,text) is 'Begins a table from its first page, also again.';

CREATE OR REPLACE FUNCTION airtable.open_iterator(of_run uuid, of_table text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  scan airtable.scans;
  known bigint;
begin
  delete from airtable.scanned s where s.run_id = of_run and s.table_id = of_table;
  select * into scan from airtable.scans s where s.run_id = of_run and s.table_id = of_table;
  execute format('select count(*) from public.%I where deleted_at is null and airtable_id is not null', scan.table_name) into known;
  update airtable.scans s set state = 'running', next_offset = null, started_at = clock_timestamp(), records = 0, expected = known,
    restarts = s.restarts + (s.state = 'running')::integer
  where s.run_id = of_run and s.table_id = of_table returning s.* into scan;
  return scan.started_at;
end
$function$;
comment on function airtable.open_iterator(uuid,text) is 'Begins a table from its first page, also again: what an iterator that died has seen proves nothing about deletions.';

CREATE OR REPLACE FUNCTION airtable.open_scans(base text)
 RETURNS SETOF airtable.scans
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT s.run_id,
     s.base_id,
     s.table_id,
     s.table_name,
     s.state,
     s.next_offset,
     s.started_at,
     s.restarts,
     s.records,
     s.written,
     s.deleted,
     s.refused,
     s.expected,
     s.error
    FROM airtable.scans s
   WHERE ((s.base_id = open_scans.base) AND (s.state = ANY (ARRAY['pending'::text, 'running'::text])))
   ORDER BY (array_position(ARRAY['organizations'::text, 'contacts'::text, 'startups'::text, 'signals'::text, 'connections'::text, 'interactions'::text], s.table_name));
END;

CREATE OR REPLACE FUNCTION airtable.outbox_counts()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('pending', count(*) FILTER (WHERE (o.state = ANY (ARRAY['pending'::text, 'sending'::text]))), 'sent', count(*) FILTER (WHERE (o.state = 'sent'::text)), 'parked', count(*) FILTER (WHERE (o.state = 'parked'::text))) AS jsonb_build_object
    FROM airtable.outbox o
   WHERE (o.state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'parked'::text]));
END;

CREATE OR REPLACE FUNCTION airtable.pause_calls(base text, milliseconds integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO airtable.rate_limits AS l (base_id, paused_until)
   VALUES (pause_calls.base, (clock_timestamp() + make_interval(secs => (((pause_calls.milliseconds)::numeric / 1000.0))::double precision))) ON CONFLICT(base_id) DO UPDATE SET paused_until = GREATEST(l.paused_until, excluded.paused_until);
END;
comment on function airtable.pause_calls(text,integer) is 'Airtable refused a call: none is made for a while.';

CREATE OR REPLACE FUNCTION airtable.pending_columns(record text)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(array_agg(DISTINCT f.column_name), '{}'::text[]) AS "coalesce"
    FROM (airtable.outbox o
      JOIN airtable.outbox_fields f ON ((f.outbox_id = o.id)))
   WHERE (o.open AND (f.state = 'open'::text) AND (o.row_id IN ( SELECT t.id
            FROM public.organizations t
           WHERE (t.airtable_id = pending_columns.record)
         UNION ALL
          SELECT t.id
            FROM public.contacts t
           WHERE (t.airtable_id = pending_columns.record)
         UNION ALL
          SELECT t.id
            FROM public.startups t
           WHERE (t.airtable_id = pending_columns.record)
         UNION ALL
          SELECT t.id
            FROM public.signals t
           WHERE (t.airtable_id = pending_columns.record)
         UNION ALL
          SELECT t.id
            FROM public.connections t
           WHERE (t.airtable_id = pending_columns.record)
         UNION ALL
          SELECT t.id
            FROM public.interactions t
           WHERE (t.airtable_id = pending_columns.record))));
END;

CREATE OR REPLACE FUNCTION airtable.place_canary(base text, in_table text, in_field text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 INSERT INTO airtable.canaries AS c (base_id, table_id, field_id)
   VALUES (place_canary.base, place_canary.in_table, place_canary.in_field) ON CONFLICT(base_id) DO UPDATE SET table_id = excluded.table_id, field_id = excluded.field_id, record_id =
         CASE
             WHEN (c.table_id = excluded.table_id) THEN c.record_id
             ELSE NULL::text
         END;
END;
comment on function airtable.place_canary(text,text,text) is 'Keeps where the canary of a base is written; null where the base has no such table.';

CREATE OR REPLACE FUNCTION airtable.postpone_canary(base text, wait_ms double precision)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.canaries c SET under_way = false, next_at = (now() + make_interval(secs => (postpone_canary.wait_ms / (1000)::double precision)))
   WHERE ((c.base_id = postpone_canary.base) AND c.is_on);
END;

CREATE OR REPLACE FUNCTION airtable.proof()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('on', (count(*) > 0), 'every_minutes', max(c.every_minutes), 'on_since', max(c.on_since), 'proven_at',
         CASE
             WHEN bool_and((c.proven_at IS NOT NULL)) THEN min(c.proven_at)
             ELSE NULL::timestamp with time zone
         END, 'round_trip_ms', (array_agg(c.round_trip_ms ORDER BY c.proven_at NULLS FIRST))[1], 'failing_since', min(c.failing_since), 'failed_at', max(c.failed_at), 'error', (array_agg(c.error ORDER BY c.failing_since))[1]) AS jsonb_build_object
    FROM airtable.canaries c
   WHERE c.is_on;
END;

CREATE OR REPLACE FUNCTION airtable.queue_edits(base text, rows_of text, edits jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  made_by constant text := coalesce(nullif(current_setting('live.source', true), ''),
    case when auth.uid() is null then 'sql' else 'admin' end);
begin
  with bound as (
    select b.table_id, b.field_id, b.column_name, b.column_name = min(b.column_name) over () as first
    from airtable.field_bindings b
    where b.base_id = base and b.table_name = rows_of and b.drift is null and b.column_name <> 'live_id'
  ), edited as (
    select (e ->> 'id')::uuid as id, e -> 'before' as before, e -> 'after' as after,
      e ->> 'airtable_id' is null and not exists (
        select from airtable.outbox o where o.row_id = (e ->> 'id')::uuid and o.creation and o.open) as creation
    from jsonb_array_elements(edits) as e
  ), cells as (
    select e.id, e.creation, b.table_id, b.field_id, b.column_name, e.after -> b.column_name as mine,
      -- What an empty cell is here.
      case when not e.creation then e.before -> b.column_name
        else airtable.as_row(rows_of, jsonb_build_object(b.column_name, null)) -> b.column_name end as was
    from edited e cross join bound b
    -- One cell at least, by which the entry is seen to end.
    where case when e.creation then b.first or e.after -> b.column_name not in ('null', 'false')
      else e.before -> b.column_name is distinct from e.after -> b.column_name end
  ), entries as (
    insert into airtable.outbox (base_id, table_id, table_name, row_id, creation, actor, source)
    select base, min(c.table_id), rows_of, c.id, bool_or(c.creation), auth.uid(), made_by
    from cells c group by c.id order by c.id
    returning id, row_id
  ), nowhere as (
    -- There is nothing left to make it of.
    insert into airtable.outbox (base_id, table_id, table_name, row_id, creation, actor, source, state, rolled_back, error, done_at)
    select base, d.table_id, rows_of, e.id, true, auth.uid(), made_by, 'parked', true, d.reason, clock_timestamp()
    from edited e cross join (
      select min(b.table_id) as table_id, coalesce(min(b.drift), 'No field of the table is bound') as reason
      from airtable.field_bindings b where b.base_id = base and b.table_name = rows_of
    ) as d
    where e.creation and not exists (select from bound) and not exists (
      select from airtable.outbox o where o.row_id = e.id and o.creation and o.state = 'parked')
  )
  insert into airtable.outbox_fields (outbox_id, column_name, field_id, was, mine)
  select e.id, c.column_name, c.field_id, c.was, c.mine from entries e join cells c on c.id = e.row_id;
  if found then
    perform airtable.call_push(base);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.read_cells_again(base text, cells jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  given record;
  touched timestamptz;
  asked integer := 0;
begin
  for given in
    select o.table_id, airtable.record_of(o.table_name, o.row_id) as record, array_agg(distinct c.column) as columns
    from jsonb_to_recordset(cells) as c(id bigint, "column" text) join airtable.outbox o on o.id = c.id
    group by 1, 2
  loop
    continue when given.record is null;
    select t.touched_at into touched from airtable.touches t where t.record_id = given.record and t.columns ?| given.columns;
    update airtable.touches t set columns = t.columns - given.columns where t.record_id = given.record;
    asked := asked + airtable.ask_again(base, given.table_id, array[given.record], 'airtable');
    if touched > now() - interval '11 seconds' then
      update airtable.rereads r set not_before = touched + interval '11 seconds' where r.record_id = given.record;
    end if;
  end loop;
  return asked;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.reconcile_after_recovery()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if exists (select from airtable.webhooks w where w.base_id = new.base_id and w.created_at >= new.started_at) then
    perform airtable.begin_reconciliation(new.base_id, 'A webhook was made anew');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.reconcile_nightly()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  base text;
  begun integer := 0;
begin
  for base in
    select w.base_id from airtable.webhooks w
    where not exists (
      select from airtable.runs r where r.base_id = w.base_id and r.kind = 'reconcile'
        and r.started_at >= date_trunc('day', now() - interval '2 hours', 'UTC') + interval '2 hours')
      -- One that was connected today has just been read.
      and w.created_at < now() - interval '20 hours'
    group by w.base_id
  loop
    perform airtable.begin_reconciliation(base, 'Every night');
    begun := begun + 1;
  end loop;
  return begun;
end
$function$;
comment on function airtable.reconcile_nightly() is 'Begins a comparison of each base that had none since 2 in the night. The next drain does the work. Safe to call at any time.';

CREATE OR REPLACE FUNCTION airtable.reconcile_progress(of_run uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('run_id', r.id, 'base_id', r.base_id, 'kind', 'reconcile', 'state', r.state, 'reason', (r.counts ->> 'reason'::text), 'started_at', r.started_at, 'finished_at', r.finished_at, 'error', r.error, 'records', COALESCE(sum(s.records), (0)::numeric), 'expected', COALESCE(sum(
         CASE
             WHEN (s.state = 'reading'::text) THEN GREATEST(s.expected, s.records)
             ELSE s.records
         END), (0)::numeric), 'suspects', ( SELECT count(*) AS count
            FROM airtable.compared c
           WHERE ((c.run_id = r.id) AND (c.state = 'suspect'::text))), 'missing', COALESCE(sum(s.missing), (0)::numeric), 'extra', COALESCE(sum(s.extra), (0)::numeric), 'different', COALESCE(sum(s.different), (0)::numeric), 'moving', COALESCE(sum(s.moving), (0)::numeric), 'dead_letters', COALESCE(sum(s.dead_letters), (0)::numeric), 'identical', COALESCE(((r.counts ->> 'identical'::text))::boolean, false), 'tables', COALESCE(jsonb_agg(jsonb_build_object('table', s.table_name, 'state', s.state, 'records', s.records, 'missing', s.missing, 'extra', s.extra, 'different', s.different, 'moving', s.moving, 'dead_letters', s.dead_letters, 'skipped', s.skipped, 'base_hash', s.base_hash, 'mirror_hash', s.mirror_hash, 'error', s.error) ORDER BY s.table_name) FILTER (WHERE (s.table_name IS NOT NULL)), '[]'::jsonb)) AS jsonb_build_object
    FROM (airtable.runs r
      LEFT JOIN airtable.reconciliations s ON ((s.run_id = r.id)))
   WHERE (r.id = reconcile_progress.of_run)
   GROUP BY r.id;
END;

CREATE OR REPLACE FUNCTION airtable.record_of(rows_of text, of_row uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  record text;
begin
  execute format('select t.airtable_id from public.%I t where t.id = $1 and t.deleted_at is null', rows_of) into record using of_row;
  return record;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.record_pushes(base text, by_holder uuid, written jsonb, refused jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  done record;
  refusal record;
  cell record;
  came jsonb;
begin
  perform airtable.hold_push(base, by_holder);
  for refusal in select * from jsonb_to_recordset(refused) as r(row_id uuid, columns text[], error text) loop
    perform airtable.give_up_fields(base, coalesce((
      select jsonb_agg(jsonb_build_object('id', f.outbox_id, 'column', f.column_name)) from airtable.outbox_fields f
      where f.outbox_id = any (airtable.sending(base, array[refusal.row_id])) and f.state = 'open'
        and f.column_name = any (refusal.columns)), '[]'), 'refused', refusal.error);
  end loop;
  for done in
    select d.*, o.table_name from jsonb_to_recordset(written) as d(row_id uuid, record_id text, made_at timestamptz, "values" jsonb)
    join lateral (select min(o.table_name) as table_name from airtable.outbox o where o.row_id = d.row_id) as o on true
  loop
    if done.made_at is not null then
      perform airtable.adopt_record(done.table_name, done.row_id, done.record_id, done.made_at);
    end if;
    came := airtable.as_row(done.table_name, done.values);
    -- What Airtable made of it: a rounded number, a shortened time.
    for cell in
      select f.outbox_id, f.column_name, f.mine from airtable.outbox_fields f
      where f.outbox_id = any (airtable.sending(base, array[done.row_id])) and f.state = 'open'
        and came ? f.column_name and came -> f.column_name <> f.mine
    loop
      execute format('update public.%1$I t set %2$I = (jsonb_populate_record(null::public.%1$I, $2)).%2$I
        where t.id = $1 and to_jsonb(t.%2$I) is not distinct from nullif($3, ''null'')', done.table_name, cell.column_name)
      using done.row_id, came, cell.mine;
      update airtable.outbox_fields f set mine = came -> cell.column_name
      where f.outbox_id = cell.outbox_id and f.column_name = cell.column_name;
    end loop;
    perform airtable.note_sent(base, array[done.row_id]);
  end loop;
end
$function$;
comment on function airtable.record_pushes(text,uuid,jsonb,jsonb) is 'What Airtable took, and what it refused and why. What it took is closed when it comes back.';

CREATE OR REPLACE FUNCTION airtable.region_of(rows_of text, of_row uuid)
 RETURNS public.region
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  region public.region;
begin
  execute format('select (to_jsonb(t) ->> ''region'')::public.region from public.%I t where t.id = $1', rows_of) into region using of_row;
  return region;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.release_lease(webhook text, holder uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH before AS (
          SELECT w_1.id,
             w_1.dirty
            FROM airtable.webhooks w_1
           WHERE ((w_1.id = release_lease.webhook) AND (w_1.lease_holder = release_lease.holder))
          FOR UPDATE OF w_1
         )
  UPDATE airtable.webhooks w SET lease_holder =
         CASE
             WHEN b.dirty THEN w.lease_holder
             ELSE NULL::uuid
         END, lease_expires_at =
         CASE
             WHEN b.dirty THEN w.lease_expires_at
             ELSE NULL::timestamp with time zone
         END, dirty = false, last_drained_at =
         CASE
             WHEN b.dirty THEN w.last_drained_at
             ELSE now()
         END
    FROM before b
   WHERE (w.id = b.id)
   RETURNING b.dirty;
END;
comment on function airtable.release_lease(text,uuid) is 'Lets go, unless a ping came meanwhile: then true, and the holder drains again. Null: the lease was lost.';

CREATE OR REPLACE FUNCTION airtable.release_pushes(base text, by_holder uuid, row_ids uuid[], wait_ms double precision, reason text, parked boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform airtable.hold_push(base, by_holder);
  update airtable.outbox o set state = case when parked then 'parked' else 'pending' end,
    error = case when airtable.has_refusal(o.id) then o.error else left(reason, 2000) end,
    not_before = clock_timestamp() + make_interval(secs => wait_ms / 1000)
  where o.base_id = base and case when row_ids is null then o.open and o.state <> 'sent' else o.row_id = any (row_ids) and o.state = 'sending' end;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.release_reader(base text, by_holder uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH before AS (
          SELECT r_1.base_id,
             r_1.dirty
            FROM airtable.readers r_1
           WHERE ((r_1.base_id = release_reader.base) AND (r_1.holder = release_reader.by_holder))
          FOR UPDATE OF r_1
         )
  UPDATE airtable.readers r SET holder =
         CASE
             WHEN b.dirty THEN r.holder
             ELSE NULL::uuid
         END, expires_at =
         CASE
             WHEN b.dirty THEN r.expires_at
             ELSE NULL::timestamp with time zone
         END, dirty = false
    FROM before b
   WHERE (r.base_id = b.base_id)
   RETURNING b.dirty;
END;
comment on function airtable.release_reader(text,uuid) is 'Lets go, unless somebody asked meanwhile: then true. Null: it was lost.';

CREATE OR REPLACE FUNCTION airtable.renew_lease(webhook text, holder uuid, seconds integer)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.webhooks w SET lease_expires_at = (now() + make_interval(secs => (renew_lease.seconds)::double precision))
   WHERE ((w.id = renew_lease.webhook) AND (w.lease_holder = renew_lease.holder))
   RETURNING true;
END;
comment on function airtable.renew_lease(text,uuid,integer) is 'Keeps a lease whose holder is alive. Null: it was lost.';

CREATE OR REPLACE FUNCTION airtable.renew_reader(base text, by_holder uuid, seconds integer)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH before AS (
          SELECT r_1.base_id,
             r_1.dirty
            FROM airtable.readers r_1
           WHERE ((r_1.base_id = renew_reader.base) AND (r_1.holder = renew_reader.by_holder))
          FOR UPDATE OF r_1
         )
  UPDATE airtable.readers r SET expires_at = (now() + make_interval(secs => (renew_reader.seconds)::double precision)), dirty = false
    FROM before b
   WHERE (r.base_id = b.base_id)
   RETURNING b.dirty;
END;
comment on function airtable.renew_reader(text,uuid,integer) is 'Keeps the base of a reader that is alive. True: somebody asked meanwhile. Null: it was lost.';

CREATE OR REPLACE FUNCTION airtable.repair_differences(of_run uuid, chosen bigint[] DEFAULT NULL::bigint[])
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 WITH wanted AS (
          UPDATE airtable.differences d SET repair_asked_at = now()
           WHERE ((d.run_id = repair_differences.of_run) AND ((repair_differences.chosen IS NULL) OR (d.id = ANY (repair_differences.chosen))))
           RETURNING d.base_id,
             d.table_id,
             d.record_id
         ), asked AS (
          INSERT INTO airtable.rereads AS r (record_id, base_id, table_id, source, not_before)  SELECT w.record_id,
                     w.base_id,
                     w.table_id,
                     'airtable',
                     GREATEST(now(), (t.touched_at + '00:00:11'::interval)) AS "greatest"
                    FROM (wanted w
                      LEFT JOIN airtable.touches t ON ((t.record_id = w.record_id)))
                   ORDER BY w.record_id ON CONFLICT(record_id) DO UPDATE SET asked_at = excluded.asked_at, not_before = excluded.not_before, attempts = 0
           RETURNING 1 AS "?column?"
         )
  SELECT (count(*))::integer AS count
    FROM asked;
END;
comment on function airtable.repair_differences(uuid,bigint[]) is 'Has the chosen differences of a comparison (or all) read again and applied. Returns how many.';

CREATE OR REPLACE FUNCTION airtable.replace_webhook(old text, by_holder uuid, new text, secret text, url text, expires timestamp with time zone, reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  dead airtable.webhooks;
begin
  delete from airtable.webhooks w where w.id = old and w.lease_holder = by_holder returning * into dead;
  if dead.id is null then
    raise exception using errcode = 'AL001', message = 'Somebody else has replaced this webhook', hint = 'Nothing was written.';
  end if;
  insert into airtable.webhooks (id, base_id, mac_secret_base64, notification_url, expires_at, last_payload_at)
  values (new, dead.base_id, secret, url, expires, dead.last_payload_at);
  perform airtable.forget_touches(dead.base_id);
  perform airtable.note_successor(old, new, reason);
  return airtable.begin_scan(dead.base_id, reason, true);
end
$function$;
comment on function airtable.replace_webhook(text,uuid,text,text,text,timestamp with time zone,text) is 'A webhook that died has a successor, whose log begins now; what happened in between is found by a scan. Refused (AL001) when the caller does not hold its lease.';

CREATE OR REPLACE FUNCTION airtable.require_reader(base text, by_holder uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from airtable.readers r where r.base_id = base and r.holder = by_holder for share;
  if not found then
    raise exception using errcode = 'AL001', message = 'Another process reads this base now', hint = 'Nothing was written; it goes on.';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.respect_outbox(rows_of text, changes jsonb, snapshot boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  touched record;
  came jsonb;
  earlier jsonb;
  kept text[];
  left_over jsonb;
  dropped integer[] := '{}';
begin
  for touched in execute format($query$
    select c.at::integer as at, c.change, t.id from jsonb_array_elements($1) with ordinality as c(change, at)
    join public.%1$I t on t.airtable_id = c.change ->> 'airtable_id'
    where exists (select from airtable.outbox o where o.row_id = t.id and o.open) $query$, rows_of)
  using changes loop
    begin
      came := airtable.as_row(rows_of, touched.change -> 'values');
      select jsonb_object_agg(p.key, (
        select jsonb_agg(airtable.as_row(rows_of, jsonb_build_object(p.key, v)) -> p.key) from jsonb_array_elements(p.value) as v))
      into earlier from jsonb_each(touched.change -> 'passed') as p;
    exception when data_exception then
      -- The table will refuse it.
      continue;
    end;
    kept := airtable.columns_to_keep(touched.id, came, coalesce(earlier, '{}'), snapshot, (touched.change ->> 'read_at')::timestamptz);
    if kept <> '{}' then
      left_over := (touched.change -> 'values') - kept;
      changes := jsonb_set(changes, array[(touched.at - 1)::text, 'values'], left_over);
      if left_over = '{}' and not snapshot and not coalesce((touched.change ->> 'created')::boolean, false) then
        dropped := dropped || touched.at;
      end if;
    end if;
  end loop;
  if dropped <> '{}' then
    select coalesce(jsonb_agg(c.change order by c.at), '[]') into changes
    from jsonb_array_elements(changes) with ordinality as c(change, at) where not c.at = any (dropped);
  end if;
  return changes;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.retry_dead_letter(letter bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  open airtable.dead_letters;
begin
  select * into open from airtable.dead_letters d where d.id = letter and d.resolved_at is null;
  if open.id is null or open.record_id !~ '^rec[A-Za-z0-9]+$' then
    return false;
  end if;
  perform airtable.ask_again(open.base_id, open.table_id, array[open.record_id], 'airtable');
  return true;
end
$function$;
comment on function airtable.retry_dead_letter(bigint) is 'Has the next drain read the record again: its letter is resolved when everything can be stored by then. False: there is nothing to retry.';

CREATE OR REPLACE FUNCTION airtable.roll_back(base text, cells jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  given record;
begin
  for given in
    select o.row_id, o.table_name, f.column_name, coalesce(f.theirs, f.was) as value, f.mine
    from jsonb_to_recordset(cells) as c(id bigint, "column" text)
    join airtable.outbox o on o.id = c.id
    join airtable.outbox_fields f on f.outbox_id = c.id and f.column_name = c.column
    order by c.id desc
  loop
    begin
      execute format('update public.%1$I t set %2$I = (jsonb_populate_record(t, $2)).%2$I
        where t.id = $1 and to_jsonb(t.%2$I) is not distinct from nullif($3, ''null'')', given.table_name, given.column_name)
      using given.row_id, jsonb_build_object(given.column_name, given.value), given.mine;
    exception when data_exception or integrity_constraint_violation then
      -- What is there cannot be stored; the read that follows says so.
      null;
    end;
  end loop;
  perform airtable.read_cells_again(base, cells);
end
$function$;

CREATE OR REPLACE FUNCTION airtable.row_title(rows_of text, of_row uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  title text;
begin
  execute format('select coalesce(r ->> ''title'', r ->> ''name'', r ->> ''full_name'', (
      select t.name from public.startups t where t.id = (r ->> ''startup_id'')::uuid), left(r ->> ''summary'', 80))
    from (select to_jsonb(t) as r from public.%I t where t.id = $1) as t', rows_of) into title using of_row;
  return coalesce(nullif(title, ''), 'a record without a title');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.scan_progress(of_run uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('run_id', r.id, 'state', r.state, 'reason', (r.counts ->> 'reason'::text), 'started_at', r.started_at, 'records', COALESCE(sum(s.records), (0)::numeric), 'written', COALESCE(sum(s.written), (0)::numeric), 'deleted', COALESCE(sum(s.deleted), (0)::numeric), 'dead_letters', COALESCE(sum(s.refused), (0)::numeric), 'expected', COALESCE(sum(
         CASE
             WHEN (s.state = ANY (ARRAY['done'::text, 'failed'::text])) THEN s.records
             ELSE GREATEST(s.expected, s.records)
         END), (0)::numeric), 'tables', COALESCE(jsonb_agg(jsonb_build_object('table', s.table_name, 'state', s.state, 'records', s.records) ORDER BY s.table_name), '[]'::jsonb)) AS jsonb_build_object
    FROM (airtable.runs r
      LEFT JOIN airtable.scans s ON ((s.run_id = r.id)))
   WHERE (r.id = scan_progress.of_run)
   GROUP BY r.id;
END;

CREATE OR REPLACE FUNCTION airtable.send_canary(base text, new_nonce text, to_record text)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.canaries c SET nonce = send_canary.new_nonce, sent_at = clock_timestamp(), under_way = true, record_id = send_canary.to_record
   WHERE ((c.base_id = send_canary.base) AND c.is_on)
   RETURNING true;
END;

CREATE OR REPLACE FUNCTION airtable.sending(base text, row_ids uuid[])
 RETURNS bigint[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT COALESCE(array_agg(o.id), '{}'::bigint[]) AS "coalesce"
    FROM airtable.outbox o
   WHERE ((o.base_id = sending.base) AND (o.row_id = ANY (sending.row_ids)) AND (o.state = 'sending'::text));
END;

CREATE OR REPLACE FUNCTION airtable.settle_entries(entries bigint[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
BEGIN ATOMIC
 UPDATE airtable.outbox o SET done_at = clock_timestamp(), rolled_back = l.refused, state =
         CASE
             WHEN l.refused THEN 'parked'::text
             WHEN l.superseded THEN 'superseded'::text
             WHEN l.discarded THEN 'discarded'::text
             ELSE 'done'::text
         END
    FROM ( SELECT f.outbox_id,
             bool_or((f.state = 'refused'::text)) AS refused,
             bool_or((f.state = 'superseded'::text)) AS superseded,
             bool_or((f.state = 'discarded'::text)) AS discarded
            FROM airtable.outbox_fields f
           WHERE (f.outbox_id = ANY (settle_entries.entries))
           GROUP BY f.outbox_id
          HAVING (NOT bool_or((f.state = 'open'::text)))) l
   WHERE ((o.id = l.outbox_id) AND o.open);
END;
comment on function airtable.settle_entries(bigint[]) is 'Closes the entries of which no field is open any more.';

CREATE OR REPLACE FUNCTION airtable.settle_letters(webhook text, base text, of_table text, changes jsonb, refused jsonb, whole boolean DEFAULT false)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  torn text[];
begin
  perform airtable.write_letters(webhook, base, coalesce((
    select jsonb_agg(jsonb_build_object('table_id', coalesce(of_table, ''), 'record_id', r ->> 'airtable_id',
      'cells', c -> 'values', 'reason', r ->> 'reason'))
    from jsonb_array_elements(refused) r
    join jsonb_array_elements(changes) c on c ->> 'airtable_id' = r ->> 'airtable_id'), '[]'));
  if not exists (
    select from airtable.dead_letters d where d.base_id = base and d.table_id = coalesce(of_table, '') and d.resolved_at is null
  ) then
    return 0;
  end if;

  with stored as (
    select c ->> 'airtable_id' as id, array(select jsonb_object_keys(c -> 'values')) as columns,
      whole or coalesce((c ->> 'created')::boolean, false) as whole
    from jsonb_array_elements(changes) c
    where not exists (select from jsonb_array_elements(refused) r where r ->> 'airtable_id' = c ->> 'airtable_id')
  ), left_over as (
    select d.id, s.id as record_id, d.columns is null and not s.whole as torn,
      array(select unnest(d.columns) except select unnest(s.columns)) as columns
    from airtable.dead_letters d join stored s on s.id = d.record_id where d.resolved_at is null
  ), settled as (
    update airtable.dead_letters d
    set resolved_at = case when l.columns = '{}' then now() end,
      columns = case when l.columns = '{}' then d.columns else l.columns end
    from left_over l where d.id = l.id and not l.torn
  )
  select array_agg(l.record_id) into torn from left_over l where l.torn;
  return airtable.ask_again(base, of_table, coalesce(torn, '{}'), 'airtable');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.settle_suspects(base text, by_holder uuid, of_run uuid, of_table text, looked_at timestamp with time zone, records jsonb, absent text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- A replica that answered may have lagged behind the log.
  since constant timestamptz := looked_at - interval '10 seconds';
  rows_of constant text := (
    select s.table_name from airtable.reconciliations s where s.run_id = of_run and s.table_id = of_table);
  second jsonb;
begin
  perform airtable.require_reader(base, by_holder);
  execute format($query$
    select coalesce(jsonb_agg(jsonb_build_object('record_id', a, 'mirror', case when t.id is not null then '{}'::jsonb end)), '[]')
    from unnest($1) as a left join public.%I t on t.airtable_id = a and t.deleted_at is null $query$, rows_of)
  into second using absent;
  second := second || coalesce((
    select jsonb_agg(jsonb_build_object('record_id', c.record_id, 'base', c.base, 'mirror', c.mirror))
    from airtable.compare_records(rows_of, records) as c), '[]');

  update airtable.compared c set
    base_hash = md5(l.base::text),
    mirror_hash = md5(case when l.base is null and l.mirror is not null then l.record_id else l.mirror::text end),
    differing = d.differing, looks = c.looks + 1,
    look_after = clock_timestamp() + make_interval(secs => least(4 * c.looks, 12)),
    state = case
      when l.base is not distinct from l.mirror then 'equal'
      when f.still and c.differing - f.moved = d.differing - f.moved
        and (c.base_hash is null) = (l.base is null) and (c.mirror_hash is null) = (l.mirror is null) then 'confirmed'
      when c.looks >= 8 then 'moving'
      else 'suspect'
    end
  from jsonb_to_recordset(second) as l(record_id text, base jsonb, mirror jsonb)
  cross join lateral (select airtable.differing_columns(l.base, l.mirror) as differing) as d
  left join airtable.touches t on t.record_id = l.record_id and t.touched_at >= since
  cross join lateral (
    select coalesce(array(select k.key from jsonb_each(t.columns) as k where to_timestamp(k.value::text::float8) >= since), '{}')
      || airtable.columns_under_way(rows_of, l.record_id) as moved
  ) as m
  cross join lateral (
    select m.moved, not exists (select from airtable.rereads r where r.record_id = l.record_id)
      and case
        -- Whether a record is there at all: nothing of it may be in motion.
        when l.base is null or l.mirror is null then m.moved = '{}' and t.record_id is null
        else d.differing - m.moved <> '{}'
      end as still
  ) as f
  where c.run_id = of_run and c.table_id = of_table and c.record_id = l.record_id and c.state = 'suspect';
end
$function$;

CREATE OR REPLACE FUNCTION airtable.shown_value(rows_of text, col text, value jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  parents text;
  shown text;
begin
  if coalesce(value, 'null') in ('null', '""') then
    return 'nothing';
  end if;
  select p.relname into parents
  from pg_catalog.pg_constraint k join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_class p on p.oid = k.confrelid
  where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass and a.attname = col;
  if parents is not null and pg_input_is_valid(value #>> '{}', 'uuid') then
    execute format('select coalesce(r ->> ''title'', r ->> ''name'', r ->> ''full_name'', ''another record'')
      from (select to_jsonb(p) as r from public.%I p where p.id = $1) as p', parents) into shown using (value #>> '{}')::uuid;
    return coalesce(shown, 'another record');
  end if;
  return case value when 'true' then 'yes' when 'false' then 'no' else '“' || left(value #>> '{}', 200) || '”' end;
end
$function$;

CREATE OR REPLACE FUNCTION airtable.status()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('kind', 'status', 'at', clock_timestamp(), 'webhooks', ( SELECT COALESCE(jsonb_agg(airtable.status_of(w.*) ORDER BY w.id), '[]'::jsonb) AS "coalesce"
            FROM airtable.webhooks w), 'bases', ( SELECT COALESCE(jsonb_agg(jsonb_build_object('base_id', b.base_id, 'calls_last_second', ( SELECT count(*) AS count
                    FROM airtable.rate_limits l,
                     LATERAL unnest(l.turns) t(t)
                   WHERE ((l.base_id = b.base_id) AND ((t.t >= (clock_timestamp() - '00:00:01'::interval)) AND (t.t <= clock_timestamp())))), 'paused_until', ( SELECT l.paused_until
                    FROM airtable.rate_limits l
                   WHERE ((l.base_id = b.base_id) AND (l.paused_until > now()))), 'scan', (airtable.scan_progress(airtable.latest_run(b.base_id, 'backfill'::text)) || ( SELECT jsonb_build_object('finished_at', r.finished_at, 'error', r.error) AS jsonb_build_object
                    FROM airtable.runs r
                   WHERE (r.id = airtable.latest_run(b.base_id, 'backfill'::text)))), 'reconcile', airtable.reconcile_progress(airtable.latest_run(b.base_id, 'reconcile'::text)), 'identical_at', ( SELECT max(r.finished_at) AS max
                    FROM airtable.runs r
                   WHERE ((r.base_id = b.base_id) AND (r.kind = 'reconcile'::text) AND ((r.counts ->> 'identical'::text))::boolean))) ORDER BY b.base_id), '[]'::jsonb) AS "coalesce"
            FROM ( SELECT DISTINCT f.base_id
                    FROM airtable.field_bindings f) b), 'dead_letters', ( SELECT count(*) AS count
            FROM airtable.dead_letters d
           WHERE (d.resolved_at IS NULL)), 'outbox', ( SELECT COALESCE(jsonb_object_agg(o.state, o.n), '{}'::jsonb) AS "coalesce"
            FROM ( SELECT e.state,
                     count(*) AS n
                    FROM airtable.outbox e
                   WHERE (e.open OR (e.state = 'parked'::text))
                   GROUP BY e.state) o), 'drift', ( SELECT count(*) AS count
            FROM airtable.field_bindings f
           WHERE (f.drift IS NOT NULL)), 'alerts', ( SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', a.kind, 'subject', a.subject, 'title', a.title, 'body', a.body, 'since', a.since) ORDER BY a.since), '[]'::jsonb) AS "coalesce"
            FROM airtable.alerts a
           WHERE (a.over_at IS NULL))) AS jsonb_build_object;
END;

CREATE OR REPLACE FUNCTION airtable.status_of(hook airtable.webhooks)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
BEGIN ATOMIC
 SELECT jsonb_build_object('id', (hook).id, 'base_id', (hook).base_id, 'state',
         CASE
             WHEN ((hook).trouble IS NOT NULL) THEN 'dead'::text
             WHEN ((hook).expires_at < now()) THEN 'expired'::text
             WHEN airtable.is_silent(hook) THEN 'silent'::text
             ELSE 'live'::text
         END, 'trouble', (hook).trouble, 'trouble_since', (hook).trouble_since, 'created_at', (hook).created_at, 'expires_at', (hook).expires_at, 'cursor', (hook).cursor, 'last_ping_at', (hook).last_ping_at, 'last_payload_at', (hook).last_payload_at, 'last_drained_at', (hook).last_drained_at, 'lag_ms', ( SELECT round((percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((GREATEST((0)::numeric, EXTRACT(epoch FROM (n.applied_at - n.payload_timestamp))))::double precision)) * (1000)::double precision)) AS round
            FROM ( SELECT r.applied_at,
                     r.payload_timestamp
                    FROM airtable.receipts r
                   WHERE ((r.webhook_id = (status_of.hook).id) AND (r.applied_at > (now() - '01:00:00'::interval)))
                   ORDER BY r.payload_number DESC
                  LIMIT 10) n)) AS jsonb_build_object;
END;

CREATE OR REPLACE FUNCTION airtable.stub_parents(parents text, airtable_ids text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  execute format(
    'insert into public.%I (id, airtable_id, deleted_at)
     select private.record_id(a), a, now() from unnest($1) as a
     where not exists (select from public.%I p where p.airtable_id = a)
     order by a on conflict (airtable_id) do nothing', parents, parents)
  using airtable_ids;
end
$function$;
comment on function airtable.stub_parents(text,text[]) is 'Makes hidden rows for records that others link to and that have not come yet.';

CREATE OR REPLACE FUNCTION airtable.sweep(scan airtable.scans)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
 SET enable_nestloop TO 'off'
AS $function$
declare
  gone jsonb;
  written integer := 0;
begin
  -- Rows do not say which base they come from: with two bases in one table, what one does not have may be the other's.
  if not exists (
    select from airtable.field_bindings b where b.table_name = scan.table_name and b.base_id <> scan.base_id
  ) then
    execute format($query$
      select jsonb_agg(jsonb_build_object('airtable_id', t.airtable_id)) from public.%I t
      where t.deleted_at is null and t.airtable_id is not null
        and coalesce(t.received_at < $1.started_at, true)
        and not exists (select from airtable.scanned s
          where s.run_id = $1.run_id and s.table_id = $1.table_id and s.record_id = t.airtable_id)
        and not exists (select from airtable.touches l
          where l.record_id = t.airtable_id and l.touched_at >= $1.started_at - interval '10 seconds') $query$, scan.table_name)
    into gone using scan;
    if gone is not null then
      written := airtable.delete_rows(scan.table_name, gone, true);
      update airtable.dead_letters d set resolved_at = now()
      where d.resolved_at is null and d.record_id in (select g ->> 'airtable_id' from jsonb_array_elements(gone) g);
    end if;
  end if;
  delete from airtable.scanned s where s.run_id = scan.run_id and s.table_id = scan.table_id;
  return written;
end
$function$;
comment on function airtable.sweep(airtable.scans) is 'Leaves tombstones for rows that a complete scan has not seen and that nothing has touched since it began.';

CREATE OR REPLACE FUNCTION airtable.take_canary(base text)
 RETURNS TABLE(table_id text, field_id text, record_id text)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform airtable.give_up_rounds();
  return query
    update airtable.canaries c set next_at = now() + make_interval(mins => c.every_minutes)
    where c.base_id = base and c.is_on and c.next_at <= now() and not c.under_way
    returning c.table_id, c.field_id, c.record_id;
end
$function$;
comment on function airtable.take_canary(text) is 'Takes the round that is due, and says where it is written. No row: none is due, or somebody else has it.';

CREATE OR REPLACE FUNCTION airtable.take_lease(webhook text, holder uuid, seconds integer)
 RETURNS TABLE(base_id text, cursor bigint, stale boolean, newest timestamp with time zone)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Who held it before us and did not come back has a run that nobody will finish.
  update airtable.runs r set state = 'failed', finished_at = now(), error = 'The process ended before its work was done; another goes on from there.'
  from airtable.webhooks w
  where w.id = webhook and w.lease_expires_at < now() and w.lease_holder <> holder
    and r.webhook_id = w.id and r.kind = 'drain' and r.state = 'running';
  return query
    update airtable.webhooks w
    set lease_holder = holder, lease_expires_at = now() + make_interval(secs => seconds), dirty = false
    where w.id = webhook and (w.lease_holder is null or w.lease_expires_at < now() or w.lease_holder = holder)
    -- Airtable keeps a payload for a week.
    returning w.base_id, w.cursor, coalesce(w.last_drained_at, w.created_at) < now() - interval '7 days', w.last_payload_at;
  if not found then
    update airtable.webhooks w set dirty = true where w.id = webhook;
  end if;
end
$function$;
comment on function airtable.take_lease(text,uuid,integer) is 'Lets one drain run on a webhook at a time. No row: somebody else holds it, and was told to look again.';

CREATE OR REPLACE FUNCTION airtable.take_reader(base text, by_holder uuid, seconds integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into airtable.readers as r (base_id, holder, expires_at)
  values (base, by_holder, now() + make_interval(secs => seconds))
  on conflict (base_id) do update set holder = excluded.holder, expires_at = excluded.expires_at, dirty = false
  where r.holder is null or r.expires_at < now() or r.holder = by_holder;
  if found then
    return true;
  end if;
  update airtable.readers r set dirty = true where r.base_id = base;
  return false;
end
$function$;
comment on function airtable.take_reader(text,uuid,integer) is 'False: somebody else reads this base, and was told to look again.';

CREATE OR REPLACE FUNCTION airtable.take_turn(base text, calls integer, per_ms integer)
 RETURNS TABLE(wait_ms double precision, paused boolean, turn text)
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  taken airtable.rate_limits;
  mine timestamptz;
begin
  insert into airtable.rate_limits (base_id) values (base) on conflict do nothing;
  select * into taken from airtable.rate_limits l where l.base_id = base for update;
  if taken.paused_until > clock_timestamp() then
    return query select extract(epoch from taken.paused_until - clock_timestamp())::float8 * 1000, true, null::text;
    return;
  end if;
  mine := clock_timestamp();
  if cardinality(taken.turns) >= calls then
    mine := greatest(mine, taken.turns[cardinality(taken.turns) - calls + 1] + make_interval(secs => per_ms / 1000.0));
  end if;
  update airtable.rate_limits l set turns = array(
    select t from (select t from unnest(taken.turns || mine) as t order by t desc limit calls) as last order by t)
  where l.base_id = base;
  return query select greatest(extract(epoch from mine - clock_timestamp())::float8 * 1000, 0), false, mine::text;
end
$function$;
comment on function airtable.take_turn(text,integer,integer) is 'Gives the caller a place among the calls of a base, at most so many in so many milliseconds: how long to wait for it. Paused: none is given, come back then.';

CREATE OR REPLACE FUNCTION airtable.tell_actors(cells jsonb, kind text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  refused constant boolean := kind = 'write:refused';
begin
  if jsonb_array_length(cells) = 0 then
    return;
  end if;
  with fields as (
    select o.actor, o.table_name, o.row_id, o.error, f.column_name, f.was, f.mine, f.theirs
    from jsonb_to_recordset(cells) as c(id bigint, "column" text)
    join airtable.outbox o on o.id = c.id
    join airtable.outbox_fields f on f.outbox_id = o.id and f.column_name = c.column
    join auth.users u on u.id = o.actor
    where private.role_of(o.actor) is not null
  ), rows_told as (
    select f.actor, f.table_name, f.row_id,
      string_agg(format('%s: yours %s, %sbefore %s', live.capitalized(private.field_words(f.column_name)),
        airtable.shown_value(f.table_name, f.column_name, f.mine),
        case when refused then '' else format('theirs %s, ', airtable.shown_value(f.table_name, f.column_name, f.theirs)) end,
        airtable.shown_value(f.table_name, f.column_name, f.was)), E'\n' order by f.column_name) as words,
      string_agg(distinct private.field_words(f.column_name), ', ') as names, min(f.error) as error
    from fields f group by f.actor, f.table_name, f.row_id
  ), people as (
    select r.actor, count(*) as n, min(r.table_name) as table_name, min(r.row_id::text)::uuid as row_id, min(r.words) as words,
      min(r.names) as names, min(r.error) as error
    from rows_told r
    where coalesce(airtable.region_of(r.table_name, r.row_id) = any (private.regions_of(r.actor)), true)
      and live.wants_news(r.actor, kind, null, airtable.region_of(r.table_name, r.row_id))
    group by r.actor
  )
  insert into public.notifications (user_id, kind, title, body, entity, entity_id, severity, count, created_at)
  select p.actor, kind,
    left(case
      when p.n > 1 and refused then format('Airtable refused %s of your changes', p.n)
      when p.n > 1 then format('%s of your changes were overtaken in Airtable', p.n)
      when refused then format('Airtable refused the %s of %s', p.names, airtable.row_title(p.table_name, p.row_id))
      else format('Newer in Airtable: the %s of %s', p.names, airtable.row_title(p.table_name, p.row_id)) end, 300),
    left(case when p.n > 1 then null else concat_ws(E'\n', case when refused then p.error end, p.words,
      case when refused then 'The record shows what Airtable has.' else 'The record shows theirs. Open it to make your change again.' end) end, 2000),
    left(p.table_name, -1), case when p.n = 1 then p.row_id end, 'warning', p.n, clock_timestamp()
  from people p;
end
$function$;
comment on function airtable.tell_actors(jsonb,text) is 'Notifies who left the entries that a field was refused, or was newer in Airtable: mine, theirs, and what it was before.';

CREATE OR REPLACE FUNCTION airtable.tell_proof()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  now_told jsonb;
begin
  insert into airtable.proof_told (proof) values ('{"on": false}') on conflict do nothing;
  -- Held before the look: whoever looks later tells later.
  perform from airtable.proof_told for update;
  now_told := airtable.proof();
  update airtable.proof_told t set proof = now_told
  where t.proof <> now_told and (t.proof -> 'on' = 'true' or now_told -> 'on' = 'true');
  if found then
    perform airtable.announce('network', 'airtable:canary:changed', now_told || jsonb_build_object('at', clock_timestamp()));
  end if;
end
$function$;
comment on function airtable.tell_proof() is 'Tells staff when Live was last proven, where that has changed.';

CREATE OR REPLACE FUNCTION airtable.tell_status()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  status jsonb;
  now_told text;
begin
  if exists (select from airtable.told t where t.at > clock_timestamp() - interval '200 milliseconds') then
    return 200;
  end if;
  -- First, since its channel comes first by name.
  perform airtable.watch_canaries();
  status := airtable.status();
  -- What changes with every look is no news.
  now_told := md5((status - 'at' || jsonb_build_object(
    'bases', (select jsonb_agg(b - 'calls_last_second') from jsonb_array_elements(status -> 'bases') as b),
    'webhooks', (select jsonb_agg(w - 'last_drained_at') from jsonb_array_elements(status -> 'webhooks') as w)))::text);
  insert into airtable.told as t (digest, at) values (now_told, clock_timestamp())
  on conflict (only_row) do update set digest = excluded.digest, at = excluded.at where t.digest <> excluded.digest;
  if not found then
    return 0;
  end if;
  perform airtable.announce('ops', 'airtable:sync:progress', status);
  return 0;
end
$function$;
comment on function airtable.tell_status() is 'Tells the channel ops how the sync is, when that has changed: at most five times a second. Returns after how many ms to ask again; 0: not at all.';

CREATE OR REPLACE FUNCTION airtable.try_row(rows_of text, change jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform airtable.upsert_rows(rows_of, jsonb_build_array(change), true);
  raise exception using errcode = 'AL002', message = 'It would be written; it is taken back';
exception
  when sqlstate 'AL002' then return null;
  when data_exception or integrity_constraint_violation or program_limit_exceeded then return sqlerrm;
end
$function$;
comment on function airtable.try_row(text,jsonb) is 'Says why a record cannot be stored, in the table’s own words. Null: it can. Writes nothing.';

CREATE OR REPLACE FUNCTION airtable.unknown_records(rows_of text, changes jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  unknown text[];
begin
  execute format($query$
    select array_agg(c ->> 'airtable_id') from jsonb_array_elements($1) c
    left join public.%I t on t.airtable_id = c ->> 'airtable_id'
    where not coalesce((c ->> 'created')::boolean, false)
      and (t.id is null or t.airtable_edited_at is null or t.deleted_at is not null) $query$, rows_of)
  into unknown using changes;
  return coalesce(unknown, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.upsert_rows(rows_of text, changes jsonb, snapshot boolean DEFAULT false)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  columns text;
  filled text;
  assigned text;
  compared text;
  joins text := '';
  linked text := '';
  link record;
  written integer;
  named text[];
begin
  -- Locked first, so that the columns a change does not name are read as they will be when it is written, and nobody
  -- changes here what is compared with what came.
  perform airtable.adopt_records(rows_of, changes);
  execute format('select count(*) from (select from public.%I where airtable_id in (
    select c ->> ''airtable_id'' from jsonb_array_elements($1) c) order by id for update) locked', rows_of)
  using changes;
  changes := airtable.respect_outbox(rows_of, changes, snapshot);
  -- Asked once: to look for each column in thousands of records costs as much as to write them.
  named := array(select distinct k from jsonb_array_elements(changes) as c, jsonb_object_keys(c -> 'values') as k);

  -- The columns that a record fills, in the words of the statement below. A column that may not be null and that
  -- the record leaves empty takes its default.
  select
    string_agg(format('%I', a.attname), ', '),
    string_agg(case when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end, ', '),
    string_agg(format('%I = excluded.%I', a.attname, a.attname), ', '),
    string_agg(format('t.%I is distinct from excluded.%I', a.attname, a.attname), ' or ')
  into columns, filled, assigned, compared
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped
    and a.attname = any (named);

  -- A link column is one that refers to a mirrored table. What it is joined to gives the row's id.
  for link in
    select a.attname as col, p.relname as parent, 'p' || a.attnum as alias
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_catalog.pg_class p on p.oid = k.confrelid
    where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass
      and a.attname = any (named)
  loop
    perform airtable.stub_parents(link.parent, array(
      select distinct c -> 'values' ->> link.col from jsonb_array_elements(changes) c
      where c -> 'values' ->> link.col is not null));
    joins := joins || format(' left join public.%I %I on %2$I.airtable_id = c."values" ->> %L', link.parent, link.alias, link.col);
    linked := linked || format(' || case when %I.id is null then ''{}'' else jsonb_build_object(%L, %1$I.id) end', link.alias, link.col);
  end loop;

  execute format($query$
    insert into public.%1$I as t (id, airtable_id, airtable_edited_at, received_at, deleted_at %2$s)
    select coalesce(e.id, private.record_id(c.airtable_id)), c.airtable_id,
      case when $2 then greatest(e.airtable_edited_at, c.edited_at) else c.edited_at end, now(),
      case when c.created or e.id is null or e.airtable_edited_at is null then null else e.deleted_at end %3$s
    from jsonb_to_recordset($1) as c(airtable_id text, created boolean, edited_at timestamptz, "values" jsonb)
    left join public.%1$I e on e.airtable_id = c.airtable_id %6$s
    cross join lateral jsonb_populate_record(coalesce(e, null::public.%1$I), c."values" %7$s) as r
    on conflict (airtable_id) do update set
      airtable_edited_at = excluded.airtable_edited_at, received_at = excluded.received_at,
      deleted_at = excluded.deleted_at %4$s
    where (t.airtable_edited_at is null or t.airtable_edited_at <= excluded.airtable_edited_at)
      and (t.airtable_edited_at is null or t.deleted_at is distinct from excluded.deleted_at %5$s
        -- What a snapshot brought before its payload came: now the time of the edit is known.
        or (not $2 and t.airtable_edited_at < excluded.airtable_edited_at))
  $query$, rows_of, ', ' || columns, ', ' || filled, ', ' || assigned, ' or ' || compared, joins, linked)
  using changes, snapshot;
  get diagnostics written = row_count;
  return written;
end
$function$;
comment on function airtable.upsert_rows(text,jsonb,boolean) is 'Writes records to a mirrored table. Returns how many rows changed. What is older than the row is left out.';

CREATE OR REPLACE FUNCTION airtable.upsert_rows_or_refuse(rows_of text, changes jsonb, snapshot boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  change jsonb;
  written integer := 0;
  refused jsonb := '[]';
begin
  begin
    return jsonb_build_object('written', airtable.upsert_rows(rows_of, changes, snapshot), 'refused', refused);
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    null;
  end;
  for change in select c from jsonb_array_elements(changes) c loop
    begin
      written := written + airtable.upsert_rows(rows_of, jsonb_build_array(change), snapshot);
    exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
      refused := refused || jsonb_build_array(jsonb_build_object('airtable_id', change ->> 'airtable_id', 'reason', sqlerrm));
    end;
  end loop;
  return jsonb_build_object('written', written, 'refused', refused);
end
$function$;
comment on function airtable.upsert_rows_or_refuse(text,jsonb,boolean) is 'Writes records to a mirrored table; one that breaks a rule of the table does not keep the others out.';

CREATE OR REPLACE FUNCTION airtable.watch_canaries()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform airtable.give_up_rounds();
  delete from airtable.canary_rounds r where r.ended_at < now() - interval '7 days';
  perform airtable.tell_proof();
end
$function$;
comment on function airtable.watch_canaries() is 'Gives up the rounds that are late, and tells how it stands. Called after each drain, and by cron for when there is none.';

CREATE OR REPLACE FUNCTION airtable.without_drift(base text, rows_of text, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  left_alone constant text[] := array(
    select b.column_name from airtable.field_bindings b
    where b.base_id = base and b.table_name = rows_of and b.drift is not null);
begin
  if left_alone = '{}' then
    return changes;
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_set(c, '{values}', (c -> 'values') - left_alone)), '[]') from jsonb_array_elements(changes) as c
    where c -> 'values' = '{}' or (c -> 'values') - left_alone <> '{}');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.without_pending(rows_of text, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  settled jsonb;
begin
  if not exists (select from airtable.outbox o where o.open and o.table_name = rows_of) then
    return changes;
  end if;
  execute format($query$
    select jsonb_agg(case when p.columns is null then c else jsonb_set(c, '{values}', (c -> 'values') - p.columns) end)
    from jsonb_array_elements($1) as c
    left join public.%I t on t.airtable_id = c ->> 'airtable_id'
    left join lateral (
      select array_agg(f.column_name) as columns from airtable.outbox o join airtable.outbox_fields f on f.outbox_id = o.id
      where o.row_id = t.id and o.open and f.state = 'open') as p on true $query$, rows_of)
  into settled using changes;
  return coalesce(settled, '[]');
end
$function$;

CREATE OR REPLACE FUNCTION airtable.write_letters(webhook text, base text, letters jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if jsonb_array_length(letters) = 0 then
    return;
  end if;
  insert into airtable.dead_letters as open (webhook_id, payload_number, base_id, table_id, record_id, cells, columns, reason)
  select distinct on (l.record_id) webhook, l.payload_number, base, l.table_id, l.record_id, l.cells, l.columns, l.reason
  from jsonb_to_recordset(letters) as
    l(payload_number bigint, table_id text, record_id text, cells jsonb, columns text[], reason text)
  order by l.record_id, l.payload_number desc nulls last
  on conflict (record_id) where resolved_at is null do update set
    webhook_id = excluded.webhook_id, payload_number = excluded.payload_number,
    cells = open.cells || excluded.cells, reason = excluded.reason,
    columns = case when open.columns is not null and excluded.columns is not null
      then array(select distinct c from unnest(open.columns || excluded.columns) as c order by c) end;
  -- Whoever wrote these may not know yet that a field is followed no more. Whoever is finding that out is waited for, or
  -- waits, and forgives these too.
  perform from airtable.field_bindings b where b.base_id = base order by b.field_id for share;
  perform airtable.forgive_drift(base);
end
$function$;
comment on function airtable.write_letters(text,text,jsonb) is 'Adds to the open letter of a record, or opens one.';

-- on the platform's tables ------------------------------------------------------------------------

create policy "admins may say that they are here" on realtime.messages for insert to authenticated
  with check (extension = 'presence'::text AND (( SELECT realtime.topic() AS topic) IN ( SELECT m.topic
   FROM private.my_channels() m(name, topic, seq)
  WHERE m.name = 'presence:admins'::text)));
create policy "people hear the channels that they may join" on realtime.messages for select to authenticated
  using ((( SELECT realtime.topic() AS topic) IN ( SELECT m.topic
   FROM private.my_channels() m(name, topic, seq))));
