type Task = () => void | Promise<void>;

/** Runs tasks one after another; at once, without a turn of the event loop, while none is waiting. */
export class SerialQueue {
  #waiting: Task[] = [];
  #busy = false;
  #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  run(task: Task): void {
    this.#waiting.push(task);
    if (!this.#busy) this.#drain();
  }

  /** Forgets what has not begun. */
  clear(): void {
    this.#waiting = [];
  }

  #drain(): void {
    this.#busy = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      try {
        const running = task();
        if (!running) continue;
        void running.catch(this.#onError).then(() => this.#drain());
        return;
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#busy = false;
  }
}
