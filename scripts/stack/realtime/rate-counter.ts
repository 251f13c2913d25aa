const TICKS_KEPT = 12;

/**
 * The mean of events per second over the last ticks, of which the platform takes twelve of 5 s: a burst
 * passes when the minute around it is quiet.
 */
export class RateCounter {
  readonly limit: number;
  #tickSeconds: number;
  #current = 0;
  #ticks: number[] = [];
  #exceeded = false;

  constructor(limit: number, tickMs: number) {
    this.limit = limit;
    this.#tickSeconds = tickMs / 1000;
  }

  /** As of the last tick. */
  get exceeded(): boolean {
    return this.#exceeded;
  }

  /** Events per second, as of the last tick. */
  get mean(): number {
    const sum = this.#ticks.reduce((total, count) => total + count, 0);
    return this.#ticks.length === 0 ? 0 : sum / this.#ticks.length / this.#tickSeconds;
  }

  add(count = 1): void {
    this.#current += count;
  }

  /** @returns whether the limit was crossed just now, upwards. */
  tick(): boolean {
    this.#ticks = [this.#current, ...this.#ticks].slice(0, TICKS_KEPT);
    this.#current = 0;
    const before = this.#exceeded;
    this.#exceeded = this.mean >= this.limit;
    return this.#exceeded && !before;
  }
}
