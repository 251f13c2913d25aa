import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey } from '../entities/entity.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { type ActivityLine, mentioned } from './activity-line.ts';
import type { ActivityPage } from './activity-page.ts';
import type { Names } from './activity-words.ts';
import { linesOfChange } from './lines-of-change.ts';

type Row = Readonly<Record<string, unknown>>;

/** Lines that a message made, in the order of their numbers: the newest first. */
export interface ToldLines {
  lines: Omit<ActivityLine, 'id'>[];
  names: Names;
}

/** Between the moment that the database writes into a line and the one in its message. */
const SAME_DEED_MS = 5000;

/**
 * The lines of a change, with the titles of what they speak of; null where only the database knows them.
 * @param find a row as it was until now, with the most columns
 */
export function toldLines(change: LiveChange, find: (id: string) => Row | undefined): ToldLines | null {
  const lines = linesOfChange(change, find);
  if (!lines) return null;
  const records = new Map((change.envelope.records ?? []).map((record) => [String(record.id), record]));
  const row = (id: string) => {
    const [known, record] = [find(id), records.get(id)];
    return known || record ? { ...known, ...record } : undefined;
  };
  const names: Record<string, string> = {};
  for (const [key, ids] of mentioned(lines)) {
    for (const id of ids) {
      const name = nameOf(key, row(id), row);
      if (name !== undefined) names[id] = name;
    }
  }
  return { lines, names };
}

/** A page with lines before its own; the same page when it has them all. Its lines of messages are numbered below zero. */
export function withTold(page: ActivityPage, { lines, names }: ToldLines): ActivityPage {
  const news = lines.filter((line) => !page.lines.some((known) => isSame(known, line)));
  if (!news.length) return page;
  const all = { ...page.names, ...names };
  const lowest = page.lines.reduce((id, line) => Math.min(id, line.id), 0);
  const numbered = news.map((line, index): ActivityLine => ({
    ...line,
    id: lowest - news.length + index,
    ...(!(line.entity_id in all) && { partial: true }),
  }));
  return { lines: [...numbered, ...page.lines], names: all };
}

/** An answer of the database may hold what is told a moment later. */
const isSame = (known: ActivityLine, line: Omit<ActivityLine, 'id'>): boolean =>
  known.id >= 0 &&
  known.entity_id === line.entity_id &&
  known.action === line.action &&
  Math.abs(Date.parse(line.at) - Date.parse(known.at)) < SAME_DEED_MS &&
  (line.partial === true || JSON.stringify(known.changes) === JSON.stringify(line.changes));

/** The title of a row, with those of the rows that it links; undefined where none is known. */
function nameOf(
  key: EntityKey | 'assignments',
  row: Row | undefined,
  find: (id: string) => Row | undefined,
): string | undefined {
  if (!row) return undefined;
  const linked = (id: unknown) => (typeof id === 'string' ? find(id) : undefined);
  const [signal, startup] = [linked(row.signal_id), linked(row.startup_id)];
  if (key === 'assignments')
    return signal && startup && `${ENTITIES.signals.title(signal)} to ${ENTITIES.startups.title(startup)}`;
  if (key === 'connections' && !row.startup && !row.signal && !(signal && startup)) return undefined;
  return ENTITIES[key].title({ ...row, ...(signal && { signal }), ...(startup && { startup }) });
}
