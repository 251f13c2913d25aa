-- A notification may stand for many things of a kind, and a person has one rule an event: '*' for what holds of all.

alter table public.notifications
  add column count integer not null default 1 check (count > 0),
  add column regions public.region[] not null default '{}';
comment on column public.notifications.count is 'How many things it tells of. Of more than one, entity_id is there if they share it.';

alter table public.notification_rules
  add column muted boolean not null default false,
  add column digest text not null default 'off' check (digest in ('off', 'hourly', 'daily')),
  add unique (user_id, event),
  add check (jsonb_typeof(filter) = 'object');
drop index public.notification_rules_user_id_idx;
comment on column public.notification_rules.filter is
  '{urgencies: [urgency], regions: [region]}: only these. What is not named, and news that has none, passes.';
comment on column public.notification_rules.muted is 'Nothing of the event is made. Sound, desktop, quiet hours and digest are how the reader''s page tells what was made.';
