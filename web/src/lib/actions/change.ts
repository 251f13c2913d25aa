import type { EntityKey } from '../entities/entity.ts';
import type { Call } from './calls.ts';
import type { Fields } from './map-rows.ts';

/** One change to one row: what to ask of the database, and what the page shows meanwhile. */
export interface Change {
  entity: EntityKey;
  /** The row that changes; actions on one row go out one after the other. */
  id: string;
  call: Call;
  /** What the row will hold, linked rows under their embed too; fields that a cache does not have stay out. */
  fields: Fields;
  /** "SIG-0042" or "Aquifer Labs": begins the sentences about it. */
  name: string;
  /** "approved": "SIG-0042 approved", "SIG-0042 was not approved", "12 signals approved". */
  past: string;
  /**
   * What takes it back, from what the call answered; none when nothing does. The answer is empty where it was not
   * heard, and no steps come back where they need it.
   */
  undo?: (answer: Fields) => Change[];
}

/** "SIG-0042 approved", "12 signals approved". */
export function doneText(changes: readonly Change[], plural: string): string {
  const [first] = changes;
  if (!first) return '';
  return changes.length === 1 ? `${first.name} ${first.past}` : `${changes.length} ${plural} ${first.past}`;
}

export const refusedText = ({ name, past }: Change, reason: string) => `${name} was not ${past}: ${reason}`;
