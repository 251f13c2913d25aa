import { startFunctionProcess, type FunctionProcess } from '../stack/functions/function-process.ts';
import type { FunctionConfig } from '../stack/project-config.ts';

export interface MortalFunctionOptions {
  config: FunctionConfig;
  env: Record<string, string>;
  denoDir: string;
  onLine: (line: string) => void;
}

/** The real function in a real Deno, which can be killed at any moment: another one stands by. */
export class MortalFunction implements AsyncDisposable {
  readonly #options: MortalFunctionOptions;
  readonly #stopping = new AbortController();
  #current: Promise<FunctionProcess>;
  #spare: Promise<FunctionProcess> | undefined;
  #stalled: FunctionProcess[] = [];

  constructor(options: MortalFunctionOptions) {
    this.#options = options;
    this.#current = this.#start();
  }

  /** Where it answers. */
  async url(): Promise<string> {
    return (await this.#current).url;
  }

  /** Starts the one that stands by, so that a death costs no time. */
  prepareSpare(): void {
    this.#spare ??= this.#start();
  }

  /** kill -9. Nothing that it was doing is finished. */
  async kill(): Promise<void> {
    const dead = await this.#current;
    this.#replace();
    await end(dead);
  }

  /** It stands still, and another takes over, until `wake`. */
  async stall(): Promise<void> {
    const stalled = await this.#current;
    // At once: what it waits for is on its way.
    process.kill(stalled.pid, 'SIGSTOP');
    this.#stalled.push(stalled);
    this.#replace();
    await this.#current;
  }

  /** Those that stood still go on with what they had in hand, and end. */
  async wake(): Promise<void> {
    const woken = this.#stalled;
    this.#stalled = [];
    for (const one of woken) signal(one, 'SIGCONT');
    await Promise.all(woken.map((one) => one[Symbol.asyncDispose]()));
  }

  /** Lets it finish what it has begun; a new one goes on. */
  async renew(): Promise<void> {
    const old = await this.#current;
    this.#replace();
    await this.#current;
    await old[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.wake();
    this.#stopping.abort();
    const all = [this.#current, this.#spare].filter((one) => one !== undefined);
    for (const started of await Promise.allSettled(all)) {
      if (started.status === 'rejected') continue;
      await end(started.value);
    }
  }

  #replace(): void {
    this.#current = this.#spare ?? this.#start();
    this.#spare = undefined;
  }

  #start(): Promise<FunctionProcess> {
    const started = startFunctionProcess(this.#options, this.#stopping.signal);
    // Whoever waits for it is told; nobody may.
    started.catch(() => {});
    return started;
  }
}

async function end(one: FunctionProcess): Promise<void> {
  signal(one, 'SIGKILL');
  await one.exited;
}

function signal({ pid }: FunctionProcess, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended by itself, or was killed while it stood still.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
