import type { Entity, EntityRow } from '../entities/entity.ts';
import type { View } from '../lists/list.ts';
import { matches } from '../lists/matches.ts';
import { isNarrowed } from '../lists/view.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { Before } from './patch-page.ts';

/** Could a view have another number of rows after this change? Only the database counts. */
export function countMayDiffer(
  entity: Entity,
  sought: Pick<View, 'filters' | 'q'>,
  { envelope }: LiveChange,
  before: Before = () => undefined,
): boolean {
  const { created, updated, removed } = entity.events;
  if (envelope.event === removed) return true;
  if (envelope.event !== created && envelope.event !== updated) return false;
  const narrowed = isNarrowed(sought);
  if (envelope.truncated) return narrowed || envelope.event === created;
  const records = (envelope.records ?? []) as EntityRow[];
  if (envelope.event === created) return records.some((record) => matches(entity, sought, record));
  if (!narrowed) return false;
  return records.some((record) => {
    const was = before(record.id);
    return !was || matches(entity, sought, was) !== matches(entity, sought, { ...was, ...record });
  });
}
