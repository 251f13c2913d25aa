-- What the base's fields are called and offer, as far as it matters to the mirror: fields are bound by id, so a new name
-- changes nothing, and owners still want to know of it.

create table airtable.field_facts (
  base_id text not null,
  field_id text not null,
  table_id text not null,
  name text not null,
  renamed_from text,
  renamed_at timestamptz,
  -- Choices that no value of the column's enum stands for: a record that has one becomes a dead letter.
  unknown_choices text[] not null default '{}',
  seen_at timestamptz not null default now(),
  primary key (base_id, field_id)
);
comment on table airtable.field_facts is 'Names and choices of the fields that are bound, as of the last look at the schema.';
alter table airtable.field_facts enable row level security;

-- fields: [{table_id, field_id, name, bound_as, unknown_choices}] of those that are bound; one without a name is gone.
create function airtable.note_fields(base text, fields jsonb) returns void
language sql set search_path = ''
begin atomic
  insert into airtable.field_facts as f (base_id, field_id, table_id, name, unknown_choices, renamed_from, renamed_at)
  select base, n.field_id, n.table_id, coalesce(n.name, n.bound_as), n.unknown_choices,
    case when n.name <> n.bound_as then n.bound_as end, case when n.name <> n.bound_as then now() end
  from jsonb_to_recordset(fields) as n(table_id text, field_id text, name text, bound_as text, unknown_choices text[])
  where n.name is not null or not exists (
    select from airtable.field_facts k where k.base_id = base and k.field_id = n.field_id)
  on conflict (base_id, field_id) do update set
    name = excluded.name, unknown_choices = excluded.unknown_choices, seen_at = excluded.seen_at,
    renamed_from = excluded.renamed_from,
    renamed_at = case when excluded.renamed_from is null then null when f.name = excluded.name then f.renamed_at else now() end;
end;
comment on function airtable.note_fields(text, jsonb) is 'Keeps what the fields are called now, beside the name under which they were bound.';
