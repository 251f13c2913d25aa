import type { LiveChange } from '../realtime/live-change.ts';
import { type Patch, unchanged } from '../queries/row-patch.ts';
import type { ConnectionRow, CreditLine, InboxRow, PoolRow, StartupRow } from './portal-rows.ts';

interface Told {
  /** Names of channels begin so: staff who belong to a startup too hear other rows under the same events. */
  channel: string;
  put: readonly string[];
  removed: readonly string[];
}

const TOLD = {
  inbox: {
    channel: 'startup:',
    put: ['signal:assigned', 'assignment:updated'],
    removed: ['assignment:removed'],
  },
  pool: { channel: 'pool', put: ['pool:published'], removed: ['pool:removed'] },
  connections: {
    channel: 'startup:',
    put: ['connection:created', 'connection:updated'],
    removed: ['connection:removed'],
  },
  startups: {
    channel: 'startup:',
    put: ['startup:created', 'startup:updated'],
    removed: ['startup:removed'],
  },
  lines: { channel: 'startup:', put: ['credit:created'], removed: [] },
} as const satisfies Record<string, Told>;

/** Puts the rows of a message into a list that is complete: replaced where they stand, new ones on top. */
function patch<Row extends { id: string }>(
  rows: Row[],
  { channel, envelope }: LiveChange,
  told: Told,
): Patch<Row[]> {
  if (!channel.startsWith(told.channel)) return unchanged(rows);
  const { event, ids } = envelope;
  if (told.removed.includes(event)) {
    const left = rows.filter(({ id }) => !ids.includes(id));
    return left.length === rows.length ? unchanged(rows) : { data: left, touched: [], refetch: false };
  }
  if (!told.put.includes(event)) return unchanged(rows);
  if (envelope.truncated) return { ...unchanged(rows), refetch: true };
  const records = new Map(((envelope.records ?? []) as unknown as Row[]).map((row) => [row.id, row]));
  const known = new Set(rows.map(({ id }) => id));
  const added = [...records.values()].filter(({ id }) => !known.has(id));
  const data = [...added, ...rows.map((row) => ({ ...row, ...records.get(row.id) }))];
  return { data, touched: [...records.keys()].map((id) => ({ id, fields: [] })), refetch: false };
}

export const PORTAL_PATCHES = {
  inbox: (rows: InboxRow[], change: LiveChange) => patch(rows, change, TOLD.inbox),
  pool: (rows: PoolRow[], change: LiveChange) => patch(rows, change, TOLD.pool),
  connections: (rows: ConnectionRow[], change: LiveChange) => patch(rows, change, TOLD.connections),
  startups: (rows: StartupRow[], change: LiveChange) => patch(rows, change, TOLD.startups),
  lines: (rows: CreditLine[], change: LiveChange, startupId: string) =>
    change.channel === `startup:${startupId}` ? patch(rows, change, TOLD.lines) : unchanged(rows),
};

/** Every event that the portal's lists listen to. */
export const PORTAL_EVENTS = [
  ...new Set(Object.values(TOLD).flatMap(({ put, removed }) => [...put, ...removed])),
];
