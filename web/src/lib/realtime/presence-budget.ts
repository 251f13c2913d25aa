/** The server closes the channel over 5 calls of track in 30 s. One is kept back for joining again. */
const CALLS_MAX = 4;
const WINDOW_MS = 30_000;
/** Whoever leafs through records is nowhere until they stay. */
const REST_MS = 400;

/** Says when the next call of track may go out. */
export class PresenceBudget {
  #calls: number[] = [];

  /** How long to wait, ms; `urgent` after a join, when nobody knows of us yet. */
  wait(now: number, urgent = false): number {
    const recent = this.#calls.filter((time) => time > now - WINDOW_MS);
    const oldest = recent.at(-CALLS_MAX);
    const free = recent.length < CALLS_MAX || oldest === undefined ? 0 : oldest + WINDOW_MS - now;
    return Math.max(urgent ? 0 : REST_MS, free);
  }

  spend(now: number): void {
    this.#calls = [...this.#calls.slice(1 - CALLS_MAX), now];
  }
}
