import { describeError } from './log.ts';
import type { Ports } from './ports.ts';
import type { ScanProgress } from './reader-store.ts';

const EVERY_MS = 1_000;

export interface Reporter {
  /** Something was read. Tells the owners, at most once a second. */
  note(records: number): void;
  flush(): Promise<void>;
}

/** Tells the `ops` channel how far scans have come, with the seconds that are probably left. */
export function createReporter({ reader, log }: Ports, runIds: readonly string[]): Reporter {
  const startedAt = performance.now();
  let lastAt = -Infinity;
  let records = 0;
  let telling = Promise.resolve();

  const tell = async (): Promise<void> => {
    const perSecond = records / Math.max((performance.now() - startedAt) / 1000, 0.001);
    for (const runId of runIds) {
      const progress = await reader.scanProgress(runId);
      if (progress?.state === 'running')
        await reader.announce('ops', 'airtable:sync:progress', withEstimate(progress, perSecond));
    }
  };
  const tellQuietly = (): Promise<void> =>
    tell().catch((error: unknown) =>
      log('error', 'progress could not be told', { error: describeError(error) }),
    );

  return {
    note(count) {
      records += count;
      if (performance.now() - lastAt < EVERY_MS) return;
      lastAt = performance.now();
      telling = telling.then(tellQuietly);
    },
    flush: () => telling,
  };
}

/** `estimate_seconds` null: too early to say. */
function withEstimate(progress: ScanProgress, perSecond: number) {
  const left = Math.max(progress.expected - progress.records, 0);
  return {
    ...progress,
    per_second: Math.round(perSecond),
    estimate_seconds: perSecond > 0 && progress.expected > 0 ? Math.ceil(left / perSecond) : null,
  };
}
