-- Every change is told once, in order, on numbered channels.
--
-- Statement triggers note which rows a transaction touched and how they were before (live.touched). When it
-- commits, one deferred trigger compares that with the rows as they are now, writes one envelope per channel and
-- event to the log (live.changes), and hands the same envelope to Realtime. The log is the truth: a client that
-- sees a number missing reads it from there.

create table live.channels (
  name text primary key,
  -- Part of the topic. It starts at a time, so that a database made anew never continues an old topic.
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

create table live.counts (
  channel text not null references live.channels (name) on delete cascade,
  entity text not null,
  state text not null,
  n bigint not null,
  primary key (channel, entity, state)
);
comment on table live.counts is 'How many visible rows of an entity are in a state, per channel. Always equal to counting them.';

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
  table_name text not null,
  entity text not null,
  ids uuid[] not null,
  -- Before the statement: the channel that the row was told on, null if it was hidden or did not exist; its state.
  channels text[] not null,
  states text[] not null
);
comment on table live.touched is 'What the running transactions touched. Empty outside of them.';

alter table live.channels enable row level security;
alter table live.changes enable row level security;
alter table live.counts enable row level security;
alter table live.failures enable row level security;
alter table live.touched enable row level security;

insert into live.channels (name)
select 'region:' || r from unnest(enum_range(null::public.region)) as r
union all select unnest(array['network', 'ops', 'pool', 'presence:admins']);

-- Rights -----------------------------------------------------------------------------------------------------

-- Definer: reads admins and admin_regions, which the caller may see only in part.
create function private.channels_of(person uuid) returns text[]
language sql stable security definer set search_path = ''
begin atomic
  select case when private.role_of(person) is null then '{}'::text[]
    else array(select 'region:' || r from unnest(private.regions_of(person)) as r)
      || array['network', 'pool', 'presence:admins', 'user:' || person]
      || case when private.role_of(person) = 'owner' then array['ops'] else '{}'::text[] end
  end;
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

-- What the log needs to know of a table: where a row is told, and the state that is counted. One `case`, so that
-- a new table is one line here and one trigger below.
create function live.channel_of(entity text, record jsonb) returns text
language sql immutable set search_path = ''
return case
  when record ->> 'deleted_at' is not null then null
  when entity = 'startup' then 'network'
  else 'region:' || (record ->> 'region')
end;

create function live.state_of(entity text, record jsonb) returns text
language sql immutable set search_path = ''
return case entity
  when 'signal' then record ->> 'approval_status'
  when 'connection' then record ->> 'connection_status'
  when 'startup' then case when (record ->> 'is_active')::boolean then 'active' else 'inactive' end
  else 'all'
end;

-- Definer: whoever may change a row need not have rights on schema live.
create function live.note_touched() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into live.touched (table_name, entity, ids, channels, states)
    select tg_table_name, tg_argv[0], array_agg(n.id), array_agg(null::text), array_agg(null::text)
    from new_rows n having count(*) > 0;
  elsif tg_op = 'UPDATE' then
    insert into live.touched (table_name, entity, ids, channels, states)
    select tg_table_name, tg_argv[0], array_agg(o.id), array_agg(live.channel_of(tg_argv[0], o.record)), array_agg(live.state_of(tg_argv[0], o.record))
    from (
      select r.id, to_jsonb(r) as record from old_rows r join new_rows n on n.id = r.id where r.* is distinct from n.*
    ) as o having count(*) > 0;
  else
    insert into live.touched (table_name, entity, ids, channels, states)
    select tg_table_name, tg_argv[0], array_agg(o.id), array_agg(live.channel_of(tg_argv[0], o.record)), array_agg(live.state_of(tg_argv[0], o.record))
    from (select r.id, to_jsonb(r) as record from old_rows r) as o having count(*) > 0;
  end if;
  return null;
end
$$;

do $$
declare
  t record;
