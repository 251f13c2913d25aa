import type { Notification } from './notification.ts';

/** A change of the reader's that was newer in Airtable, and can be made again. */
export interface Overtaken {
  id: number;
  entity_id: string;
  done_at: string;
}

/** It is told in the transaction in which it is overtaken. */
const TOLD_WITHIN_MS = 5_000;

/** Of which of them a notification tells; undefined when it was made again, or given up. */
export const overtakenOf = (
  { entity_id, created_at }: Pick<Notification, 'entity_id' | 'created_at'>,
  overtaken: readonly Overtaken[],
): Overtaken | undefined =>
  overtaken.find(
    (one) =>
      one.entity_id === entity_id &&
      Math.abs(Date.parse(created_at) - Date.parse(one.done_at)) < TOLD_WITHIN_MS,
  );
