import type { NamedCall } from '../actions/calls.ts';
import type { Fields } from '../actions/map-rows.ts';
import type { Refusal } from '../actions/refusal.ts';

/** An action as its maker hands it over. Plain data: it outlives the page. */
export interface NewAction {
  /** Made once for this action: the database does it once, however often it is sent. */
  key: string;
  /** When it was made, ms since 1970. */
  at: number;
  /** First part of the keys of the queries that show the row. */
  entity: string;
  /** The row; actions on one row go out in the order in which they were made. */
  id: string;
  call: NamedCall;
  /** What the row shows meanwhile. */
  fields: Fields;
  /** The row, in its own words. */
  title: string;
  /** "approved": what is done to it. */
  past: string;
  /** The channel whose right it needs: with the right it goes. */
  scope: string;
}

export interface QueuedAction extends NewAction {
  /** Its place; given by the store, growing. */
  seq: number;
  /** `sending` that nobody sends any more is what a crash left: it is sent again. */
  state: 'waiting' | 'sending' | 'parked';
  /** Sent so often without an answer: it may have been done. */
  attempts: number;
  /** Why it was parked. */
  refusal: Refusal | null;
}

/** How an action ended; the answer is a row where the action answers with one. */
export type Settled = { ok: true; answer: Fields } | { ok: false; refusal: Refusal };

/** The reader may still change or drop it: the database cannot have done it. */
export const isOpen = ({ state, attempts, refusal }: QueuedAction): boolean =>
  state === 'parked' ? refusal?.code !== '' : state === 'waiting' && attempts === 0;