begin
  for t in select * from (values
    ('organizations', 'organization'), ('contacts', 'contact'), ('startups', 'startup'),
    ('signals', 'signal'), ('connections', 'connection'), ('interactions', 'interaction')
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

-- Definer: publishing is the database's own act, whoever made the change.
create function live.publish() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  -- Above these a message says only that there is something to fetch.
  max_records constant integer := 50;
  max_bytes constant integer := 100000;
  touched record;
  message record;
  count_changes jsonb := '[]';
  messages jsonb := '[]';
  found_here jsonb;
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

  for touched in select distinct table_name, entity from live.touched loop
    execute format($query$
      with before as (
        select distinct on (u.id) u.id, u.channel, u.state
        from live.touched t, unnest(t.ids, t.channels, t.states) as u(id, channel, state)
        where t.entity = $1
        order by u.id, t.id
      ), after as (
        select b.id, b.channel as old_channel, b.state as old_state, to_jsonb(r) as record,
          live.channel_of($1, to_jsonb(r)) as channel, live.state_of($1, to_jsonb(r)) as state
        from before b left join public.%I r on r.id = b.id
      ), told as (
        select id, channel, record, case when old_channel is null then 'created' else 'updated' end as verb
        from after where channel is not null
        union all
        select id, old_channel, null, 'removed'
        from after where old_channel is not null and old_channel is distinct from channel
      ), per_message as (
        select channel, $1 || ':' || verb as event,
          case verb when 'removed' then 0 when 'created' then 1 else 2 end as rank,
          jsonb_agg(id) as ids, count(*) as n,
          max(record ->> 'airtable_edited_at') as edited_at, max(record ->> 'received_at') as received_at,
          case when verb <> 'removed' and count(*) <= $2 then jsonb_agg(record) end as records
        from told group by channel, verb
      ), counted as (
        select channel, state, sum(n) as n from (
          select old_channel as channel, old_state as state, -1 as n from after where old_channel is not null
          union all
          select channel, state, 1 from after where channel is not null
        ) as steps group by channel, state having sum(n) <> 0
      )
      select jsonb_build_object(
        'messages', coalesce((select jsonb_agg(to_jsonb(m)) from per_message m), '[]'),
        'counts', coalesce((select jsonb_agg(to_jsonb(c) || jsonb_build_object('entity', $1)) from counted c), '[]'))
    $query$, touched.table_name)
    into found_here using touched.entity, max_records;
    messages := messages || (found_here -> 'messages');
    count_changes := count_changes || (found_here -> 'counts');
  end loop;
  delete from live.touched;

  -- In name order, so that two transactions that share channels cannot wait for each other in a circle. Held to
  -- the end of the transaction: the next number of a channel is given only when this one is committed.
  perform from live.channels c
  where c.name in (
    select m ->> 'channel' from jsonb_array_elements(messages) m
    union select m ->> 'channel' from jsonb_array_elements(count_changes) m)
  order by c.name for no key update;

  insert into live.counts as kept (channel, entity, state, n)
  select c ->> 'channel', c ->> 'entity', c ->> 'state', (c ->> 'n')::bigint from jsonb_array_elements(count_changes) c
  on conflict (channel, entity, state) do update set n = kept.n + excluded.n;

  for message in
    select * from (
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
    begin
      perform realtime.send(envelope, message.event, message.channel || ':' || channel_epoch, true);
    exception when others then
      -- The change stands and is in the log; clients find it there.
      insert into live.failures (channel, seq, error) values (message.channel, next_seq, sqlerrm);
    end;
  end loop;
  return null;
end
$$;

create constraint trigger publish after insert on live.touched
  deferrable initially deferred for each row execute function live.publish();

-- The person's own channel exists from the moment they are on the team.
create function live.open_user_channel() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into live.channels (name) values ('user:' || new.user_id) on conflict do nothing;
  return null;
end
$$;
comment on function live.open_user_channel() is 'Definer: an owner who adds a person has no rights on schema live.';
create trigger open_user_channel after insert on public.admins for each row execute function live.open_user_channel();

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
