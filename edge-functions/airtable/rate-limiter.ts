/** Lets calls through in order, at a rate. */
export interface RateLimiter {
  /** Resolves when the next call may be made. Rejects while the other side has told us to stay away. */
  take(): Promise<void>;
  /** The other side refused: no call for a while. */
  pause(milliseconds: number): void;
}

export interface RateLimiterOptions {
  calls: number;
  perMs: number;
  now?: () => number;
  sleep?: (milliseconds: number) => Promise<void>;
}

/** Thrown by `take` while paused. Waiting that long is for whoever asked, not for a function with a time limit. */
export class PausedError extends Error {
  override name = 'PausedError';
}

/**
 * The first calls pass at once; then as many a window as are allowed. Airtable answers one call too many with 30 s of
 * refusals, so that it is always quicker to wait here.
 */
export function createRateLimiter({
  calls,
  perMs,
  now = () => performance.now(),
  sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: RateLimiterOptions): RateLimiter {
  // When the last calls were let through, or will be.
  const slots: number[] = [];
  let pausedUntil = 0;

  return {
    async take() {
      const at = now();
      if (at < pausedUntil) {
        throw new PausedError(
          `Airtable asked for a pause; ${Math.ceil((pausedUntil - at) / 1000)} s of it are left`,
        );
      }
      const slot = slots.length < calls ? at : Math.max(at, slots[slots.length - calls]! + perMs);
      slots.push(slot);
      if (slots.length > calls) slots.shift();
      if (slot > at) await sleep(slot - at);
    },
    pause(milliseconds) {
      pausedUntil = Math.max(pausedUntil, now() + milliseconds);
    },
  };
}
