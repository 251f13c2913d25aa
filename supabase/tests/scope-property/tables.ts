import fc, { type Arbitrary } from 'fast-check';

/** Columns that point at other tables (`people`: an account). */
export const LINKS = {
  organizations: {},
  startups: {},
  contacts: { organization_id: 'organizations' },
  signals: { organization_id: 'organizations', contact_id: 'contacts' },
  connections: {
    signal_id: 'signals',
    startup_id: 'startups',
    organization_id: 'organizations',
    contact_id: 'contacts',
  },
  interactions: { connection_id: 'connections', contact_id: 'contacts', startup_id: 'startups' },
  signal_assignments: { signal_id: 'signals', startup_id: 'startups' },
  matches: { signal_id: 'signals', startup_id: 'startups' },
  credit_changes: { startup_id: 'startups' },
  notifications: { user_id: 'people' },
} as const satisfies Record<string, Record<string, string>>;

export type TableName = keyof typeof LINKS;

/** Each table, with whether its rows have tombstones, and what an insert must say. */
export const TABLES: Record<TableName, { tombstones: boolean; required?: Record<string, unknown> }> = {
  organizations: { tombstones: true },
  startups: { tombstones: true },
  contacts: { tombstones: true },
  signals: { tombstones: true },
  connections: { tombstones: true },
  interactions: { tombstones: true },
  signal_assignments: { tombstones: false },
  matches: { tombstones: false, required: { score: 0.5, rationale: '{}' } },
  credit_changes: { tombstones: false, required: { delta: 1, balance: 1, reason: 'grant' } },
  notifications: { tombstones: false, required: { kind: 'test', title: 'news' } },
};

// The long one makes a message of many rows heavier than 100 KB while it has fewer than 50.
const text = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', '', null, 'Pothole — "Main St" 🚧\n{}') },
  { weight: 1, arbitrary: fc.constant('long '.repeat(1000)) },
);
const name = fc.constantFrom('Ada', 'Bo', null);
const time = fc.constantFrom(null, '2026-11-01T12:00:00Z', '2026-11-02T12:00:00.123456+02:00');

/** Values worth trying, a column each. */
export const VALUES: Record<TableName, Record<string, Arbitrary<unknown>>> = {
  organizations: {
    name: text,
    region: fc.constantFrom('west', 'south', 'midwest', 'unassigned'),
    population: fc.constantFrom(null, 0, 9_000_000_000),
  },
  startups: { name: text, summary: text, is_active: fc.boolean(), credits: fc.nat(3) },
  contacts: {
    full_name: name,
    title: text,
    email: fc.constantFrom('a@x.test', null),
    phone: fc.constantFrom('1', null),
  },
  signals: {
    title: text,
    pain_points: text,
    urgency: fc.constantFrom(null, 'low', 'critical'),
    approval_status: fc.constantFrom('approved', 'approved', 'draft', 'archived'),
    is_public: fc.constantFrom(true, true, false),
  },
  connections: {
    notes: text,
    connection_status: fc.constantFrom(
      'pending_review',
      'introduced',
      'in_progress',
      'matched',
      'declined',
      'closed',
    ),
  },
  interactions: { summary: text, kind: fc.constantFrom('call', 'note', null), occurred_at: time },
  signal_assignments: { seen_at: time },
  matches: {
    score: fc.constantFrom(0, 0.1, 1 / 3, 1),
    rationale: fc.constantFrom('{}', '{"text": [0.1, "é"]}'),
  },
  credit_changes: { reason: fc.constantFrom('grant', 'request') },
  notifications: { title: fc.constantFrom('x', 'y'), read_at: time },
};
