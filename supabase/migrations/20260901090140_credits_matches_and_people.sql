-- What the first system only planned: a ledger of credits, explained matches, the people of startups, and what each
-- person keeps for themself.

create type public.credit_kind as enum ('public_signal_request', 'assigned_signal_request');

create table public.credit_configurations (
  kind public.credit_kind primary key,
  cost integer not null check (cost >= 0),
  updated_at timestamptz not null default now()
);
comment on table public.credit_configurations is 'What a startup pays for a request of each kind, in credits.';

create table public.credit_changes (
  id uuid primary key default gen_random_uuid(),
  startup_id uuid not null references public.startups (id) on delete cascade,
  delta integer not null check (delta <> 0),
  -- After this change; the newest one equals startups.credits.
  balance integer not null check (balance >= 0),
  reason text not null check (length(reason) between 1 and 500),
  signal_id uuid references public.signals (id) on delete set null,
  actor uuid references auth.users (id) on delete set null,
  at timestamptz not null default now()
);
comment on table public.credit_changes is 'The ledger: every grant and every spending of credits. Rows are never changed.';
create index credit_changes_startup_id_at_idx on public.credit_changes (startup_id, at desc);
create index credit_changes_signal_id_idx on public.credit_changes (signal_id);
create index credit_changes_actor_idx on public.credit_changes (actor);

create table public.matches (
  id uuid primary key default gen_random_uuid(),
  signal_id uuid not null references public.signals (id) on delete cascade,
  startup_id uuid not null references public.startups (id) on delete cascade,
  region public.region not null default 'unassigned',
  score double precision not null check (score between 0 and 1),
  -- The parts of the score in words and numbers, as the page shows them.
  rationale jsonb not null,
  generated_at timestamptz not null default now(),
  unique (signal_id, startup_id)
);
comment on table public.matches is 'How well a startup suits a signal, and why.';
create index matches_startup_id_idx on public.matches (startup_id);
create index matches_region_idx on public.matches (region, generated_at desc);

create table public.startup_members (
  user_id uuid not null references auth.users (id) on delete cascade,
  startup_id uuid not null references public.startups (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, startup_id)
);
comment on table public.startup_members is 'Who sees a startup''s side of the portal.';
create index startup_members_startup_id_idx on public.startup_members (startup_id);

create type public.severity as enum ('info', 'success', 'warning', 'critical');

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null check (length(kind) between 1 and 100),
  title text not null check (length(title) between 1 and 300),
  body text check (length(body) <= 2000),
  entity text,
  entity_id uuid,
  severity public.severity not null default 'info',
  created_at timestamptz not null default now(),
  read_at timestamptz
);
comment on table public.notifications is 'What a person is told. Each sees their own.';
create index notifications_user_id_created_at_idx on public.notifications (user_id, created_at desc);
create index notifications_unread_idx on public.notifications (user_id) where read_at is null;

create table public.notification_rules (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  event text not null check (length(event) between 1 and 100),
  filter jsonb not null default '{}',
  sound boolean not null default false,
  desktop boolean not null default false,
  quiet_from time,
  quiet_until time,
  created_at timestamptz not null default now(),
  check ((quiet_from is null) = (quiet_until is null))
);
comment on table public.notification_rules is 'What a person wants to be told, and how loudly. Silent unless set.';
create index notification_rules_user_id_idx on public.notification_rules (user_id);

create table public.saved_views (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  page text not null check (page ~ '^[a-z-]{1,50}$'),
  name text not null check (length(name) between 1 and 100),
  query text not null check (length(query) <= 2000),
  created_at timestamptz not null default now(),
  unique (user_id, page, name)
);
comment on table public.saved_views is 'Filters and sort of a list page under a name, as the query of its URL.';

create table public.activity (
  id bigint generated always as identity primary key,
  entity text not null,
  entity_id uuid not null,
  -- Of the row at that time; null for what belongs to the whole network.
  region public.region,
  action text not null check (action in ('created', 'updated', 'removed', 'restored')),
  -- {column: [old, new]}
  changes jsonb not null default '{}',
  source text not null,
  actor uuid references auth.users (id) on delete set null,
  at timestamptz not null default now()
);
comment on table public.activity is 'Who changed which field from what to what, and from where. Written by triggers, never changed.';
-- As the lists: the order leads, the region is read in the index.
create index activity_at_idx on public.activity (at desc, id, region);
create index activity_entity_idx on public.activity (entity, entity_id, at desc);
create index activity_actor_idx on public.activity (actor);
