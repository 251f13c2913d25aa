import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { Entity } from '../entities/entity.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { historyLine } from '../records/history.ts';
import type { ActivityEntity, ActivityLine } from './activity-line.ts';

type Row = Readonly<Record<string, unknown>>;
type Action = ActivityLine['action'];

/** Lines without their numbers, newest last; null where only the database knows what it noted. */
export type LinesOfChange = Omit<ActivityLine, 'id'>[] | null;

const ASSIGNMENT: Partial<Record<LiveEvent, Action>> = {
  'signal:assigned': 'created',
  'assignment:updated': 'updated',
  'assignment:removed': 'removed',
};
/** Between the moment that the database writes into a row and the one in its message. */
const TRANSACTION_MS = 60_000;

/**
 * What the database notes of a change, as far as its message tells. Not told are: which rows went and which only went
 * to another region; what a message of many rows left out; whether what came was here before.
 * @param before a row as it was until now
 */
export function linesOfChange(
  { channel, envelope }: Pick<LiveChange, 'channel' | 'envelope'>,
  before: (id: string) => Row | undefined,
): LinesOfChange {
  // Where a line may be read, its row may be heard: in a region, or as a startup by everybody. The pool and the
  // channels of startups tell again what was told there, to others.
  const told = /^region:|^network$/.test(channel) ? toldBy(envelope.event) : undefined;
  if (!told) return [];
  const { entity, name, action } = told;
  if (action === 'removed' || envelope.truncated) return null;
  const { source, actor = null, at } = envelope;
  const lines: LinesOfChange = [];
  for (const record of envelope.records ?? []) {
    const line = { entity: name, entity_id: String(record.id), action, changes: {}, source, actor, at };
    if (action === 'created') {
      if (wasHere(record, at)) return null;
      // Rows by the thousand, of which the database notes nothing.
      if (source !== 'system') lines.push(line);
      continue;
    }
    const was = before(line.entity_id);
    const history = was && entity && historyLine(entity, was, record, envelope);
    if (history) lines.push({ ...line, changes: history.changes });
    // Else bookkeeping; or somebody's deed that the page showed before it was told.
    else if (!was || !entity || actor) lines.push({ ...line, partial: true });
  }
  return lines;
}

/** A row that comes with an older date of birth was hidden, or stood in for one that was awaited. */
const wasHere = ({ created_at }: Row, at: string): boolean =>
  typeof created_at === 'string' && Date.parse(at) - Date.parse(created_at) > TRANSACTION_MS;

function toldBy(event: LiveEvent): { entity?: Entity; name: ActivityEntity; action: Action } | undefined {
  const assigned = ASSIGNMENT[event];
  if (assigned) return { name: 'assignment', action: assigned };
  for (const entity of Object.values(ENTITIES)) {
    for (const action of ['created', 'updated', 'removed'] as const) {
      if (entity.events[action] === event) return { entity, name: entity.singular as ActivityEntity, action };
    }
  }
  return undefined;
}
