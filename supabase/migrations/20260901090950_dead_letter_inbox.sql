-- Dead letters and drift, as owners see and settle them.

alter table airtable.dead_letters add column ignored_at timestamptz;
comment on column airtable.dead_letters.ignored_at is 'An owner said that it may stay as it is. The next bad cell of the record opens another letter.';

-- Definer: owners see the state of the mirror through this alone.
create function private.dead_letters(state text, max integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.id), '[]') from (
      select d.id, d.base_id, d.table_id, d.record_id, d.webhook_id, d.payload_number, d.cells, d.columns, d.reason, d.created_at,
        d.resolved_at, d.ignored_at, private.record_id(d.record_id) as row_id,
        (select min(b.table_name) from airtable.field_bindings b where b.base_id = d.base_id and b.table_id = d.table_id) as table_name,
        exists (select from airtable.rereads r where r.record_id = d.record_id) as replaying,
        (select coalesce(jsonb_agg(jsonb_build_object('field_id', b.field_id, 'field', f.name, 'type', b.field_type,
            'column', b.column_name, 'drift', b.drift) order by b.column_name), '[]')
          from airtable.field_bindings b left join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
          where b.base_id = d.base_id and b.table_id = d.table_id) as mapping
      from airtable.dead_letters d
      where case dead_letters.state
        when 'open' then d.resolved_at is null
        when 'ignored' then d.ignored_at is not null
        when 'resolved' then d.resolved_at is not null and d.ignored_at is null
        else true end
      order by case when d.resolved_at is null then d.id else -d.id end limit least(greatest(max, 1), 200)
    ) as n);
end
$$;
grant execute on function private.dead_letters(text, integer) to authenticated;

create function public.dead_letters(state text default 'open', max integer default 100) returns jsonb
language sql stable set search_path = '' return private.dead_letters(state, max);
comment on function public.dead_letters(text, integer) is
  'Records that could not be applied: open, ignored or resolved ones, with raw cells, reason and mapping; the oldest open one first. Owners only.';
grant execute on function public.dead_letters(text, integer) to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.replay_dead_letters(ids bigint[]) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return (select count(*) filter (where n.asked) from (
    select airtable.retry_dead_letter(d.id) as asked from (
      select o.id from airtable.dead_letters o where o.resolved_at is null and (ids is null or o.id = any (ids)) order by o.id
    ) as d) as n);
end
$$;
grant execute on function private.replay_dead_letters(bigint[]) to authenticated;

create function public.replay_dead_letters(ids bigint[] default null) returns integer
language sql set search_path = '' return private.replay_dead_letters(ids);
comment on function public.replay_dead_letters(bigint[]) is
  'Has the records of these open letters (null: of all) read again, in order. Returns how many will be. Owners only.';
grant execute on function public.replay_dead_letters(bigint[]) to authenticated;

-- Definer: owners see the state of the mirror through this alone.
create function private.ignore_dead_letters(ids bigint[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  ignored integer;
begin
  perform private.require_owner();
  update airtable.dead_letters d set resolved_at = now(), ignored_at = now() where d.id = any (ids) and d.resolved_at is null;
  get diagnostics ignored = row_count;
  return ignored;
end
$$;
grant execute on function private.ignore_dead_letters(bigint[]) to authenticated;

create function public.ignore_dead_letters(ids bigint[]) returns integer
language sql set search_path = '' return private.ignore_dead_letters(ids);
comment on function public.ignore_dead_letters(bigint[]) is 'Closes open letters without storing anything. Returns how many were. Owners only.';
grant execute on function public.ignore_dead_letters(bigint[]) to authenticated;

-- Whether the table would take a record: null, or its own words. Nothing is written.
create function airtable.try_row(rows_of text, change jsonb) returns text
language plpgsql set search_path = '' as $$
begin
  perform airtable.upsert_rows(rows_of, jsonb_build_array(change), true);
  raise exception using errcode = 'AL002', message = 'It would be written; it is taken back';
exception
  when sqlstate 'AL002' then return null;
  when data_exception or integrity_constraint_violation or program_limit_exceeded then return sqlerrm;
end
$$;
comment on function airtable.try_row(text, jsonb) is 'Says why a record cannot be stored, in the table’s own words. Null: it can. Writes nothing.';

-- Definer: owners see the state of the mirror through this alone.
create function private.sync_drift() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_owner();
  return (
    select coalesce(jsonb_agg(to_jsonb(n) order by n.kind = 'renamed', n.at desc nulls last, n.table_name, n.column_name), '[]') from (
      select b.base_id, b.table_id, b.field_id, b.table_name, b.column_name, f.name as field, b.drift, b.drifted_at as at,
        case when b.drift like 'The table%' then 'table deleted' when b.drift like '%was deleted%' then 'deleted' else 'retyped' end as kind,
        '{}'::text[] as choices, null as renamed_from
      from airtable.field_bindings b left join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
      where b.drift is not null
      union all
      select b.base_id, b.table_id, b.field_id, b.table_name, b.column_name, f.name, null, f.seen_at, 'choices', f.unknown_choices, null
      from airtable.field_bindings b join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
      where b.drift is null and f.unknown_choices <> '{}'
      union all
      select b.base_id, b.table_id, b.field_id, b.table_name, b.column_name, f.name, null, f.renamed_at, 'renamed', '{}', f.renamed_from
      from airtable.field_bindings b join airtable.field_facts f on f.base_id = b.base_id and f.field_id = b.field_id
      where b.drift is null and f.renamed_from is not null
    ) as n);
end
$$;
grant execute on function private.sync_drift() to authenticated;

create function public.sync_drift() returns jsonb
language sql stable set search_path = '' return private.sync_drift();
comment on function public.sync_drift() is 'Fields of the base that were deleted, retyped or renamed, and choices that the mirror does not know. Owners only.';
grant execute on function public.sync_drift() to authenticated;
