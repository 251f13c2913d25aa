const WINDOW_MS = 60_000;
const SAMPLES_MAX = 1000;

/** How long edits of the last minute took to reach this screen. Pure but for the times it is given. */
export class Freshness {
  #samples: { at: number; delay: number }[] = [];

  /**
   * @param began when the edit was made, as well as it is known, ms since 1970
   * @param shown when it was on screen; a clock behind the server's gives 0, not less
   */
  add(began: number, shown: number): void {
    if (!Number.isFinite(began)) return;
    this.#samples.push({ at: shown, delay: Math.max(0, shown - began) });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
  }

  /** Median delay in ms over the last minute; null without an edit in it. */
  p50(now: number): number | null {
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
    const delays = this.#samples.map(({ delay }) => delay).sort((a, b) => a - b);
    return delays[Math.floor((delays.length - 1) / 2)] ?? null;
  }
}
