import type { RealtimeLimits } from '../limits.ts';

/** Counts how often a client changes its presence. */
export class PresenceCalls {
  #limits: Pick<RealtimeLimits, 'presenceCallsPerWindow' | 'presenceWindowMs'>;
  #count = 0;
  #windowEnd = -Infinity;

  constructor(limits: Pick<RealtimeLimits, 'presenceCallsPerWindow' | 'presenceWindowMs'>) {
    this.#limits = limits;
  }

  /** @returns whether one more call is allowed. `nowMs` counts from anywhere, but never back. */
  take(nowMs: number = performance.now()): boolean {
    if (nowMs > this.#windowEnd) {
      this.#windowEnd = nowMs + this.#limits.presenceWindowMs;
      this.#count = 0;
    }
    return ++this.#count <= this.#limits.presenceCallsPerWindow;
  }
}
