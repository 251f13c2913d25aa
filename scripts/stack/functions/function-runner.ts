import { setTimeout as delay } from 'node:timers/promises';
import {
  startFunctionProcess,
  type FunctionProcess,
  type FunctionProcessOptions,
} from './function-process.ts';

const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
/** Whoever lived this long did not die of starting. */
const HEALTHY_AFTER_MS = 10_000;

/** Keeps one function running: starts it again when it dies, and anew when its files change. */
export class FunctionRunner implements AsyncDisposable {
  readonly name: string;
  /** Resolves when the function listens for the first time. */
  readonly ready: Promise<void>;
  readonly #options: FunctionProcessOptions;
  readonly #listening = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  readonly #retired = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #current: FunctionProcess | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(options: FunctionProcessOptions) {
    this.name = options.config.name;
    this.ready = this.#listening.promise;
    this.#options = options;
    this.#loop = this.#keepRunning();
  }

  /** Where it answers; undefined while it does not. */
  get url(): string | undefined {
    return this.#current?.url;
  }

  get pid(): number | undefined {
    return this.#current?.pid;
  }

  /** Starts the changed files beside the running process, which goes when the new one listens. */
  restart(): void {
    this.#changed.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#changed.resolve();
    await this.#loop;
    await Promise.all(this.#retired);
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping;
    let wait = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const startedAt = Date.now();
      await this.#start();
      const died = await this.#untilDeathOrChange();
      if (signal.aborted) break;
      if (!died) {
        wait = FIRST_RETRY_MS;
        continue;
      }
      if (Date.now() - startedAt > HEALTHY_AFTER_MS) wait = FIRST_RETRY_MS;
      this.#log(`is started again in ${wait} ms`);
      await Promise.race([delay(wait, undefined, { signal }).catch(() => {}), this.#changed.promise]);
      wait = Math.min(wait * 2, MAX_RETRY_MS);
    }
    this.#retire();
  }

  async #start(): Promise<void> {
    this.#changed = Promise.withResolvers<void>();
    try {
      const next = await startFunctionProcess(this.#options, this.#stopping.signal);
      this.#retire();
      this.#current = next;
      this.#listening.resolve();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#log(
        this.#current === undefined
          ? `does not start: ${reason}`
          : `does not start with the change, and goes on without it: ${reason}`,
      );
    }
  }

  /** True when there is no process any more. */
  async #untilDeathOrChange(): Promise<boolean> {
    const current = this.#current;
    if (current === undefined) return true;
    const exit = await Promise.race([current.exited, this.#changed.promise]);
    if (exit === undefined) return false;
    this.#current = undefined;
    if (!this.#stopping.signal.aborted) this.#log(`ended with ${exit.signal ?? exit.code}`);
    return true;
  }

  #retire(): void {
    const old = this.#current;
    if (old === undefined) return;
    this.#current = undefined;
    const ended = Promise.resolve(old[Symbol.asyncDispose]()).finally(() => this.#retired.delete(ended));
    this.#retired.add(ended);
  }

  #log(what: string): void {
    this.#options.onLine(`the function ${what}`);
  }
}
