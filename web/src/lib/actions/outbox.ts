import type { NewAction } from '../offline/queued-action.ts';
import type { PendingEdit } from './pending-edits.ts';

/** Where changes wait that cannot be sent now. They outlive the page, and go out once and in order. */
export interface Outbox {
  /** There is no network, or others of the same row wait. */
  mustKeep(id: string): boolean;
  /** Resolves once it cannot be lost; throws when it cannot be kept. The edit is the outbox's from then on. */
  keep(action: NewAction, edit?: PendingEdit): Promise<void>;
  /** False when it is too late: it is on its way, or gone. */
  discard(key: string): Promise<boolean>;
}
