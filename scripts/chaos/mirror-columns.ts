/** What the mirror should make of a field, said a second time and apart from the function, so that a mistake there shows. */
export type ColumnKind =
  | { kind: 'text' | 'number' | 'checkbox' | 'dateTime' }
  /** `values` left out: any name is kept as it is. */
  | { kind: 'choice'; values?: readonly string[] }
  | { kind: 'link'; to: TableName };

export type MirrorColumn = ColumnKind & {
  field: string;
  column: string;
  /** What an empty cell gives; null unless the column may not be null. */
  whenEmpty?: string | boolean;
};

export type TableName =
  'Organizations' | 'Contacts' | 'Startups' | 'Signals' | 'Connections' | 'Interactions';

const text = (field: string, column: string): MirrorColumn => ({ kind: 'text', field, column });
const link = (field: string, column: string, to: TableName): MirrorColumn => ({
  kind: 'link',
  field,
  column,
  to,
});

/** By Airtable table: the table in Postgres, what it is called on the channels, and its columns. */
export const MIRROR: Readonly<
  Record<TableName, { rows: string; entity: string; columns: readonly MirrorColumn[] }>
> = {
  Organizations: {
    rows: 'organizations',
    entity: 'organization',
    columns: [
      text('Name', 'name'),
      {
        kind: 'choice',
        field: 'Kind',
        column: 'kind',
        values: ['city', 'county', 'state', 'agency', 'district', 'nonprofit'],
      },
      {
        kind: 'choice',
        field: 'Region',
        column: 'region',
        values: ['northeast', 'south', 'midwest', 'west'],
        whenEmpty: 'unassigned',
      },
      text('Website', 'website'),
      { kind: 'number', field: 'Population', column: 'population' },
    ],
  },
  Contacts: {
    rows: 'contacts',
    entity: 'contact',
    columns: [
      text('Full name', 'full_name'),
      link('Organization', 'organization_id', 'Organizations'),
      text('Title', 'title'),
      text('Email', 'email'),
      text('Phone', 'phone'),
    ],
  },
  Startups: {
    rows: 'startups',
    entity: 'startup',
    columns: [
      text('Name', 'name'),
      { kind: 'choice', field: 'Sector', column: 'sector' },
      { kind: 'choice', field: 'Stage', column: 'stage' },
      text('Website', 'website'),
      text('Summary', 'summary'),
      { kind: 'checkbox', field: 'Active', column: 'is_active', whenEmpty: false },
    ],
  },
  Signals: {
    rows: 'signals',
    entity: 'signal',
    columns: [
      text('Signal ID', 'signal_identifier'),
      text('Title', 'title'),
      link('Organization', 'organization_id', 'Organizations'),
      link('Contact', 'contact_id', 'Contacts'),
      text('Pain points', 'pain_points'),
      text('Desired improvement', 'improvement'),
      {
        kind: 'choice',
        field: 'Urgency',
        column: 'urgency',
        values: ['low', 'medium', 'high', 'critical'],
      },
      {
        kind: 'choice',
        field: 'Approval status',
        column: 'approval_status',
        values: ['draft', 'pending_review', 'approved', 'rejected', 'archived'],
        whenEmpty: 'draft',
      },
      { kind: 'checkbox', field: 'Public', column: 'is_public', whenEmpty: false },
    ],
  },
  Connections: {
    rows: 'connections',
    entity: 'connection',
    columns: [
      link('Signal', 'signal_id', 'Signals'),
      link('Startup', 'startup_id', 'Startups'),
      link('Organization', 'organization_id', 'Organizations'),
      link('Contact', 'contact_id', 'Contacts'),
      {
        kind: 'choice',
        field: 'Status',
        column: 'connection_status',
        values: ['pending_review', 'introduced', 'in_progress', 'matched', 'declined', 'closed'],
        whenEmpty: 'pending_review',
      },
      text('Notes', 'notes'),
    ],
  },
  Interactions: {
    rows: 'interactions',
    entity: 'interaction',
    columns: [
      link('Connection', 'connection_id', 'Connections'),
      link('Contact', 'contact_id', 'Contacts'),
      link('Startup', 'startup_id', 'Startups'),
      {
        kind: 'choice',
        field: 'Kind',
        column: 'kind',
        values: ['call', 'email', 'meeting', 'demo', 'note'],
      },
      { kind: 'dateTime', field: 'Occurred at', column: 'occurred_at' },
      text('Summary', 'summary'),
    ],
  },
};

export const TABLE_NAMES = Object.keys(MIRROR) as TableName[];
