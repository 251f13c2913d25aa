import type { Clock } from './clock.ts';

const CALLS_PER_SECOND = 5;
const STOP_MS = 30_000;

/** Airtable's limit for one base: the sixth call within a second, and every call of the next 30 s, are refused. */
export class RateLimiter {
  readonly #clock: Clock;
  #recent: number[] = [];
  #stoppedUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the call may go on. */
  admit(): boolean {
    const now = this.#clock.now();
    if (now < this.#stoppedUntil) return false;
    this.#recent = this.#recent.filter((at) => at > now - 1000);
    if (this.#recent.length >= CALLS_PER_SECOND) {
      this.#stoppedUntil = now + STOP_MS;
      this.#recent = [];
      return false;
    }
    this.#recent.push(now);
    return true;
  }
}
