import { sleep } from './retry.ts';

/** Lets calls of a base through in order, at Airtable's rate. */
export interface RateLimiter {
  /**
   * Resolves when the call may be made, with what is to be called once it is over. Rejects with `PausedError` while
   * Airtable wants to be left alone.
   */
  take(baseId: string): Promise<() => Promise<void>>;
  /** Airtable refused a call: none is made for a while, by anybody. */
  pause(baseId: string): Promise<void>;
}

export interface Turn {
  /** Until the turn comes; while paused, until the pause is over. */
  waitMs: number;
  paused: boolean;
  /** Names it for `moveTurn`. */
  turn: string;
}

/** Where the turns are given: functions run in many places at once, and Airtable counts them together. */
export interface Turns {
  takeTurn(baseId: string, calls: number, perMs: number): Promise<Turn>;
  /** The call of this turn reached Airtable later: it counts from then on. */
  moveTurn(baseId: string, turn: string, byMs: number): Promise<void>;
  pauseCalls(baseId: string, milliseconds: number): Promise<void>;
}

/** Thrown by `take` while paused. Waiting that long is for whoever asked, who has a time limit of their own. */
export class PausedError extends Error {
  override name = 'PausedError';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`Airtable asked for a pause; ${Math.ceil(waitMs / 1000)} s of it are left`);
    this.waitMs = waitMs;
  }
}

export interface RateLimits {
  callsPerSecond: number;
  /** How long every call is refused after one too many. */
  pauseMs: number;
}

/** Airtable's own. */
export const AIRTABLE_LIMITS: RateLimits = { callsPerSecond: 5, pauseMs: 30_000 };

/** A little more than Airtable's second, for clocks that do not run alike. */
const WINDOW_MS = 1_010;
/** So many calls tell how quick the quickest is. */
const LEARNING_CALLS = 10;
/** What is later by less is not worth a word. */
const ON_TIME_MS = 3;

/**
 * Airtable answers one call too many with 30 s of refusals, so that it is always quicker to wait here. It counts a call
 * when it arrives, which may be later than its turn: a timer that was late, a slow network. So a call that took longer
 * than the quickest one is taken to have arrived later by that much, and what follows keeps its distance from there.
 */
export function createRateLimiter(
  turns: Turns,
  { callsPerSecond, pauseMs }: RateLimits = AIRTABLE_LIMITS,
): RateLimiter {
  let quickestMs = Infinity;
  let calls = 0;
  return {
    async take(baseId) {
      const askedAt = performance.now();
      const { waitMs, paused, turn } = await turns.takeTurn(baseId, callsPerSecond, WINDOW_MS);
      if (paused) throw new PausedError(waitMs);
      // The turn may have been given right then, and the answer have been long on its way.
      const due = askedAt + waitMs;
      if (waitMs > 0) await sleep(Math.ceil(waitMs));
      const sentAt = performance.now();
      return async () => {
        const now = performance.now();
        quickestMs = Math.min(quickestMs, now - sentAt);
        calls += 1;
        const lateMs = now - due - (calls > LEARNING_CALLS ? quickestMs : 0);
        if (lateMs > ON_TIME_MS) await turns.moveTurn(baseId, turn, lateMs);
      };
    },
    pause: (baseId) => turns.pauseCalls(baseId, pauseMs),
  };
}
