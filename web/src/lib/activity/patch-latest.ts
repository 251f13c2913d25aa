import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey } from '../entities/entity.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { mentioned } from './activity-line.ts';
import type { ActivityPage } from './activity-queries.ts';
import { linesOfChange, type ToldLine } from './lines-of-change.ts';

type Row = Readonly<Record<string, unknown>>;

export interface LatestPage extends ActivityPage {
  lines: ToldLine[];
}

/** Between the moment that the database writes into a line and the one in its message. */
const SAME_DEED_MS = 5000;

/**
 * Puts a change's lines before those that are there.
 * @param find a row as the page had it until now, with the most columns
 */
export function patchLatest(
  page: LatestPage,
  change: LiveChange,
  find: (id: string) => Row | undefined,
  size: number,
): LatestPage {
  const news = linesOfChange(change, find).filter((line) => !page.lines.some((known) => isSame(known, line)));
  if (!news.length) return page;
  const records = new Map((change.envelope.records ?? []).map((record) => [String(record.id), record]));
  const row = (id: string) => {
    const [known, record] = [find(id), records.get(id)];
    return known || record ? { ...known, ...record } : undefined;
  };
  const names = { ...page.names };
  for (const [key, ids] of mentioned(news)) {
    for (const id of ids) {
      const name = nameOf(key, row(id), row);
      if (name !== undefined) names[id] = name;
    }
  }
  const lines = [
    ...news.map((line) => (line.entity_id in names ? line : { ...line, partial: true as const })),
    ...page.lines,
  ];
  return { lines: lines.slice(0, size), names };
}

/** An answer of the database may hold what is told a moment later. */
const isSame = (known: ToldLine, line: ToldLine): boolean =>
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
