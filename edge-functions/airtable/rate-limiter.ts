import { sleep } from './retry.ts';

/** Lets calls of a base through in order, at Airtable's rate. */
export interface RateLimiter {
  /** Resolves when the next call may be made. Rejects with `PausedError` while Airtable wants to be left alone. */
  take(baseId: string): Promise<void>;
  /** Airtable refused a call: none is made for a while, by anybody. */
  pause(baseId: string): Promise<void>;
}

/** Where the turns are given: functions run in many places at once, and Airtable counts them together. */
export interface Turns {
  takeTurn(baseId: string, calls: number, perMs: number): Promise<{ waitMs: number; paused: boolean }>;
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

/** Airtable's second does not begin with ours, and a call may take a little longer than the one before it. */
const WINDOW_MS = 1_030;

/** Airtable answers one call too many with 30 s of refusals, so that it is always quicker to wait here. */
export function createRateLimiter(
  turns: Turns,
  { callsPerSecond, pauseMs }: RateLimits = AIRTABLE_LIMITS,
): RateLimiter {
  return {
    async take(baseId) {
      const { waitMs, paused } = await turns.takeTurn(baseId, callsPerSecond, WINDOW_MS);
      if (paused) throw new PausedError(waitMs);
      if (waitMs > 0) await sleep(waitMs);
    },
    pause: (baseId) => turns.pauseCalls(baseId, pauseMs),
  };
}
