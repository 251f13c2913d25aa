-- How records become rows: one statement a table, the newest wins, in SQL.

create function airtable.stub_parents(parents text, airtable_ids text[]) returns void
language plpgsql set search_path = '' as $$
begin
  execute format(
    'insert into public.%I (id, airtable_id, deleted_at)
     select private.record_id(a), a, now() from unnest($1) as a
     where not exists (select from public.%I p where p.airtable_id = a)
     order by a on conflict (airtable_id) do nothing', parents, parents)
  using airtable_ids;
end
$$;
comment on function airtable.stub_parents(text, text[]) is
  'Makes hidden rows for records that others link to and that have not come yet.';

-- A change is {airtable_id, created, edited_at, values: {column: value}}, at most one a record. Columns that are
-- not named keep what they hold. Link columns hold the record id of the linked record, or null.
--
-- edited_at is the source version. A payload's is when Airtable made the edit: what is older than the row is left out.
-- A snapshot (a record read over REST) has none: it is kept off what is newer by airtable.apply_snapshot, and must not
-- claim a time either, or it would shut out the payloads that it was read before. It leaves the row's version as it is,
-- or lifts it to edited_at, which is no later than any payload still to come.
create function airtable.upsert_rows(rows_of text, changes jsonb, snapshot boolean default false) returns integer
language plpgsql set search_path = '' as $$
declare
  columns text;
  filled text;
  assigned text;
  compared text;
  link record;
  written integer;
begin
  -- The columns that a record fills, in the words of the statement below. A column that may not be null and that
  -- the record leaves empty takes its default.
  select
    string_agg(format('%I', a.attname), ', '),
    string_agg(case when d.adbin is null then format('r.%I', a.attname)
      else format('coalesce(r.%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)) end, ', '),
    string_agg(format('%I = excluded.%I', a.attname, a.attname), ', '),
    string_agg(format('t.%I is distinct from excluded.%I', a.attname, a.attname), ' or ')
  into columns, filled, assigned, compared
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = format('public.%I', rows_of)::regclass and a.attnum > 0 and not a.attisdropped
    and exists (select from jsonb_array_elements(changes) c where c -> 'values' ? a.attname);

  -- A link column is one that refers to a mirrored table.
  for link in
    select a.attname as col, p.relname as parent
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_catalog.pg_class p on p.oid = k.confrelid
    where k.contype = 'f' and k.conrelid = format('public.%I', rows_of)::regclass
      and exists (select from jsonb_array_elements(changes) c where c -> 'values' ->> a.attname is not null)
  loop
    perform airtable.stub_parents(link.parent, array(
      select distinct c -> 'values' ->> link.col from jsonb_array_elements(changes) c
      where c -> 'values' ->> link.col is not null));
    execute format($query$
      select coalesce(jsonb_agg(case when p.id is null then c
        else jsonb_set(c, array['values', %L], to_jsonb(p.id)) end), '[]')
      from jsonb_array_elements($1) c
      left join public.%I p on p.airtable_id = c -> 'values' ->> %L $query$, link.col, link.parent, link.col)
    into changes using changes;
  end loop;

  -- Locked first, so that the columns a change does not name are read as they will be when it is written.
  execute format('select count(*) from (select from public.%I where airtable_id in (
    select c ->> ''airtable_id'' from jsonb_array_elements($1) c) order by id for update) locked', rows_of)
  using changes;

  execute format($query$
    insert into public.%1$I as t (id, airtable_id, airtable_edited_at, received_at, deleted_at %2$s)
    select coalesce(e.id, private.record_id(c.airtable_id)), c.airtable_id,
      case when $2 then greatest(e.airtable_edited_at, c.edited_at) else c.edited_at end, now(),
      case when c.created or e.id is null or e.airtable_edited_at is null then null else e.deleted_at end %3$s
    from jsonb_to_recordset($1) as c(airtable_id text, created boolean, edited_at timestamptz, "values" jsonb)
    left join public.%1$I e on e.airtable_id = c.airtable_id
    cross join lateral jsonb_populate_record(coalesce(e, null::public.%1$I), c."values") as r
    on conflict (airtable_id) do update set
      airtable_edited_at = excluded.airtable_edited_at, received_at = excluded.received_at,
      deleted_at = excluded.deleted_at %4$s
    where (t.airtable_edited_at is null or t.airtable_edited_at <= excluded.airtable_edited_at)
      and (t.airtable_edited_at is null or t.deleted_at is distinct from excluded.deleted_at %5$s
        -- What a snapshot brought before its payload came: now the time of the edit is known.
        or (not $2 and t.airtable_edited_at < excluded.airtable_edited_at))
  $query$, rows_of, ', ' || columns, ', ' || filled, ', ' || assigned, ' or ' || compared)
  using changes, snapshot;
  get diagnostics written = row_count;
  return written;
end
$$;
comment on function airtable.upsert_rows(text, jsonb, boolean) is
  'Writes records to a mirrored table. Returns how many rows changed. What is older than the row is left out.';

-- The rows of a page at once. When the table refuses one, one by one: {written, refused: [{airtable_id, reason}]}.
create function airtable.upsert_rows_or_refuse(rows_of text, changes jsonb, snapshot boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  change jsonb;
  written integer := 0;
  refused jsonb := '[]';
begin
  begin
    return jsonb_build_object('written', airtable.upsert_rows(rows_of, changes, snapshot), 'refused', refused);
  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    null;
  end;
  for change in select c from jsonb_array_elements(changes) c loop
    begin
      written := written + airtable.upsert_rows(rows_of, jsonb_build_array(change), snapshot);
    exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
      refused := refused || jsonb_build_array(jsonb_build_object('airtable_id', change ->> 'airtable_id', 'reason', sqlerrm));
    end;
  end loop;
  return jsonb_build_object('written', written, 'refused', refused);
end
$$;
comment on function airtable.upsert_rows_or_refuse(text, jsonb, boolean) is
  'Writes records to a mirrored table; one that breaks a rule of the table does not keep the others out.';

create function airtable.delete_rows(rows_of text, changes jsonb, snapshot boolean default false) returns integer
language plpgsql set search_path = '' as $$
declare
  written integer;
begin
  execute format($query$
    update public.%I t set deleted_at = coalesce(c.edited_at, now()), received_at = now(),
      airtable_edited_at = greatest(t.airtable_edited_at, c.edited_at)
    from jsonb_to_recordset($1) as c(airtable_id text, edited_at timestamptz)
    where t.airtable_id = c.airtable_id and t.deleted_at is null
      and ($2 or t.airtable_edited_at is null or t.airtable_edited_at <= c.edited_at)
  $query$, rows_of) using changes, snapshot;
  get diagnostics written = row_count;
  return written;
end
$$;
comment on function airtable.delete_rows(text, jsonb, boolean) is 'Leaves tombstones. What is older than the row is left out.';

-- Records that a payload changed in part, and of which the mirror does not have the rest.
create function airtable.unknown_records(rows_of text, changes jsonb) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  unknown text[];
begin
  execute format($query$
    select array_agg(c ->> 'airtable_id') from jsonb_array_elements($1) c
    left join public.%I t on t.airtable_id = c ->> 'airtable_id'
    where not coalesce((c ->> 'created')::boolean, false)
      and (t.id is null or t.airtable_edited_at is null or t.deleted_at is not null) $query$, rows_of)
  into unknown using changes;
  return coalesce(unknown, '{}');
end
$$;

-- Whoever writes mirrored rows of a base does so one after the other: what a snapshot may write is decided by what the
-- log has written, and that may not change in between. Regions are held before any row, in the order in which people's
-- actions take them, and wholly where rows may be hung elsewhere: whoever has them with others and asks for more waits for
-- those, who may wait for its rows.
create function airtable.hold_base(base text, moves boolean) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('airtable ' || base, 17));
  perform private.hold_regions(moves, true);
end
$$;

-- One transaction: the caller commits rows, receipts, cursor and change log together by calling this once.
-- page: {receipts: [{number, transaction, at}], upserts: {table: [change]}, deletes: {table: [change]},
--   dead_letters: [{payload_number, table_id, record_id, cells, columns, reason}], drift: [{field_id, reason}]}
create function airtable.apply_page(webhook text, holder uuid, from_cursor bigint, to_cursor bigint, page jsonb)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  hook airtable.webhooks;
  mirrored text;
  mirrored_table text;
  changes jsonb;
  outcome jsonb;
  unknown text[];
  rereads integer := 0;
  counts jsonb := '{}';
begin
  select * into hook from airtable.webhooks w where w.id = webhook for update;
  if hook.id is null or hook.lease_holder is distinct from holder or hook.cursor <> from_cursor then
    raise exception using errcode = 'AL001', message = 'Another drain has this webhook now',
      hint = 'Nothing was written; its holder goes on.';
  end if;
  perform airtable.hold_base(hook.base_id, exists (
    select from jsonb_each(page -> 'upserts') as t, jsonb_array_elements(t.value) as c
    where not coalesce((c ->> 'created')::boolean, false)
      and c -> 'values' ?| array['region', 'organization_id', 'contact_id', 'signal_id', 'connection_id']));
  perform set_config('live.source', 'airtable', true);

  insert into airtable.receipts (webhook_id, payload_number, base_transaction_number, payload_timestamp)
  select webhook, r.number, r.transaction, r.at
  from jsonb_to_recordset(page -> 'receipts') as r(number bigint, transaction bigint, at timestamptz);

  update airtable.field_bindings b set drift = d.reason, drifted_at = now()
  from jsonb_to_recordset(coalesce(page -> 'drift', '[]')) as d(field_id text, reason text)
  where b.base_id = hook.base_id and b.field_id = d.field_id and b.drift is distinct from d.reason;

  -- Parents before children spares stubs; any other order ends in the same rows.
  foreach mirrored in array array['organizations', 'contacts', 'startups', 'signals', 'connections', 'interactions'] loop
    mirrored_table := (select min(b.table_id) from airtable.field_bindings b where b.base_id = hook.base_id and b.table_name = mirrored);
    changes := page -> 'upserts' -> mirrored;
    if jsonb_array_length(changes) > 0 then
      unknown := airtable.unknown_records(mirrored, changes);
      outcome := airtable.upsert_rows_or_refuse(mirrored, changes);
      counts := jsonb_set(counts, array[mirrored || '_written'], outcome -> 'written');
      rereads := rereads + airtable.ask_again(hook.base_id, mirrored_table, unknown, 'airtable')
        + airtable.settle_letters(webhook, hook.base_id, mirrored_table, changes, outcome -> 'refused');
      perform airtable.note_touches(hook.base_id, changes, outcome -> 'refused');
    end if;
    changes := page -> 'deletes' -> mirrored;
    if jsonb_array_length(changes) > 0 then
      counts := jsonb_set(counts, array[mirrored || '_deleted'], to_jsonb(airtable.delete_rows(mirrored, changes)));
      perform airtable.note_destroyed(hook.base_id, array(select c ->> 'airtable_id' from jsonb_array_elements(changes) c));
    end if;
  end loop;

  perform airtable.write_letters(webhook, hook.base_id, coalesce(page -> 'dead_letters', '[]'));
  if jsonb_array_length(page -> 'drift') > 0 then
    perform airtable.forgive_drift(hook.base_id);
  end if;

  update airtable.webhooks w set cursor = to_cursor, lease_expires_at = greatest(w.lease_expires_at, now() + interval '15 seconds'),
    last_payload_at = greatest(w.last_payload_at, (select max((r ->> 'at')::timestamptz) from jsonb_array_elements(page -> 'receipts') r))
  where w.id = webhook;
  return counts || case when rereads > 0 then jsonb_build_object('rereads', rereads) else '{}' end;
end
$$;
comment on function airtable.apply_page(text, uuid, bigint, bigint, jsonb) is
  'Applies one page of payloads under the lease and moves the cursor. Refused (AL001) when the lease or the cursor is not the caller''s any more.';
