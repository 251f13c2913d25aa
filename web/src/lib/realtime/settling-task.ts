const RETRY_MS = 2000;
const RETRY_MAX_MS = 30_000;

export interface TaskHandlers {
  /** A run ended well, and nobody asked for another. */
  done: () => void;
  /** A run failed; it is repeated by itself, later and later. */
  failed: (error: unknown) => void;
}

/**
 * Work that is done one run at a time. Asked for during a run, it runs once more: the first answer may be
 * older than the reason to ask.
 */
export class SettlingTask {
  #work: () => Promise<void>;
  #handlers: TaskHandlers;
  #running = false;
  #again = false;
  #stopped = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(work: () => Promise<void>, handlers: TaskHandlers) {
    this.#work = work;
    this.#handlers = handlers;
  }

  request(): void {
    if (this.#running) this.#again = true;
    else if (!this.#stopped) void this.#run();
  }

  /** Runs after a wait that doubles with every failure in a row, spread so that pages do not come together. */
  requestLater(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const wait = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#failures);
    this.#timer = setTimeout(() => this.request(), wait * (0.5 + Math.random()));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#again = false;
        await this.#work();
      } while (this.#again && !this.#stopped);
      this.#failures = 0;
      if (!this.#stopped) this.#handlers.done();
    } catch (error) {
      if (this.#stopped) return;
      this.#handlers.failed(error);
      this.requestLater();
      this.#failures += 1;
    } finally {
      this.#running = false;
    }
  }
}
