-- When a base is compared with its mirror without being asked: every night, and after a webhook was made anew.

-- The first hours of the night, in UTC.
create function airtable.reconcile_nightly() returns integer
language plpgsql set search_path = '' as $$
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
$$;
comment on function airtable.reconcile_nightly() is
  'Begins a comparison of each base that had none since 2 in the night. The next drain does the work. Safe to call at any time.';

-- On the platform pg_cron calls it; where that is missing, whoever runs the database has to.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron;
    perform cron.schedule('compare the mirror', '7 * * * *', 'select airtable.reconcile_nightly()');
  end if;
end
$$;

-- The log of a new webhook begins with it; that the scan has found what was missed in between is to be shown.
create function airtable.reconcile_after_recovery() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from airtable.webhooks w where w.base_id = new.base_id and w.created_at >= new.started_at) then
    perform airtable.begin_reconciliation(new.base_id, 'A webhook was made anew');
  end if;
  return null;
end
$$;
create trigger reconcile_after_recovery after update of state on airtable.runs
  for each row when (new.kind = 'backfill' and old.state = 'running' and new.state = 'succeeded')
  execute function airtable.reconcile_after_recovery();
