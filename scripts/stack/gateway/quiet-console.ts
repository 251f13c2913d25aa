import { AsyncLocalStorage } from 'node:async_hooks';
import { format } from 'node:util';

type Listener = (line: string) => void;

const listeners = new AsyncLocalStorage<Listener>();
let installed = false;

/**
 * Runs `task`, and gives what it prints to `onLine` instead, a line for each call. For a library that prints
 * every refused query with its stack: the stack's own terminal belongs to what people want to read.
 * The rest of the process prints as before.
 */
export function quietly<T>(onLine: Listener, task: () => T): T {
  install();
  return listeners.run(onLine, task);
}

/** Once for good: undoing it in another order than it was done would bring a dead listener back. */
function install(): void {
  if (installed) return;
  installed = true;
  for (const method of ['error', 'warn', 'log', 'info', 'debug'] as const) {
    const print = console[method].bind(console);
    console[method] = (...args: unknown[]) => {
      const listener = listeners.getStore();
      if (listener === undefined) print(...args);
      else listener(firstLine(args));
    };
  }
}

function firstLine(args: unknown[]): string {
  const text = format(...args.map((arg) => (arg instanceof Error ? arg.message : arg)));
  return text.split('\n', 1)[0] ?? '';
}
