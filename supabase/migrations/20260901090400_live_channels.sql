-- Every change is told once, in order, on numbered channels.
--
-- Statement triggers note which rows a transaction touched (live.touched). When it commits, one deferred trigger compares
-- who had been told of those rows (live.told) with who may know them now, writes one envelope per channel and event to
-- the log (live.changes), and hands the same envelope to Realtime. The log is the truth: a client that sees a number
-- missing reads it from there.

create table live.channels (
  name text primary key,
  -- Part of the topic. Raised when somebody loses the channel, so that their open socket hears nothing more. It starts at
  -- a time, so that a database made anew never continues an old topic.
  epoch bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  seq bigint not null default 0
);
comment on table live.channels is 'One row a channel. topic = name:epoch; seq is the number of the last message.';

create table live.changes (
  channel text not null references live.channels (name) on delete cascade,
  seq bigint not null,
  at timestamptz not null default now(),
  envelope jsonb not null,
  primary key (channel, seq)
);
comment on table live.changes is 'Every message of every channel, by number. Kept for 72 hours.';
create index changes_at_idx on live.changes (at);

create table live.told (
  entity text not null,
  id uuid not null,
  channel text not null,
  -- What is counted on a dashboard; null where nothing is.
  state text,
  primary key (entity, id, channel)
);
comment on table live.told is 'Which rows each channel knows now. The difference to what it may know is what it is told next.';

create table live.counts (
  channel text not null references live.channels (name) on delete cascade,
  entity text not null,
  state text not null,
  n bigint not null,
  primary key (channel, entity, state)
);
comment on table live.counts is 'How many rows of an entity are in a state, per channel. Always equal to counting them.';

create table live.memberships (
  person uuid not null,
  channel text not null,
  primary key (person, channel)
);
comment on table live.memberships is 'Which channels each person may join. The difference to private.channels_of is what they gained and lost.';

create table live.failures (
  at timestamptz not null default now(),
  channel text not null,
  seq bigint not null,
  error text not null
);
comment on table live.failures is 'Messages that Realtime refused. The change committed and is in the log; only the hint was lost.';

-- Rows live here from a statement to the end of its transaction, and nobody else ever sees them.
create unlogged table live.touched (
  id bigint generated always as identity primary key,
  entity text not null,
  ids uuid[] not null,
  -- Only what a startup or the pool sees of it has changed: a name behind a projection, not the row itself.
  portal_only boolean not null default false
);
comment on table live.touched is 'What the running transactions touched. Empty outside of them.';

alter table live.channels enable row level security;
alter table live.changes enable row level security;
alter table live.told enable row level security;
alter table live.counts enable row level security;
alter table live.memberships enable row level security;
alter table live.failures enable row level security;
alter table live.touched enable row level security;

insert into live.channels (name)
select 'region:' || r from unnest(enum_range(null::public.region)) as r
union all select unnest(array['network', 'ops', 'pool', 'presence:admins']);

-- Rights -----------------------------------------------------------------------------------------------------

-- Definer: reads admins, admin_regions and startup_members, which the caller may see only in part.
create function private.channels_of(person uuid) returns text[]
language sql stable security definer set search_path = ''
begin atomic
  select
    case when r.role is null then '{}'::text[]
      else array(select 'region:' || g from unnest(private.regions_of(person)) as g) || array['network', 'presence:admins']
    end
    || case when r.role = 'owner' then array['ops'] else '{}'::text[] end
    || array(select 'startup:' || t from unnest(r.startups) as t)
    || case when r.role is not null or r.startups <> '{}' then array['pool', 'user:' || person] else '{}'::text[] end
  from (select private.role_of(person) as role, private.startups_of(person) as startups) as r;
end;

-- Definer: reads live.channels, which nobody may see whole.
create function private.my_channels() returns table (name text, topic text, seq bigint)
language sql stable security definer set search_path = ''
begin atomic
  select c.name, c.name || ':' || c.epoch, c.seq
  from live.channels c
  where c.name = any (private.channels_of((select auth.uid())))
  order by c.name;
end;

