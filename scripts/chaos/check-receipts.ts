import type { Payload } from '../airtable-simulator/webhooks/payload.ts';
import { AIRTABLE_API_KEY } from './lane.ts';
import type { World } from './world.ts';

interface Receipt {
  number: number;
  transaction: number;
  at: Date;
}
interface Hook {
  id: string;
  isHookEnabled: boolean;
  areNotificationsEnabled: boolean;
  cursorForNextPayload: number;
}

/** Where cursor, receipts and Airtable's log disagree, in words. */
export async function checkReceipts(world: World): Promise<string[]> {
  const problems: string[] = [];
  const { webhooks: theirs } = await ask<{ webhooks: Hook[] }>(world, '');
  const ours = await world.webhooks();
  if (ours.length !== 1) problems.push(`There are ${ours.length} webhooks in the mirror`);
  if (theirs.length !== ours.length) problems.push(`Airtable has ${theirs.length} webhooks`);
  for (const { id, cursor } of ours) {
    const hook = theirs.find((one) => one.id === id);
    if (!hook?.isHookEnabled) {
      problems.push(`The webhook ${id} is ${hook ? 'dead' : 'gone'} in Airtable`);
      continue;
    }
    if (!hook.areNotificationsEnabled) problems.push(`The webhook ${id} sends no pings`);
    if (cursor !== hook.cursorForNextPayload)
      problems.push(`The cursor is ${cursor}; Airtable's next payload is ${hook.cursorForNextPayload}`);
    problems.push(...(await checkLog(world, id, cursor)));
  }
  return problems;
}

async function checkLog(world: World, webhookId: string, cursor: number): Promise<string[]> {
  const problems: string[] = [];
  const receipts = await readReceipts(world, webhookId);
  const log = await readLog(world, webhookId);
  for (const [number, receipt] of receipts) {
    if (number < 1 || number >= cursor) problems.push(`Receipt ${number} is not below the cursor ${cursor}`);
    const payload = log.get(number);
    if (!payload) continue;
    if (
      payload.baseTransactionNumber !== receipt.transaction ||
      payload.timestamp !== receipt.at.toISOString()
    )
      problems.push(`Receipt ${number} is for transaction ${receipt.transaction}, not that of its payload`);
  }
  for (const number of log.keys())
    if (number < cursor && !receipts.has(number)) problems.push(`Payload ${number} has no receipt`);
  if (!world.beyondTheLog && receipts.size !== cursor - 1)
    problems.push(`There are ${receipts.size} receipts below the cursor ${cursor}`);
  return problems;
}

async function readReceipts(world: World, webhookId: string): Promise<Map<number, Receipt>> {
  const { rows } = await world.lane.database.query<{ number: string; transaction: string; at: Date }>(
    `select payload_number as number, base_transaction_number as transaction, payload_timestamp as at
     from airtable.receipts where webhook_id = $1`,
    [webhookId],
  );
  return new Map(
    rows.map((row) => [
      Number(row.number),
      { number: Number(row.number), transaction: Number(row.transaction), at: row.at },
    ]),
  );
}

/** What Airtable still has of the log, by number. */
async function readLog(world: World, webhookId: string): Promise<Map<number, Payload>> {
  const log = new Map<number, Payload>();
  let cursor = 1;
  for (let more = true; more;) {
    const page = await ask<{ payloads: Payload[]; cursor: number; mightHaveMore: boolean }>(
      world,
      `/${webhookId}/payloads?cursor=${cursor}`,
    );
    page.payloads.forEach((payload, index) => log.set(page.cursor - page.payloads.length + index, payload));
    cursor = page.cursor;
    more = page.mightHaveMore;
  }
  return log;
}

async function ask<T>(world: World, path: string): Promise<T> {
  const response = await fetch(`${world.simulator.url}/v0/bases/${world.simulator.baseId}/webhooks${path}`, {
    headers: { authorization: `Bearer ${AIRTABLE_API_KEY}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
