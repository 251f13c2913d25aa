-- Who changed which field from what to what, and from where: noted by the database itself, so that no way of changing a
-- row leaves it out. Set-based: a statement that changes ten thousand rows is one insert here.

-- Bookkeeping is no news, and a region follows its organization.
create function private.field_changes(before jsonb, after jsonb) returns jsonb
language sql immutable set search_path = ''
begin atomic
  select coalesce(jsonb_object_agg(a.key, jsonb_build_array(before -> a.key, a.value)), '{}')
  from jsonb_each(after) as a
  where before -> a.key is distinct from a.value
    and a.key <> all (array['updated_at', 'received_at', 'airtable_edited_at', 'deleted_at', 'region', 'last_credit_change']);
end;

-- Definer: nobody has the right to write history.
create function private.note_activity() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  who uuid := auth.uid();
  origin text := coalesce(nullif(current_setting('live.source', true), ''), case when who is null then 'system' else 'admin' end);
begin
  if tg_op = 'INSERT' then
    -- A seed or a scan makes rows by the thousand: that they exist is all there is to say.
    if origin = 'system' then
      return null;
    end if;
    insert into public.activity (entity, entity_id, region, action, source, actor)
    select tg_argv[0], n.id, (to_jsonb(n) ->> 'region')::public.region, 'created', origin, who
    from new_rows n where to_jsonb(n) ->> 'deleted_at' is null;
  elsif tg_op = 'UPDATE' then
    insert into public.activity (entity, entity_id, region, action, changes, source, actor)
    select tg_argv[0], c.id, c.region, c.action, c.changes, origin, who
    from (
      select n.id, (n.record ->> 'region')::public.region as region,
        private.field_changes(o.record, n.record) as changes,
        case
          when o.record ->> 'deleted_at' is null and n.record ->> 'deleted_at' is not null then 'removed'
          -- A stub that comes to life was never here before.
          when o.record ->> 'deleted_at' is not null and n.record ->> 'deleted_at' is null
            then case when o.record ->> 'airtable_edited_at' is null then 'created' else 'restored' end
          else 'updated'
        end as action,
        n.record ->> 'deleted_at' is not null and o.record ->> 'deleted_at' is not null as unseen
      from (select r.id, to_jsonb(r) as record from new_rows r) as n
      join (select r.id, to_jsonb(r) as record from old_rows r) as o on o.id = n.id
    ) as c
    where not c.unseen and (c.action <> 'updated' or c.changes <> '{}');
  else
    insert into public.activity (entity, entity_id, region, action, source, actor)
    select tg_argv[0], o.id, (to_jsonb(o) ->> 'region')::public.region, 'removed', origin, who
    from old_rows o where to_jsonb(o) ->> 'deleted_at' is null;
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
    ('connections', 'connection'), ('interactions', 'interaction'), ('signal_assignments', 'assignment')
  ) as tables(name, entity) loop
    execute format('create trigger record_inserted after insert on public.%I referencing new table as new_rows
      for each statement execute function private.note_activity(%L)', t.name, t.entity);
    execute format('create trigger record_updated after update on public.%I referencing old table as old_rows new table as new_rows
      for each statement execute function private.note_activity(%L)', t.name, t.entity);
    execute format('create trigger record_deleted after delete on public.%I referencing old table as old_rows
      for each statement execute function private.note_activity(%L)', t.name, t.entity);
  end loop;
end
$$;
