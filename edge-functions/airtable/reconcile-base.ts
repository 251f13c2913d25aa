import { isMissing } from './airtable-error.ts';
import type { BaseReader } from './base-reader.ts';
import { bindTables } from './bindings.ts';
import { checkSchema } from './check-schema.ts';
import { describeError } from './log.ts';
import type { Ports } from './ports.ts';
import { compareNextPage } from './compare-page.ts';
import type { ReconcileProgress } from './reconcile-store.ts';
import { settleSuspects } from './settle-suspects.ts';

const TELL_EVERY_MS = 1_000;

/**
 * Goes one step on with the comparison of a base: a page, or a second look at what differed. Each step is whole in
 * Postgres, so that another process can go on from there. False when there is nothing to compare.
 */
export async function reconcileBase(ports: Ports, base: BaseReader): Promise<boolean> {
  const { reconcile, store } = ports;
  const comparison = await reconcile.next(base.baseId);
  if (!comparison) {
    // Whoever settled the last table may have died before closing the run.
    for (const report of await reconcile.finish(base.baseId)) await tellReport(ports, report);
    return false;
  }
  if (comparison.startedAt === null) await checkSchema(ports, base.baseId);
  const bound = bindTables(await store.loadBindings(base.baseId)).get(comparison.tableId);
  if (!bound || bound.fields.size === 0)
    await reconcile.fail(comparison, 'No field of the table is there any more');
  else {
    const step = comparison.state === 'reading' ? compareNextPage : settleSuspects;
    await step(ports, base, comparison, bound).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return reconcile.fail(comparison, `Airtable does not show the table (${describeError(error)})`);
    });
  }
  await tellProgress(ports, base, comparison.runId);
  return true;
}

async function tellProgress(ports: Ports, base: BaseReader, runId: string): Promise<void> {
  if (performance.now() - (base.toldAt ?? -Infinity) < TELL_EVERY_MS) return;
  base.toldAt = performance.now();
  const progress = await ports.reconcile.progress(runId);
  if (progress) await tell(ports, progress);
}

async function tellReport(ports: Ports, report: ReconcileProgress): Promise<void> {
  const { run_id, state, identical, records, missing, extra, different, moving } = report;
  ports.log('info', 'compared', { run_id, state, identical, records, missing, extra, different, moving });
  await tell(ports, report);
}

/** Nothing is repeated because it could not be told. */
async function tell({ reader, log }: Ports, progress: ReconcileProgress): Promise<void> {
  await reader
    .announce('ops', 'airtable:sync:progress', progress)
    .catch((error: unknown) =>
      log('error', 'a comparison could not be told', { error: describeError(error) }),
    );
}
