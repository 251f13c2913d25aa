/** Calls `work` every `intervalMs` while it is on. */
export class Poller {
  #work: () => void;
  #intervalMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(work: () => void, intervalMs: number) {
    this.#work = work;
    this.#intervalMs = intervalMs;
  }

  /** Switching on what is on keeps its rhythm. */
  set(on: boolean): void {
    if (on && this.#timer === undefined) this.#timer = setInterval(this.#work, this.#intervalMs);
    if (!on) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
