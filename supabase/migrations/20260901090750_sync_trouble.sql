-- Owners are told when the mirror needs them.

-- A row without ids: it moves the end of the transaction to look for news.
create function live.note_trouble(trouble_title text, trouble_body text) returns void
language sql set search_path = ''
begin atomic
  insert into live.trouble (title, body) values (trouble_title, trouble_body);
  insert into live.touched (entity, ids) values ('notification', '{}');
end;

-- Definer: the mirror has no rights on schema live.
create function airtable.note_dead_letters() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform live.note_trouble('A record from Airtable could not be applied', n.reason) from new_rows n;
  return null;
end
$$;
create trigger note_dead_letters after insert on airtable.dead_letters
  referencing new table as new_rows for each statement execute function airtable.note_dead_letters();

-- Definer: the mirror has no rights on schema live.
create function airtable.note_failed_run() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform live.note_trouble(format('The %s failed', new.kind), new.error);
  return null;
end
$$;
create trigger note_failed_run after insert or update of state on airtable.runs
  for each row when (new.state = 'failed') execute function airtable.note_failed_run();

-- Definer: the mirror has no rights on schema live.
create function airtable.note_drift() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  drift text := to_jsonb(new) ->> 'drift';
begin
  if drift is not null and drift is distinct from to_jsonb(old) ->> 'drift' then
    perform live.note_trouble(format('The field %s of %s is not followed any more', new.column_name, new.table_name), drift);
  end if;
  return null;
end
$$;
create trigger note_drift after update on airtable.field_bindings for each row execute function airtable.note_drift();
