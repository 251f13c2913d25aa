-- What the mirror remembers of its own work, and for how long.

create function airtable.forget_old_state() returns void
language sql set search_path = ''
begin atomic
  -- Longer than Airtable keeps a payload: none of these can come again.
  delete from airtable.receipts where applied_at < now() - interval '30 days';
  delete from airtable.runs where started_at < now() - interval '30 days' and state <> 'running';
  delete from airtable.dead_letters where resolved_at < now() - interval '30 days';
  -- No scan takes a day.
  delete from airtable.touches where touched_at < now() - interval '7 days';
end;
comment on function airtable.forget_old_state() is 'Trims receipts, runs and resolved dead letters to 30 days, touches to 7.';

-- On the platform pg_cron calls it; where that is missing, whoever runs the database has to.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron;
    perform cron.schedule('trim the mirror''s state', '37 3 * * *', 'select airtable.forget_old_state()');
  end if;
end
$$;
