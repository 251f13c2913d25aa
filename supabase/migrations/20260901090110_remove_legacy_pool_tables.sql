-- Second step of the story: the pool tables go. Whether every startup may see a signal is a fact about the signal;
-- what one startup was given becomes signal_assignments, which says also by whom and whether it was seen.

create table public.signal_assignments (
  id uuid primary key default gen_random_uuid(),
  signal_id uuid not null references public.signals (id) on delete cascade,
  startup_id uuid not null references public.startups (id) on delete cascade,
  region public.region not null default 'unassigned',
  assigned_by uuid references auth.users (id) on delete set null,
  assigned_at timestamptz not null default now(),
  seen_at timestamptz,
  unique (signal_id, startup_id)
);
comment on table public.signal_assignments is 'Signals that staff handed to a startup.';
create index signal_assignments_startup_id_idx on public.signal_assignments (startup_id, assigned_at desc);
create index signal_assignments_region_idx on public.signal_assignments (region, assigned_at desc);
create index signal_assignments_assigned_by_idx on public.signal_assignments (assigned_by);

alter table public.signals add column is_public boolean not null default false;
update public.signals s set is_public = true where exists (select from public.public_signal_pool p where p.signal_id = s.id);
insert into public.signal_assignments (signal_id, startup_id, assigned_at)
select signal_id, startup_id, added_at from public.startup_signal_pool;

drop table public.public_signal_pool, public.startup_signal_pool;
