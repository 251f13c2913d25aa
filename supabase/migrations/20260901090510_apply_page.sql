-- One page of payloads, applied whole or not at all.

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

-- Cells that were read before somebody noticed that their field is not followed any more: its column is left as it is.
create function airtable.without_drift(base text, rows_of text, changes jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  left_alone constant text[] := array(
    select b.column_name from airtable.field_bindings b
    where b.base_id = base and b.table_name = rows_of and b.drift is not null);
begin
  if left_alone = '{}' then
    return changes;
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_set(c, '{values}', (c -> 'values') - left_alone)), '[]') from jsonb_array_elements(changes) as c
    where c -> 'values' = '{}' or (c -> 'values') - left_alone <> '{}');
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

  -- Parents before children spares stubs; any other order ends in the same rows.
  foreach mirrored in array array['organizations', 'contacts', 'startups', 'signals', 'connections', 'interactions'] loop
    mirrored_table := (select min(b.table_id) from airtable.field_bindings b where b.base_id = hook.base_id and b.table_name = mirrored);
    changes := airtable.without_drift(hook.base_id, mirrored, page -> 'upserts' -> mirrored);
    if jsonb_array_length(changes) > 0 then
      unknown := airtable.unknown_records(mirrored, changes);
      outcome := airtable.upsert_rows_or_refuse(mirrored, changes);
      counts := jsonb_set(counts, array[mirrored || '_written'], outcome -> 'written');
      rereads := rereads + airtable.ask_again(hook.base_id, mirrored_table, unknown, 'airtable')
        + airtable.settle_letters(webhook, hook.base_id, mirrored_table, changes, outcome -> 'refused');
      perform airtable.note_touches(hook.base_id, airtable.without_pending(mirrored, changes), outcome -> 'refused');
    end if;
    changes := page -> 'deletes' -> mirrored;
    if jsonb_array_length(changes) > 0 then
      counts := jsonb_set(counts, array[mirrored || '_deleted'], to_jsonb(airtable.delete_rows(mirrored, changes)));
      perform airtable.note_destroyed(hook.base_id, array(select c ->> 'airtable_id' from jsonb_array_elements(changes) c));
    end if;
  end loop;

  -- After the rows: what the log says of a field before it says that it went is followed.
  update airtable.field_bindings b set drift = d.reason, drifted_at = now()
  from jsonb_to_recordset(coalesce(page -> 'drift', '[]')) as d(field_id text, reason text)
  where b.base_id = hook.base_id and b.field_id = d.field_id and b.drift is distinct from d.reason;
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
