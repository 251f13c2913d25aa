import type { BaseReader, BaseReading } from './base-reader.ts';
import { bindTables } from './bindings.ts';
import type { Budget } from './budget.ts';
import { isLost } from './database.ts';
import { keepLease, LEASE_SECONDS } from './lease.ts';
import type { Ports } from './ports.ts';
import { PausedError } from './rate-limiter.ts';
import { reconcileBase } from './reconcile-base.ts';
import { RECORDS_A_REQUEST, rereadRecords } from './reread-records.ts';
import { sleep } from './retry.ts';
import { scanBase } from './scan-base.ts';

/** Above this many records of a table at once, its whole table is read instead. */
const SCAN_INSTEAD_OF = 5 * RECORDS_A_REQUEST;

/** Reads what waits to be read of a base over REST: single records first, then scans, then comparisons. One process a base at a time. */
export async function readBase(ports: Ports, baseId: string, budget: Budget): Promise<BaseReading> {
  const { reader } = ports;
  const holder = crypto.randomUUID();
  const reading: BaseReading = { state: 'read', rereads: 0, scanned: 0, written: 0 };
  if (!(await reader.takeReader(baseId, holder, LEASE_SECONDS))) return { ...reading, state: 'held' };
  const base: BaseReader = { baseId, holder, budget, reading, asked: false };
  const stopKeeping = keepLease(async () => {
    base.asked = (await reader.renewReader(baseId, holder, LEASE_SECONDS)) || base.asked;
  });
  try {
    do {
      await readAll(ports, base);
    } while (reading.state === 'read' && (await reader.releaseReader(baseId, holder)));
    return reading;
  } finally {
    stopKeeping();
    // Whoever goes on takes it; a second release of what is free changes nothing.
    while (await reader.releaseReader(baseId, holder).catch(() => false));
  }
}

async function readAll(ports: Ports, base: BaseReader): Promise<void> {
  const { reading, budget } = base;
  for (;;) {
    if (budget.isOver) {
      reading.state = 'out of time';
      return;
    }
    try {
      if (!(await readSome(ports, base))) return;
    } catch (error) {
      if (error instanceof PausedError && error.waitMs < budget.leftMs) await sleep(error.waitMs);
      else if (error instanceof PausedError) {
        reading.state = 'paused';
        return;
      } else if (isLost(error)) {
        // A scan that began anew, or a base that another reads by now.
        if (await ports.reader.takeReader(base.baseId, base.holder, LEASE_SECONDS)) continue;
        reading.state = 'held';
        return;
      } else throw error;
    }
  }
}

/** False when nothing is left. */
async function readSome(ports: Ports, base: BaseReader): Promise<boolean> {
  const { reader, store, log } = ports;
  base.asked = false;
  const rereads = await reader.nextRereads(base.baseId, RECORDS_A_REQUEST);
  if (rereads) {
    const bound = bindTables(await store.loadBindings(base.baseId)).get(rereads.tableId);
    if (!bound || bound.fields.size === 0) {
      log('warn', 'records of a table that is bound to nothing were asked for', { tableId: rereads.tableId });
      await reader.forgetRereads(base.baseId, rereads.tableId);
    } else if (rereads.due > SCAN_INSTEAD_OF) {
      await reader.beginScan(base.baseId, 'Many records changed that were not known', true, [
        rereads.tableId,
      ]);
      await reader.forgetRereads(base.baseId, rereads.tableId);
    } else {
      await rereadRecords(ports, base, bound, rereads);
    }
    return true;
  }
  const scans = await reader.openScans(base.baseId);
  // Also without any: whoever wrote the last page may have died before closing the run.
  await scanBase(ports, base, scans);
  if (scans.length > 0) return true;
  return reconcileBase(ports, base);
}
