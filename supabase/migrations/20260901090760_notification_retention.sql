-- What was read is kept for 90 days, what was not for a year.

create function live.forget_old_notifications() returns bigint
language sql set search_path = ''
begin atomic
  with gone as (
    delete from public.notifications n
    where n.read_at < now() - interval '90 days' or n.created_at < now() - interval '1 year'
    returning 1
  )
  select count(*) from gone;
end;
comment on function live.forget_old_notifications() is
  'Deletes notifications that were read 90 days ago or are a year old. Returns how many. Called with live.forget_old_changes().';

do $$
begin
  if exists (select from pg_extension where extname = 'pg_cron') then
    perform cron.schedule('forget old notifications', '23 3 * * *', 'select live.forget_old_notifications()');
  end if;
end
$$;
