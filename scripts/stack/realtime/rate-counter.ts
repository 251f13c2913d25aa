const TICK_SECONDS = 5;
const TICKS_KEPT = 12;

/**
 * The mean of events per second over the last minute, looked at every 5 s as the platform does: a burst
 * passes when the minute around it is quiet.
 */
export class RateCounter {
  readonly limit: number;
  #current = 0;
  #ticks: number[] = [];
  #exceeded = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  static readonly TICK_MS = TICK_SECONDS * 1000;

  get exceeded(): boolean {
    return this.#exceeded;
  }

  /** Events per second, as of the last tick. */
  get mean(): number {
    const sum = this.#ticks.reduce((total, count) => total + count, 0);
    return this.#ticks.length === 0 ? 0 : sum / this.#ticks.length / TICK_SECONDS;
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
