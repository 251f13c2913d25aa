import { expect, test } from 'vitest';
import { MAPPING, MIRRORED_TABLES, type Column } from '../../edge-functions/airtable/mapping.ts';
import type { AirtableField, AirtableTable } from './airtable-set-up.ts';
import { bindFields } from './bind-fields.ts';

const TYPES = {
  text: 'singleLineText',
  integer: 'number',
  boolean: 'checkbox',
  timestamp: 'dateTime',
  enum: 'singleSelect',
  choice: 'singleSelect',
  link: 'multipleRecordLinks',
};

/** CivStart's base as it should be. */
function goodBase(): AirtableTable[] {
  return MIRRORED_TABLES.map((name) => ({
    id: `tbl-${name}`,
    name: MAPPING[name].table,
    fields: Object.entries<Column>(MAPPING[name].columns).map(([column, { field, type }]) => ({
      id: `fld-${name}-${column}`,
      name: field,
      type: TYPES[type.kind],
      choices: type.kind === 'enum' ? type.values.map((value) => value.replaceAll('_', ' ')) : undefined,
    })),
  }));
}

function fieldOf(tables: AirtableTable[], id: string): AirtableField {
  return tables.flatMap(({ fields }) => fields).find((field) => field.id === id)!;
}

test('the base as it should be → every column bound, nothing to say', () => {
  const { bindings, missing, notes } = bindFields(goodBase());
  expect(missing).toEqual([]);
  expect(notes).toEqual([]);
  expect(bindings).toHaveLength(MIRRORED_TABLES.flatMap((name) => Object.keys(MAPPING[name].columns)).length);
  expect(bindings).toContainEqual({
    table_id: 'tbl-signals',
    field_id: 'fld-signals-urgency',
    table_name: 'signals',
    column_name: 'urgency',
  });
});

test('a field that was renamed since it was bound → the same field, and a note', () => {
  const { bindings } = bindFields(goodBase());
  const renamed = goodBase();
  fieldOf(renamed, 'fld-signals-urgency').name = 'Priority';
  renamed.find(({ id }) => id === 'tbl-signals')!.name = 'Problems';
  const again = bindFields(renamed, bindings);
  expect(again.missing).toEqual([]);
  expect(again.bindings).toEqual(bindings);
  expect(again.notes).toEqual([expect.stringContaining('“Urgency” is called “Priority”')]);
});

test('another field takes the name of one that is bound → the bound one stays', () => {
  const { bindings } = bindFields(goodBase());
  const swapped = goodBase();
  fieldOf(swapped, 'fld-signals-title').name = 'Old title';
  swapped[3]!.fields.push({ id: 'fld-new', name: 'Title', type: 'singleLineText', choices: undefined });
  expect(bindFields(swapped, bindings).bindings).toEqual(bindings);
});

test('a field that was deleted and made again → the new one', () => {
  const { bindings } = bindFields(goodBase());
  const remade = goodBase();
  fieldOf(remade, 'fld-signals-title').id = 'fld-new';
  const columns = bindFields(remade, bindings).bindings.filter(({ column_name }) => column_name === 'title');
  expect(columns).toContainEqual(expect.objectContaining({ table_name: 'signals', field_id: 'fld-new' }));
});

test('tables and fields that are not there → all of them named', () => {
  const tables = goodBase().filter(({ name }) => name !== 'Contacts');
  fieldOf(tables, 'fld-startups-summary').name = 'Pitch';
  expect(bindFields(tables).missing).toEqual([
    'The base has no table “Contacts”.',
    'The table “Startups” has no field “Summary”.',
  ]);
});

test('a field of a type that does not fit, choices that the mirror does not know → bound, with a note each', () => {
  const tables = goodBase();
  fieldOf(tables, 'fld-organizations-population').type = 'singleLineText';
  fieldOf(tables, 'fld-signals-urgency').choices!.push('Whenever', 'Critical ');
  const { missing, notes } = bindFields(tables);
  expect(missing).toEqual([]);
  expect(notes).toEqual([
    expect.stringContaining('“Population” is of type singleLineText'),
    expect.stringContaining('does not know: Whenever. '),
  ]);
});
