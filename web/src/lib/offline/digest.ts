import type { Db } from '../supabase/schema.ts';

export interface DigestLine {
  /** `signal:updated` and the like. */
  event: string;
  rows: number;
  at: string;
  titles: string[];
}

/** What others changed while the reader was away. */
export interface Digest {
  /** Since when, ms since 1970. */
  since: number;
  lines: DigestLine[];
  /** False: there was more than was counted. */
  complete: boolean;
}

/** Shorter absences are seen on the page itself. */
export const ABSENCE_MS = 30 * 60_000;

/** One request, and none where the numbers say that nothing changed. */
export async function fetchDigest(
  db: Db,
  since: number,
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Promise<Digest | null> {
  const after = Object.fromEntries(
    Object.entries(before).filter(([channel, seq]) => (now[channel] ?? 0) > seq),
  );
  if (!Object.keys(after).length) return null;
  const { data, error } = await db.rpc('changes_digest', { after });
  if (error) throw error;
  const { lines, complete } = data as unknown as Omit<Digest, 'since'>;
  return lines.length ? { since, lines, complete } : null;
}

const NOUNS: Record<string, readonly [one: string, many: string]> = {
  signal: ['signal', 'signals'],
  match: ['match', 'matches'],
  connection: ['connection', 'connections'],
  organization: ['organization', 'organizations'],
  contact: ['contact', 'contacts'],
  interaction: ['interaction', 'interactions'],
  startup: ['startup', 'startups'],
  pool: ['signal', 'signals'],
};
const VERBS: Record<string, string> = {
  created: 'new',
  generated: 'new',
  updated: 'changed',
  removed: 'removed',
  assigned: 'assigned',
  published: 'published to the pool',
};

/** "3 signals changed", "1 new connection". */
export function digestWords({ event, rows }: DigestLine): string {
  const [entity = '', happened = ''] = event.split(':');
  const [one, many] = NOUNS[entity] ?? ['record', 'records'];
  const noun = rows === 1 ? one : many;
  if (event === 'pool:removed') return `${rows} ${noun} left the pool`;
  const verb = VERBS[happened] ?? happened;
  return verb === 'new' ? `${rows} new ${noun}` : `${rows} ${noun} ${verb}`;
}
