-- Staff correct a record without opening Airtable. Whoever edits says what they saw: a field that somebody else changed
-- since is a conflict, and then nothing of the edit is written. Further errors: PT409 (which the API answers as 409) a
-- conflict, with [{field, yours, theirs, base}] in the detail. The detail of 22023 and P0002 names the field.

-- Links stand in the order in which the mirror takes the tables. What is not here has rules of its own (statuses, the
-- pool, credits), or is Airtable's alone.
create function private.editable_fields(of_table text) returns text[]
language sql immutable set search_path = ''
return case of_table
  when 'organizations' then array['name', 'kind', 'region', 'website', 'population']
  when 'contacts' then array['full_name', 'title', 'email', 'phone', 'organization_id']
  when 'startups' then array['name', 'sector', 'stage', 'website', 'summary', 'is_active']
  when 'signals' then array['title', 'pain_points', 'improvement', 'urgency', 'organization_id', 'contact_id']
  when 'connections' then array['notes', 'organization_id', 'contact_id']
  when 'interactions' then array['kind', 'occurred_at', 'summary', 'contact_id', 'startup_id', 'connection_id']
end;
comment on function private.editable_fields(text) is 'The fields of a mirrored table that staff may edit; null for another table.';

create function private.field_words(field text) returns text
language sql immutable set search_path = ''
return replace(regexp_replace(field, '_id$', ''), '_', ' ');

create function private.refuse_value(field text, problem text, advice text) returns void
language plpgsql set search_path = '' as $$
begin
  raise invalid_parameter_value using message = problem, detail = field, hint = advice;
end
$$;

-- A record that others are hung under stays where it is until the end: locked as the foreign key will lock it, but
-- before the row that is edited, so that neither waits for the other in a circle.
create function private.check_link(field text, parents text, wanted text) returns void
language plpgsql set search_path = '' as $$
declare
  parent jsonb;
begin
  if pg_input_is_valid(wanted, 'uuid') then
    execute format('select to_jsonb(p) from public.%I p where p.id = $1 and p.deleted_at is null for key share', parents)
    into parent using wanted::uuid;
  end if;
  -- The same words for one that is not there and one that is not theirs to know of.
  if parent is null or not coalesce((parent ->> 'region')::public.region = any (private.regions_of(auth.uid())), true) then
    raise no_data_found using message = format('There is no such %s in your regions', private.field_words(field)),
      detail = field, hint = 'Somebody may have removed it. Choose another one.';
  end if;
end
$$;

create function private.check_text(of_table text, field text, wanted text) returns void
language plpgsql set search_path = '' as $$
declare
  words text := private.field_words(field);
  most integer := case when field in ('pain_points', 'improvement', 'notes', 'summary') then 20000 else 500 end;
  known boolean;
begin
  if length(wanted) > most then
    perform private.refuse_value(field, format('The %s is longer than %s characters', words, most), 'Shorten it.');
  elsif field = 'website' and wanted !~* '^https?://[^[:space:]/]+\.[^[:space:]]+$' then
    perform private.refuse_value(field, format('‘%s’ is no address of a website', left(wanted, 100)), 'Begin with https://.');
  elsif field = 'email' and wanted !~ '^[^[:space:]@]+@[^[:space:]@]+\.[^[:space:]@]+$' then
    perform private.refuse_value(field, format('‘%s’ is no e-mail address', left(wanted, 100)), 'It looks like name@example.gov.');
  elsif of_table = 'startups' and field in ('sector', 'stage') then
    -- Choices in Airtable, which are made there.
    execute format('select exists (select from public.startups t where t.%I = $1)', field) into known using wanted;
    if not known then
      perform private.refuse_value(field, format('‘%s’ is not a choice of %s', left(wanted, 100), words),
        'Choose one that another startup has, or make the choice in Airtable first.');
    end if;
  end if;
end
$$;