-- Definer: reads the log, of which the caller may see the channels that they may join.
create function private.changes_since(channel text, after bigint, max integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
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
  if last_seq is null or after > last_seq or not exists (
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
$$;

grant execute on function private.channels_of(uuid), private.my_channels(), private.changes_since(text, bigint, integer)
  to authenticated;

create function public.my_channels() returns table (name text, topic text, seq bigint)
language sql stable set search_path = ''
begin atomic
  select m.name, m.topic, m.seq from private.my_channels() m;
end;
comment on function public.my_channels() is 'The channels that the caller may join, with their topics and last numbers.';

create function public.changes_since(channel text, after bigint, max integer default 200) returns jsonb
language sql stable set search_path = ''
return private.changes_since(channel, after, max);
comment on function public.changes_since(text, bigint, integer) is
  '{changes, seq}: envelopes after a number, oldest first, at most 1000; or {reset, seq} when the log does not reach back.';

grant execute on function public.my_channels(), public.changes_since(text, bigint, integer) to authenticated;

create policy "people hear the channels that they may join" on realtime.messages
  for select to authenticated
  using ((select realtime.topic()) in (select m.topic from private.my_channels() m));
create policy "admins may say that they are here" on realtime.messages
  for insert to authenticated
  with check (
    extension = 'presence'
    and (select realtime.topic()) in (select m.topic from private.my_channels() m where m.name = 'presence:admins')
  );

-- Telling ----------------------------------------------------------------------------------------------------

-- Who is told of a row, and what: the one definition of audiences. Beside each line stands in the policies, or in the
-- portal's projections, the same rule for who may select it.
create function live.audience(of_entity text, of_ids uuid[])
returns table (id uuid, channel text, record jsonb, state text)
language plpgsql stable set search_path = '' as $$
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
$$;

create function live.event_name(entity text, channel text, verb text) returns text
language sql immutable set search_path = ''
return case
  when channel = 'pool' then case verb when 'removed' then 'pool:removed' else 'pool:published' end
  when entity = 'assignment' and verb = 'created' then 'signal:assigned'
  when entity = 'match' and verb <> 'removed' then 'match:generated'
  else entity || ':' || verb
end;

-- Definer: whoever may change a row need not have rights on schema live.
create function live.note_touched() returns trigger
language plpgsql security definer set search_path = '' as $$
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
$$;

do $$
declare
  t record;
begin
  for t in select * from (values
    ('organizations', 'organization'), ('contacts', 'contact'), ('startups', 'startup'), ('signals', 'signal'),
    ('connections', 'connection'), ('interactions', 'interaction'), ('signal_assignments', 'assignment'),
    ('matches', 'match'), ('credit_changes', 'credit'), ('notifications', 'notification')
  ) as tables(name, entity) loop
    execute format('create trigger note_inserted after insert on public.%I referencing new table as new_rows
      for each statement execute function live.note_touched(%L)', t.name, t.entity);
    execute format('create trigger note_updated after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function live.note_touched(%L)', t.name, t.entity);
    execute format('create trigger note_deleted after delete on public.%I referencing old table as old_rows
      for each statement execute function live.note_touched(%L)', t.name, t.entity);
  end loop;
end
$$;

-- A projection shows names that belong to other rows. When such a row changes, the projected rows are noted too, and
-- locked, so that a transaction that changes them at the same time waits, and tells the newest of both.
-- Definer: as note_touched.
create function live.note_projections() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  changed uuid[];
  signal_ids uuid[];
  assignment_ids uuid[];
  connection_ids uuid[];
begin
  case tg_table_name
    when 'organizations' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id)
      where (n.name, n.deleted_at is null) is distinct from (o.name, o.deleted_at is null);
      signal_ids := array(select s.id from public.signals s where s.organization_id = any (changed) order by s.id for no key update);
      assignment_ids := array(select a.id from public.signal_assignments a where a.signal_id = any (signal_ids) order by a.id for no key update);
    when 'contacts' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id)
      where (n.full_name, n.title, n.email, n.phone, n.deleted_at is null)
        is distinct from (o.full_name, o.title, o.email, o.phone, o.deleted_at is null);
      connection_ids := array(select k.id from public.connections k where k.contact_id = any (changed) order by k.id for no key update);
    when 'signals' then
      select array_agg(n.id) into changed from new_rows n join old_rows o using (id) where n.* is distinct from o.*;
      assignment_ids := array(select a.id from public.signal_assignments a where a.signal_id = any (changed) order by a.id for no key update);
      connection_ids := array(select k.id from public.connections k where k.signal_id = any (changed) order by k.id for no key update);
  end case;
  insert into live.touched (entity, ids, portal_only)
  select t.entity, t.ids, true
  from (values ('signal', signal_ids), ('assignment', assignment_ids), ('connection', connection_ids)) as t(entity, ids)
  where cardinality(t.ids) > 0;
  return null;
end
$$;

create trigger note_projections after update on public.organizations
  referencing old table as old_rows new table as new_rows for each statement execute function live.note_projections();
create trigger note_projections after update on public.contacts
  referencing old table as old_rows new table as new_rows for each statement execute function live.note_projections();
create trigger note_projections after update on public.signals
  referencing old table as old_rows new table as new_rows for each statement execute function live.note_projections();

-- Definer: an owner who changes somebody's rights has none on schema live.
create function live.note_access() returns trigger
language plpgsql security definer set search_path = '' as $$
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
$$;
create trigger note_access after insert or update or delete on public.admins for each row execute function live.note_access();
create trigger note_access after insert or update or delete on public.admin_regions for each row execute function live.note_access();
create trigger note_access after insert or update or delete on public.startup_members for each row execute function live.note_access();

-- Rights first: from the commit on, nothing is sent on a topic that somebody who lost it could have joined.
create function live.publish_access(people uuid[]) returns void
language plpgsql set search_path = '' as $$
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
$$;

-- The change stands and is in the log, whatever Realtime says; clients find it there.
create function live.send(channel text, epoch bigint, seq bigint, event text, envelope jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform realtime.send(envelope, event, channel || ':' || epoch, true);
exception when others then
  insert into live.failures (channel, seq, error) values (channel, seq, sqlerrm);
end
$$;

-- Definer: publishing is the database's own act, whoever made the change.
create function live.publish() returns trigger
language plpgsql security definer set search_path = '' as $$
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
      select d.* from differing d join ids i on i.id = d.id
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
        case when t.verb <> 'removed' and count(*) <= max_records then jsonb_agg(t.record) end as records
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

  -- In name order, so that two transactions that share channels cannot wait for each other in a circle. Held to
  -- the end of the transaction: the next number of a channel is given only when this one is committed.
  perform from live.channels c
  where c.name in (
    select m ->> 'channel' from jsonb_array_elements(messages) m
    union select m ->> 'channel' from jsonb_array_elements(count_changes) m
    union select m.channel from live.memberships m
      where m.person = any (people) and not m.channel = any (private.channels_of(m.person))
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
  return null;
end
$$;

create constraint trigger publish after insert on live.touched
  deferrable initially deferred for each row execute function live.publish();

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

-- Numbers of the dashboard: sums of kept counts, so that they cost the same with a thousand rows and a million.
-- Definer: reads live.counts, of which the caller may see the channels that they may join.
create function private.dashboard_metrics() returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  with mine as (
    select k.entity, k.state, sum(k.n) as n
    from live.counts k
    where k.channel = any (private.channels_of((select auth.uid())))
    group by k.entity, k.state
    having sum(k.n) > 0
  )
  select jsonb_build_object(
    'connections_total', coalesce(sum(n) filter (where entity = 'connection'), 0),
    'pending_review', coalesce(sum(n) filter (where entity = 'connection' and state = 'pending_review'), 0),
    'successful_matches', coalesce(sum(n) filter (where entity = 'connection' and state = 'matched'), 0),
    'active_startups', coalesce(sum(n) filter (where entity = 'startup' and state = 'active'), 0),
    'signals_total', coalesce(sum(n) filter (where entity = 'signal'), 0),
    'status_distribution', coalesce(jsonb_object_agg(state, n) filter (where entity = 'connection'), '{}'),
    'signal_status_distribution', coalesce(jsonb_object_agg(state, n) filter (where entity = 'signal'), '{}'))
  from mine;
end;
grant execute on function private.dashboard_metrics() to authenticated;

create function public.dashboard_metrics() returns jsonb
language sql stable set search_path = ''
return private.dashboard_metrics();
comment on function public.dashboard_metrics() is 'Counts over what the caller may see: connections, pending review, active startups, matches, distributions.';
grant execute on function public.dashboard_metrics() to authenticated;
