-- The log is kept for 72 hours.

create function live.forget_old_changes() returns bigint
language sql set search_path = ''
begin atomic
  with gone as (delete from live.changes where at < now() - interval '72 hours' returning 1) select count(*) from gone;
end;
comment on function live.forget_old_changes() is
  'Trims the log to 72 hours. A client that was away for longer is told to start anew. Returns how many went.';

-- On the platform pg_cron calls it; where that is missing, whoever runs the database has to.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron;
    perform cron.schedule('trim the live log', '17 * * * *', 'select live.forget_old_changes()');
  end if;
end
$$;