-- Returns the value as it will be kept.
create function private.checked_value(of_table text, field text, value jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  words text := private.field_words(field);
  kept text := btrim(value #>> '{}', E' \t\r\n');
  field_type oid;
  required boolean;
  choices text;
  parents text;
begin
  select a.atttypid, a.attnotnull, p.relname into strict field_type, required, parents
  from pg_catalog.pg_attribute a
  left join pg_catalog.pg_constraint k on k.conrelid = a.attrelid and k.conkey = array[a.attnum] and k.contype = 'f'
  left join pg_catalog.pg_class p on p.oid = k.confrelid
  where a.attrelid = format('public.%I', of_table)::regclass and a.attname = field;
  if jsonb_typeof(value) in ('object', 'array') then
    perform private.refuse_value(field, format('The %s is one value', words), 'Give text, a number, yes or no.');
  elsif kept is null or kept = '' then
    if required then
      perform private.refuse_value(field, format('The %s cannot be empty', words), 'Choose a value.');
    end if;
    return 'null';
  end if;

  select string_agg(replace(e.enumlabel, '_', ' '), ', ' order by e.enumsortorder) into choices
  from pg_catalog.pg_enum e where e.enumtypid = field_type;
  if choices is not null then
    if not pg_input_is_valid(kept, format_type(field_type, null)) then
      perform private.refuse_value(field, format('‘%s’ is not a choice of %s', left(kept, 100), words), format('Choices: %s.', choices));
    end if;
  elsif field_type = 'uuid'::regtype then
    perform private.check_link(field, parents, kept);
  elsif field_type = 'boolean'::regtype and jsonb_typeof(value) <> 'boolean' then
    perform private.refuse_value(field, format('‘%s’ is neither yes nor no', left(kept, 100)), 'Choose one of the two.');
  elsif field_type = 'bigint'::regtype and kept !~ '^[0-9]{1,15}$' then
    perform private.refuse_value(field, format('‘%s’ is no whole number', left(kept, 100)), 'Write digits alone, such as 48000.');
  elsif field_type = 'timestamptz'::regtype and not (kept ~ '^[12][0-9]{3}-' and pg_input_is_valid(kept, 'timestamptz')) then
    perform private.refuse_value(field, format('‘%s’ is no date', left(kept, 100)), 'Choose a date and a time.');
  elsif field_type = 'text'::regtype then
    perform private.check_text(of_table, field, kept);
  end if;
  return to_jsonb(kept);
end
$$;

-- One value has many spellings, and only the column's own can be compared.
create function private.as_columns(of_table text, spelled jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  kept jsonb;
begin
  execute format('select jsonb_object_agg(c.key, c.value)
    from jsonb_each(to_jsonb(jsonb_populate_record(null::public.%I, $1))) as c where $1 ? c.key', of_table)
  into kept using spelled;
  return kept;
end
$$;

create function private.check_edit(of_table text, changes jsonb, base jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  fields text[] := private.editable_fields(of_table);
  field text;
begin
  if fields is null then
    raise invalid_parameter_value using message = format('%s cannot be edited', coalesce(of_table, 'Nothing')),
      hint = 'Name one of organizations, contacts, startups, signals, connections, interactions.';
  elsif jsonb_typeof(changes) is distinct from 'object' or changes = '{}' or jsonb_typeof(base) is distinct from 'object' then
    raise invalid_parameter_value using message = 'Nothing to change', hint = 'Give {field: value} twice: as it is to be, and as it was.';
  end if;
  for field in select jsonb_object_keys(changes) loop
    if not field = any (fields) then
      perform private.refuse_value(field, format('The %s is not edited here', private.field_words(field)),
        'Use the action that is made for it, or change it in Airtable.');
    elsif not base ? field then
      perform private.refuse_value(field, format('It is not said what the %s was', private.field_words(field)), 'Load the record again.');
    end if;
  end loop;
end
$$;

create function private.check_conflicts(record jsonb, changes jsonb, base jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  conflicts jsonb;
  words text;
begin
  -- Who wants what somebody else already wrote has no quarrel with them.
  select jsonb_agg(jsonb_build_object('field', c.key, 'yours', c.value, 'theirs', record -> c.key, 'base', base -> c.key) order by c.key),
    string_agg(private.field_words(c.key), ', ' order by c.key)
  into conflicts, words
  from jsonb_each(changes) as c
  where record -> c.key is distinct from base -> c.key and record -> c.key is distinct from c.value;
  if conflicts is not null then
    raise sqlstate 'PT409' using message = format('Somebody else changed this meanwhile: %s', words), detail = conflicts::text,
      hint = 'Look at what it says now, and keep theirs or yours.';
  end if;
end
$$;

-- Definer: nobody has the right to write to mirrored tables.
create function private.edit_record(of_table text, wanted uuid, changes jsonb, base jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  record jsonb;
  field text;
begin
  perform private.begin_staff_action();
  perform private.check_edit(of_table, changes, base);
  -- What may move rows from one region to another waits for its turn before it locks any row.
  if changes ?| array['region', 'organization_id', 'connection_id'] or (of_table = 'interactions' and changes ? 'contact_id') then
    perform private.hold_regions(true, false);
  end if;
  foreach field in array private.editable_fields(of_table) loop
    if changes ? field then
      changes := jsonb_set(changes, array[field], private.checked_value(of_table, field, changes -> field));
    end if;
  end loop;
  changes := private.as_columns(of_table, changes);

  execute format('select to_jsonb(t) from public.%I t where t.id = $1 and t.deleted_at is null for no key update', of_table)
  into record using wanted;
  if record is null then
    raise no_data_found using message = format('There is no such %s', left(of_table, -1)),
      hint = 'Somebody may have removed it. Load the list again.';
  end if;
  if record ? 'region' then
    perform private.check_region((record ->> 'region')::public.region);
  end if;
  perform private.check_conflicts(record, changes, private.as_columns(of_table, base));

  execute format('update public.%1$I t set (%2$s) = (select %2$s from jsonb_populate_record(null::public.%1$I, $2))
    where t.id = $1 returning to_jsonb(t)', of_table, (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(changes) k))
  into record using wanted, changes;
  if not coalesce((record ->> 'region')::public.region = any (private.regions_of(auth.uid())), true) then
    raise insufficient_privilege using
      message = format('This would move it to %s, which is not yours',
        case record ->> 'region' when 'unassigned' then 'the rows without a region' else 'the region ' || (record ->> 'region') end),
      hint = 'Ask an owner to do it.';
  end if;
  return record;
end
$$;
grant execute on function private.edit_record(text, uuid, jsonb, jsonb) to authenticated;

create function public.edit_record(entity text, id uuid, changes jsonb, base jsonb) returns jsonb
language sql set search_path = ''
return private.edit_record(entity, id, changes, base);
comment on function public.edit_record(text, uuid, jsonb, jsonb) is
  'Edits a row of organizations, contacts, startups, signals, connections or interactions: {field: value} as it is to be, and as the caller saw it. All or nothing: PT409 when a field changed meanwhile, with [{field, yours, theirs, base}] in the detail. Returns the row.';
grant execute on function public.edit_record(text, uuid, jsonb, jsonb) to authenticated;
