-- Who may join which channel, and how one catches up with it.

-- Definer: reads admins, admin_regions and startup_members, which the caller may see only in part.
create function private.channels_of(person uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select
      case when r.role is null then '{}'::text[]
        else array(select 'region:' || g from unnest(private.regions_of(person)) as g) || array['network', 'presence:admins']
      end
      || case when r.role = 'owner' then array['ops'] else '{}'::text[] end
      || array(select 'startup:' || t from unnest(r.startups) as t)
      || case when r.role is not null or r.startups <> '{}' then array['pool', 'user:' || person] else '{}'::text[] end
    from (select private.role_of(person) as role, private.startups_of(person) as startups) as r
  );
end
$$;

-- Definer: reads live.channels, which nobody may see whole.
create function private.my_channels() returns table (name text, topic text, seq bigint)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select c.name, c.name || ':' || c.epoch, c.seq
  from live.channels c
  where c.name = any ((select private.channels_of((select auth.uid())))::text[])
  order by c.name;
end
$$;

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
  if last_seq is null or after > last_seq or after < (
    select m.since from live.memberships m where m.person = (select auth.uid()) and m.channel = changes_since.channel
  ) or not exists (
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
