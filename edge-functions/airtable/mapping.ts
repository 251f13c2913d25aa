/** What a column can hold, and so what a cell has to be. */
export type ColumnKind =
  | { kind: 'text'; maxCharacters: number }
  | { kind: 'integer'; min: number }
  | { kind: 'boolean' }
  | { kind: 'timestamp' }
  /** A single select whose choices are the values of an enum: "Pending review" is pending_review. */
  | { kind: 'enum'; values: readonly string[] }
  /** A single select of which only the name is kept. */
  | { kind: 'choice' }
  /** The first linked record. */
  | { kind: 'link' };

export interface Column {
  /** The field's name in CivStart's base. Read at set-up only: from then on the field is known by its id. */
  field: string;
  type: ColumnKind;
  /** Goes without: what a base does not have of it is not done. */
  optional?: true;
}

/** As long as Airtable's long text may be. */
const LONG_TEXT_CHARACTERS = 100_000;

const text = (field: string, maxCharacters = LONG_TEXT_CHARACTERS): Column => ({
  field,
  type: { kind: 'text', maxCharacters },
});
const link = (field: string): Column => ({ field, type: { kind: 'link' } });
const choice = (field: string): Column => ({ field, type: { kind: 'choice' } });
const oneOf = (field: string, ...values: string[]): Column => ({ field, type: { kind: 'enum', values } });
const count = (field: string): Column => ({ field, type: { kind: 'integer', min: 0 } });
/** Which row a record was made for. No column: it tells a record that was made here when it comes back. */
const liveId: Column = { field: 'Live ID', type: { kind: 'text', maxCharacters: 100 }, optional: true };
const of = (field: string, kind: 'boolean' | 'timestamp'): Column => ({ field, type: { kind } });

/** Which Airtable table and field fills which table and column. */
export const MAPPING = {
  organizations: {
    table: 'Organizations',
    columns: {
      name: text('Name'),
      kind: oneOf('Kind', 'city', 'county', 'state', 'agency', 'district', 'nonprofit'),
      region: oneOf('Region', 'northeast', 'south', 'midwest', 'west'),
      website: text('Website'),
      population: count('Population'),
      live_id: liveId,
    },
  },
  contacts: {
    table: 'Contacts',
    columns: {
      full_name: text('Full name'),
      organization_id: link('Organization'),
      title: text('Title'),
      email: text('Email'),
      phone: text('Phone'),
      live_id: liveId,
    },
  },
  startups: {
    table: 'Startups',
    columns: {
      name: text('Name'),
      sector: choice('Sector'),
      stage: choice('Stage'),
      website: text('Website'),
      summary: text('Summary'),
      is_active: of('Active', 'boolean'),
      live_id: liveId,
    },
  },
  signals: {
    table: 'Signals',
    columns: {
      // An index row has to hold it.
      signal_identifier: text('Signal ID', 300),
      title: text('Title'),
      organization_id: link('Organization'),
      contact_id: link('Contact'),
      pain_points: text('Pain points'),
      improvement: text('Desired improvement'),
      urgency: oneOf('Urgency', 'low', 'medium', 'high', 'critical'),
      approval_status: oneOf(
        'Approval status',
        'draft',
        'pending_review',
        'approved',
        'rejected',
        'archived',
      ),
      is_public: of('Public', 'boolean'),
      live_id: liveId,
    },
  },
  connections: {
    table: 'Connections',
    columns: {
      signal_id: link('Signal'),
      startup_id: link('Startup'),
      organization_id: link('Organization'),
      contact_id: link('Contact'),
      connection_status: oneOf(
        'Status',
        'pending_review',
        'introduced',
        'in_progress',
        'matched',
        'declined',
        'closed',
      ),
      notes: text('Notes'),
      live_id: liveId,
    },
  },
  interactions: {
    table: 'Interactions',
    columns: {
      connection_id: link('Connection'),
      contact_id: link('Contact'),
      startup_id: link('Startup'),
      kind: oneOf('Kind', 'call', 'email', 'meeting', 'demo', 'note'),
      occurred_at: of('Occurred at', 'timestamp'),
      summary: text('Summary'),
      live_id: liveId,
    },
  },
} as const satisfies Record<string, { table: string; columns: Record<string, Column> }>;

export type MirroredTable = keyof typeof MAPPING;

export const MIRRORED_TABLES = Object.keys(MAPPING) as MirroredTable[];

/** The column of a mirrored table, or undefined for a name that it does not have. */
export function columnOf(table: MirroredTable, name: string): Column | undefined {
  return (MAPPING[table].columns as Record<string, Column>)[name];
}

/** All columns of a mirrored table. */
export function columnsOf(table: MirroredTable): string[] {
  return Object.keys(MAPPING[table].columns);
}
