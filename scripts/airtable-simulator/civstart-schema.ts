import { airtableId } from '../seed/airtable-id.ts';
import type { Choice, Field, FieldType, Table } from './schema.ts';

type Column = FieldType | { choices: readonly string[] } | { link: string };

/** The six tables as the staff see them, and the one for proofs; the first field is the primary one. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  Organizations: {
    Name: 'singleLineText',
    Kind: { choices: ['City', 'County', 'State', 'Agency', 'District', 'Nonprofit'] },
    Region: { choices: ['Northeast', 'South', 'Midwest', 'West'] },
    Website: 'url',
    Population: 'number',
  },
  Contacts: {
    'Full name': 'singleLineText',
    Organization: { link: 'Organizations' },
    Title: 'singleLineText',
    Email: 'email',
    Phone: 'phoneNumber',
  },
  Startups: {
    Name: 'singleLineText',
    Sector: {
      choices: [
        'Water',
        'Mobility',
        'Permitting',
        'Public safety',
        'Housing',
        'Public health',
        'Energy',
        'Waste',
        'Resident services',
        'Workforce',
        'Infrastructure',
        'Government operations',
      ],
    },
    Stage: { choices: ['Pre-seed', 'Seed', 'Series A', 'Series B', 'Growth'] },
    Website: 'url',
    Summary: 'multilineText',
    Active: 'checkbox',
  },
  Signals: {
    'Signal ID': 'singleLineText',
    Title: 'singleLineText',
    Organization: { link: 'Organizations' },
    Contact: { link: 'Contacts' },
    'Pain points': 'multilineText',
    'Desired improvement': 'multilineText',
    Urgency: { choices: ['Low', 'Medium', 'High', 'Critical'] },
    'Approval status': { choices: ['Draft', 'Pending review', 'Approved', 'Rejected', 'Archived'] },
    Public: 'checkbox',
  },
  Connections: {
    Name: 'singleLineText',
    Signal: { link: 'Signals' },
    Startup: { link: 'Startups' },
    Organization: { link: 'Organizations' },
    Contact: { link: 'Contacts' },
    Status: { choices: ['Pending review', 'Introduced', 'In progress', 'Matched', 'Declined', 'Closed'] },
    Notes: 'multilineText',
    'Live ID': 'singleLineText',
  },
  Interactions: {
    Name: 'singleLineText',
    Connection: { link: 'Connections' },
    Contact: { link: 'Contacts' },
    Startup: { link: 'Startups' },
    Kind: { choices: ['Call', 'Email', 'Meeting', 'Demo', 'Note'] },
    'Occurred at': 'dateTime',
    Summary: 'multilineText',
  },
  'Live canary': { Proof: 'singleLineText' },
};

const COLORS = [
  'blueLight2',
  'cyanLight2',
  'tealLight2',
  'greenLight2',
  'yellowLight2',
  'orangeLight2',
  'redLight2',
];

/** Colours that mean something; other choices take theirs in turn. */
const COLORS_BY_CHOICE: Readonly<Record<string, string>> = {
  Low: 'grayLight2',
  Medium: 'yellowLight2',
  High: 'orangeLight2',
  Critical: 'redLight2',
  Draft: 'grayLight2',
  'Pending review': 'yellowLight2',
  Approved: 'greenLight2',
  Rejected: 'redLight2',
  Archived: 'grayLight2',
  Introduced: 'blueLight2',
  'In progress': 'cyanLight2',
  Matched: 'greenLight2',
  Declined: 'redLight2',
  Closed: 'grayLight2',
};

/** The schema of the CivStart base. Ids are derived from names, so every simulator has the same ones. */
export function civstartSchema(): Table[] {
  const tables = Object.entries(COLUMNS).map(([name, columns]): Table => {
    const fields = Object.entries(columns).map(([field, column]) => createField(name, field, column));
    return {
      id: airtableId('tbl', name),
      name,
      primaryFieldId: fields[0]?.id ?? '',
      viewId: airtableId('viw', name),
      fields,
    };
  });
  for (const [name, columns] of Object.entries(COLUMNS)) {
    for (const [field, column] of Object.entries(columns)) {
      if (typeof column !== 'object' || !('link' in column)) continue;
      const target = tables.find((table) => table.name === column.link);
      target?.fields.push({
        id: inverseId(name, field),
        name,
        type: 'multipleRecordLinks',
        link: {
          tableId: airtableId('tbl', name),
          inverseFieldId: airtableId('fld', `${name}/${field}`),
          isReversed: true,
        },
      });
    }
  }
  return tables;
}

function createField(table: string, name: string, column: Column): Field {
  const id = airtableId('fld', `${table}/${name}`);
  if (typeof column === 'string') return { id, name, type: column };
  if ('choices' in column) {
    return {
      id,
      name,
      type: 'singleSelect',
      choices: column.choices.map((choice, index) => createChoice(id, choice, index)),
    };
  }
  return {
    id,
    name,
    type: 'multipleRecordLinks',
    link: {
      tableId: airtableId('tbl', column.link),
      inverseFieldId: inverseId(table, name),
      isReversed: false,
    },
  };
}

function inverseId(table: string, field: string): string {
  return airtableId('fld', `inverse of ${table}/${field}`);
}

/** A choice as Airtable makes one: its id and colour follow from the field and its place. */
export function createChoice(fieldId: string, name: string, index: number): Choice {
  const color = COLORS_BY_CHOICE[name] ?? COLORS[index % COLORS.length] ?? 'grayLight2';
  return { id: airtableId('sel', `${fieldId}/${name}`), name, color };
}
