import { systemClock, type Clock } from '../airtable-simulator/clock.ts';

/** Airtable's clock, which is not ours. */
export class SkewedClock implements Clock {
  #aheadMs: number;

  constructor(aheadMs: number) {
    this.#aheadMs = aheadMs;
  }

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    return systemClock.schedule(callback, delayMs);
  }

  /** What was due in between is late: nobody waits that long in a test. */
  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}
