import type { BaseReader } from './base-reader.ts';
import { bindTables } from './bindings.ts';
import { checkSchema } from './check-schema.ts';
import { asError, describeError } from './log.ts';
import type { Ports } from './ports.ts';
import type { Scan } from './reader-store.ts';
import { createReporter } from './report-progress.ts';
import { scanTable } from './scan-table.ts';
import type { ScanWork } from './scan-work.ts';

/** Tables read side by side: one waits for Postgres or the network while another takes its turn. */
const SIDE_BY_SIDE = 3;

/** Goes on with a base's scans until they are done, the time is over, or single records wait. */
export async function scanBase(ports: Ports, base: BaseReader, scans: readonly Scan[]): Promise<void> {
  const { reader, store } = ports;
  if (scans.some(({ state }) => state === 'pending')) await checkSchema(ports, base.baseId);
  const tables = bindTables(await store.loadBindings(base.baseId));
  const reporter = createReporter(ports, [...new Set(scans.map(({ runId }) => runId))]);
  let failed: Error | undefined;
  const work: ScanWork = {
    base,
    reporter,
    shouldYield: () => failed !== undefined || base.asked || base.budget.isOver,
  };

  const queue = [...scans];
  const worker = async (): Promise<void> => {
    for (let scan = queue.shift(); scan && !work.shouldYield(); scan = queue.shift()) {
      const bound = tables.get(scan.tableId);
      try {
        if (!bound || bound.fields.size === 0)
          await reader.failScan(scan, 'No field of the table is there any more');
        else await scanTable(ports, work, bound, scan);
      } catch (error) {
        failed ??= asError(error);
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  await reporter.flush();
  for (const result of await reader.finishScans(base.baseId)) await tellCompleted(ports, result);
  if (failed !== undefined) throw failed;
}

async function tellCompleted({ reader, log }: Ports, result: { run_id: string }): Promise<void> {
  log('info', 'scan completed', { ...result });
  try {
    await reader.announce('ops', 'airtable:sync:progress', result);
    await reader.announce('network', 'airtable:sync:completed', result);
  } catch (error) {
    // The rows are there; nobody's sync fails because it could not be told.
    log('error', 'the end of a scan could not be told', { error: describeError(error) });
  }
}
