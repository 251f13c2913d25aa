-- What a transaction touched becomes numbered messages when it commits.

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

  perform live.find_projections();
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
      select d.*, count(*) over (partition by d.channel, d.verb) as together
      from differing d join ids i on i.id = d.id
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
        -- Filtered, not chosen afterwards: thousands of rows would be put together only to be left out.
        jsonb_agg(t.record) filter (where t.verb <> 'removed' and t.together <= max_records) as records
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

  -- A message for a channel that nobody could ever join is dropped, but not while the first one to join it is coming.
  if exists (
    select from unnest(people) as p, unnest(private.channels_of(p)) as g
    where not exists (select from live.channels c where c.name = g)
  ) then
    perform pg_advisory_xact_lock(hashtextextended('live.channels', 17));
  elsif exists (
    select from jsonb_array_elements(messages) m
    where not exists (select from live.channels c where c.name = m ->> 'channel')
  ) then
    perform pg_advisory_xact_lock_shared(hashtextextended('live.channels', 17));
  end if;

  -- In name order, so that two transactions that share channels cannot wait for each other in a circle. Held to
  -- the end of the transaction: the next number of a channel is given only when this one is committed.
  perform from live.channels c
  where c.name in (
    select m ->> 'channel' from jsonb_array_elements(messages) m
    union select m ->> 'channel' from jsonb_array_elements(count_changes) m
    union select m.channel from live.memberships m
      where m.person = any (people) and not m.channel = any (private.channels_of(m.person))
    union select g from unnest(people) as p, unnest(private.channels_of(p)) as g
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

  -- After the messages of this transaction: what goes away with it a newcomer never saw.
  update live.memberships m set since = c.seq from live.channels c
  where m.person = any (people) and m.since is null and c.name = m.channel;
  return null;
end
$$;

create constraint trigger publish after insert on live.touched
  deferrable initially deferred for each row execute function live.publish();
