-- A row's region is its organization's, however far above it stands. It is worked out when the row is written
-- (before triggers) and again when the row above it moves (after triggers, one statement a table), so that no
-- order of arrival makes a difference.
--
-- A move reaches only the rows that it can see, and one that is being added cannot be seen yet: rows are added, or hung
-- elsewhere, while nothing moves. One advisory lock for all of it, not the row above: that one is often written by the
-- same transaction a moment later, and two that had shared it would wait for each other.
create function private.hold_regions(moves boolean, adds boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if moves then
    perform pg_advisory_xact_lock(hashtextextended('regions', 17));
  elsif adds then
    perform pg_advisory_xact_lock_shared(hashtextextended('regions', 17));
  end if;
end
$$;

create function private.hold_regions_for_move() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.hold_regions(true, false);
  return new;
end
$$;
create trigger hold_regions before update on public.organizations
  for each row when (old.region is distinct from new.region) execute function private.hold_regions_for_move();

create function private.set_region_from_organization() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform private.hold_regions(
    tg_op = 'UPDATE' and new.organization_id is distinct from old.organization_id, tg_op = 'INSERT');
  new.region = coalesce((select region from public.organizations where id = new.organization_id), 'unassigned');
  return new;
end
$$;

create function private.set_region_of_connection() returns trigger
language plpgsql set search_path = '' as $$
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
$$;

create function private.set_region_of_interaction() returns trigger
language plpgsql set search_path = '' as $$
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
$$;

create function private.set_region_from_signal() returns trigger
language plpgsql set search_path = '' as $$
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
$$;

create trigger set_region before insert or update on public.contacts
  for each row execute function private.set_region_from_organization();
create trigger set_region before insert or update on public.signals
  for each row execute function private.set_region_from_organization();
create trigger set_region before insert or update on public.connections
  for each row execute function private.set_region_of_connection();
create trigger set_region before insert or update on public.interactions
  for each row execute function private.set_region_of_interaction();
create trigger set_region before insert or update on public.signal_assignments
  for each row execute function private.set_region_from_signal();
create trigger set_region before insert or update on public.matches
  for each row execute function private.set_region_from_signal();

-- Arguments of the trigger: pairs of the table below and its column that points here. Writing the column onto
-- itself is enough: the row's own trigger works the region out.
create function private.carry_region_down() returns trigger
language plpgsql set search_path = '' as $$
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
$$;

create trigger carry_region_down after update on public.organizations
  referencing old table as old_rows new table as new_rows for each statement
  execute function private.carry_region_down('contacts', 'organization_id', 'signals', 'organization_id', 'connections', 'organization_id');
create trigger carry_region_down after update on public.contacts
  referencing old table as old_rows new table as new_rows for each statement
  execute function private.carry_region_down('interactions', 'contact_id');
create trigger carry_region_down after update on public.signals
  referencing old table as old_rows new table as new_rows for each statement
  execute function private.carry_region_down('connections', 'signal_id', 'signal_assignments', 'signal_id', 'matches', 'signal_id');
create trigger carry_region_down after update on public.connections
  referencing old table as old_rows new table as new_rows for each statement
  execute function private.carry_region_down('interactions', 'connection_id');
