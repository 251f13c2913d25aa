export type LogLevel = 'info' | 'warn' | 'error';

/** Writes one event. `facts` must hold no secret and no cell of a record: ids and counts say enough. */
export type Log = (level: LogLevel, event: string, facts?: Record<string, unknown>) => void;

/** One JSON line an event, as log collectors read them. */
export const consoleLog: Log = (level, event, facts = {}) => {
  const line = JSON.stringify({ at: new Date().toISOString(), level, event, ...facts });
  if (level === 'error') console.error(line);
  else console.warn(line);
};

/** An error in words, with its causes, without the stack and without what it may carry along. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${describeError(error.cause)})`;
}

/** Whatever was thrown, as an error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
