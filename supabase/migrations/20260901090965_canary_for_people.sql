-- Who is told of the canary, who may ask, and who may switch it.

-- Definer: staff see of the mirror's state what this gives.
create function private.live_proof() returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  select airtable.proof() || jsonb_build_object('at', clock_timestamp()) where private.my_role() is not null;
end;
grant execute on function private.live_proof() to authenticated;

create function public.live_proof() returns jsonb
language sql stable set search_path = '' return private.live_proof();
comment on function public.live_proof() is 'When the way to Airtable and back was last proven, as airtable:canary:changed tells it. Staff; null for everybody else.';
grant execute on function public.live_proof() to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.sync_canaries() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(jsonb_build_object('base_id', b.base_id, 'is_on', coalesce(c.is_on, false),
      'every_minutes', coalesce(c.every_minutes, 5), 'on_since', c.on_since, 'under_way', coalesce(c.under_way, false),
      'sent_at', c.sent_at, 'next_at', c.next_at, 'proven_at', c.proven_at, 'round_trip_ms', c.round_trip_ms,
      'failing_since', c.failing_since, 'failed_at', c.failed_at, 'error', airtable.canary_trouble(c), 'rounds', (
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'sent_at', r.sent_at, 'ended_at', r.ended_at,
          'round_trip_ms', r.round_trip_ms, 'error', r.error) order by r.id desc), '[]')
        from (select n.* from airtable.canary_rounds n where n.base_id = b.base_id order by n.id desc limit 12) as r)
      ) order by b.base_id), '[]')
    from (select distinct f.base_id from airtable.field_bindings f) as b left join airtable.canaries c on c.base_id = b.base_id);
end
$$;
grant execute on function private.sync_canaries() to authenticated;

create function public.sync_canaries() returns jsonb
language sql stable set search_path = '' return private.sync_canaries();
comment on function public.sync_canaries() is 'The canary of each base that is connected, with its last rounds. Owners only.';
grant execute on function public.sync_canaries() to authenticated;

-- Definer: owners have no rights on schema airtable.
create function private.set_canary(base text, switched_on boolean, minutes integer) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_owner();
  if not exists (select from airtable.field_bindings b where b.base_id = base) then
    raise no_data_found using message = 'No such base is connected', hint = 'Run npm run airtable:connect.';
  end if;
  if minutes not in (1, 5, 15) then
    raise check_violation using message = 'A canary flies every 1, 5 or 15 minutes', hint = 'Choose one of these.';
  end if;
  insert into airtable.canaries (base_id) values (base) on conflict do nothing;
  -- A new beginning, and nothing left of what was sent before it was switched off.
  update airtable.canaries c set is_on = switched_on, on_since = case when switched_on then now() end, nonce = null,
    under_way = false, proven_at = null, round_trip_ms = null, failing_since = null, failed_at = null, error = null
  where c.base_id = base and c.is_on <> switched_on;
  update airtable.canaries c set every_minutes = minutes, next_at = now() where c.base_id = base;
  perform airtable.tell_proof();
  if switched_on then
    perform airtable.call_push(base);
  end if;
end
$$;
grant execute on function private.set_canary(text, boolean, integer) to authenticated;

create function public.set_canary(base text, switched_on boolean, minutes integer) returns void
language sql volatile set search_path = ''
begin atomic
  select private.set_canary(base, switched_on, minutes);
end;
comment on function public.set_canary(text, boolean, integer) is
  'Switches the canary of a base on or off, and says every how many minutes it flies: 1, 5 or 15. Owners only.';
grant execute on function public.set_canary(text, boolean, integer) to authenticated;

-- Definer: owners have no rights on schema airtable.
create function private.fly_canary(base text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_owner();
  update airtable.canaries c set next_at = now() where c.base_id = base and c.is_on and not c.under_way;
  if not found then
    return false;
  end if;
  perform airtable.call_push(base);
  return true;
end
$$;
grant execute on function private.fly_canary(text) to authenticated;

create function public.fly_canary(base text) returns boolean
language sql volatile set search_path = ''
begin atomic
  select private.fly_canary(base);
end;
comment on function public.fly_canary(text) is 'Has the canary of a base fly now; false when it is off, or on its way. Owners only.';
grant execute on function public.fly_canary(text) to authenticated;
