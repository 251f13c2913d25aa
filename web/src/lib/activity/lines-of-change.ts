import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { Entity } from '../entities/entity.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import { historyLine } from '../records/history.ts';
import type { ActivityEntity, ActivityLine } from './activity-line.ts';

type Row = Readonly<Record<string, unknown>>;
type Action = ActivityLine['action'];

/** A line made from a message. `partial`: the message does not say what the row was before. */
export type ToldLine = ActivityLine & { partial?: true };

const ASSIGNMENT: Partial<Record<LiveEvent, Action>> = {
  'signal:assigned': 'created',
  'assignment:updated': 'updated',
  'assignment:removed': 'removed',
};

/**
 * What the database notes of a change, as far as its message tells.
 * @param before a row as the page had it until now
 */
export function linesOfChange(
  { envelope }: Pick<LiveChange, 'envelope'>,
  before: (id: string) => Row | undefined,
): ToldLine[] {
  const told = toldBy(envelope.event);
  if (!told) return [];
  const { entity, name, action } = told;
  const records = new Map((envelope.records ?? []).map((record) => [String(record.id), record]));
  const lines = envelope.ids.map((id, index): ToldLine | null => {
    const line: ToldLine = {
      // Below those of the database; a message of many rows is many lines.
      id: -envelope.seq - index / 1000,
      entity: name,
      entity_id: id,
      action,
      changes: {},
      source: envelope.source,
      actor: envelope.actor ?? null,
      at: envelope.at,
    };
    if (action !== 'updated') return line;
    const [was, is] = [before(id), records.get(id)];
    if (!entity || !was || !is) return { ...line, partial: true };
    const history = historyLine(entity, was, is, envelope);
    if (history) return { ...line, changes: history.changes };
    // Bookkeeping; or somebody's deed that the page showed before it was told.
    return envelope.actor ? { ...line, partial: true } : null;
  });
  return lines.filter((line) => line !== null);
}

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

/** What a line is about, where its title is not known yet: "A connection". */
export const aboutPartial = ({ entity }: ToldLine): string =>
  `${/^[aeiou]/.test(entity) ? 'An' : 'A'} ${entity}`;
