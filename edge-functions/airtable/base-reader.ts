import type { Budget } from './budget.ts';

/** What was read of a base over REST. `held`: somebody else reads it, and will look again. */
export interface BaseReading {
  state: 'read' | 'held' | 'out of time' | 'paused';
  rereads: number;
  scanned: number;
  written: number;
  /** Records that were held against the mirror. */
  compared?: number;
}

/** One process at a base, from the lease it took to the lease it gives back. */
export interface BaseReader {
  baseId: string;
  holder: string;
  budget: Budget;
  reading: BaseReading;
  /** Somebody put single records on the list: they go before a scan. */
  asked: boolean;
  /** When the owners were last told how far a comparison is. */
  toldAt?: number;
}
