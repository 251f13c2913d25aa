-- "While you were away": how much changed, and a few names, in one answer however long the log is.

-- At most this many entries of a channel are looked at, the newest; more are told as "more than".
create function private.digest_depth() returns integer language sql immutable set search_path = '' return 2000;

-- Definer: the log is open to nobody. It tells what changes_since() would, to whom it would.
create function private.changes_digest(after jsonb) returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  with asked as (
    select m.channel, greatest(m.since, a.value::bigint) as seq
    from jsonb_each_text(after) as a
    join live.memberships m on m.channel = a.key and m.person = (select auth.uid())
    where a.key = any (private.channels_of((select auth.uid()))) and a.value ~ '^[0-9]{1,15}$'
  ), entries as (
    select l.envelope, l.at, l.nr
    from asked
    cross join lateral (
      select c.envelope, c.at, row_number() over (order by c.seq desc) as nr
      from live.changes c where c.channel = asked.channel and c.seq > asked.seq
      order by c.seq desc limit (private.digest_depth() + 1)
    ) as l
  ), told as (
    select envelope ->> 'event' as event, at, envelope from entries
    where nr <= private.digest_depth()
      and (envelope ->> 'event') ~ '^(signal|match|connection|organization|contact|interaction|startup|pool):'
      and (envelope ->> 'actor') is distinct from (select auth.uid())::text
  ), counted as (
    select t.event, count(distinct i.id) as rows, max(t.at) as at
    from told t cross join lateral jsonb_array_elements_text(t.envelope -> 'ids') as i (id)
    group by t.event
  ), named as (
    select n.event, jsonb_agg(n.title order by n.nr) as titles
    from (
      select x.event, x.title, row_number() over (partition by x.event order by x.at desc) as nr
      from (
        select t.event, max(t.at) as at,
          left(coalesce(r.record ->> 'title', r.record ->> 'name', r.record ->> 'full_name', r.record ->> 'signal_identifier'), 120) as title
        from told t cross join lateral jsonb_array_elements(coalesce(nullif(t.envelope -> 'records', 'null'), '[]')) as r (record)
        group by t.event, 3
      ) as x
      where x.title is not null
    ) as n
    where n.nr <= 3
    group by n.event
  )
  select jsonb_build_object(
    'lines', coalesce((
      select jsonb_agg(jsonb_build_object('event', c.event, 'rows', c.rows, 'at', c.at, 'titles', coalesce(n.titles, '[]'))
        order by c.rows desc, c.event)
      from counted c left join named n using (event)), '[]'),
    'complete', not exists (select from entries where nr > private.digest_depth()));
end;
grant execute on function private.changes_digest(jsonb) to authenticated;

create function public.changes_digest(after jsonb) returns jsonb
language sql stable set search_path = ''
return private.changes_digest(after);
comment on function public.changes_digest(jsonb) is
  'What others changed after {channel: number}, of the channels that the caller may join: {lines: [{event, rows, at, titles}], complete}. Most rows first, at most three titles each, newest first; not complete when a channel had more than 2000 changes.';
grant execute on function public.changes_digest(jsonb) to authenticated;
