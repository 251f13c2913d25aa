import type { Clock } from './clock.ts';

interface Due {
  at: number;
  callback: () => void;
}

/** A clock that stands still until `advance` is called. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #due = new Set<Due>();

  constructor(startMs = Date.UTC(2026, 10, 23, 9)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const due = { at: this.#now + delayMs, callback };
    this.#due.add(due);
    return () => this.#due.delete(due);
  }

  /** Lets time pass and runs what falls due, earliest first. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#due].filter((due) => due.at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }

  /** How many milliseconds until the next scheduled call, or undefined. */
  get nextInMs(): number | undefined {
    const times = [...this.#due].map((due) => due.at - this.#now);
    return times.length > 0 ? Math.min(...times) : undefined;
  }
}
