import type { Clock } from './clock.ts';

const CALLS_PER_SECOND = 5;
const STOP_MS = 30_000;

/** Airtable's limit for one base: the sixth call within a second, and every call of the next 30 s, are refused. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #counts: boolean;
  #recent: number[] = [];
  #stoppedUntil = -Infinity;

  /** Without `counts` calls are refused after `stop` alone. */
  constructor(clock: Clock, counts = true) {
    this.#clock = clock;
    this.#counts = counts;
  }

  /** True when the call may go on. */
  admit(): boolean {
    const now = this.#clock.now();
    if (now < this.#stoppedUntil) return false;
    if (!this.#counts) return true;
    this.#recent = this.#recent.filter((at) => at > now - 1000);
    if (this.#recent.length >= CALLS_PER_SECOND) {
      this.stop();
      return false;
    }
    this.#recent.push(now);
    return true;
  }

  /** Refuses every call for 30 s, as if there had been one too many. */
  stop(): void {
    this.#stoppedUntil = this.#clock.now() + STOP_MS;
    this.#recent = [];
  }

  /** Ends the 30 s. */
  lift(): void {
    this.#stoppedUntil = -Infinity;
  }
}
