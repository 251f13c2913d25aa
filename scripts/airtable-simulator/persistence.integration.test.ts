import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from './airtable-simulator.ts';
import { openPingReceiver } from './testing/ping-receiver.ts';
import { API_KEY, BASE_ID, call, createWebhook, readPayloads } from './testing/simulator-client.ts';
import { VirtualClock } from './virtual-clock.ts';
import { contentMac } from './webhooks/content-mac.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (stateDir = join(folder, 'state')): Promise<AirtableSimulator> =>
  createAirtableSimulator({
    port: 0,
    apiKey: API_KEY,
    baseId: BASE_ID,
    stateDir,
    clock: new VirtualClock(),
    rateLimit: false,
  });
const state = async (simulator: AirtableSimulator) => {
  const { now: _now, ...rest } = (await call(simulator, 'GET', '/_sim/state')).json as Record<
    string,
    unknown
  >;
  return { ...rest, payloads: await Promise.all(await hookPages(simulator)), base: baseOf(simulator) };
};
const hookPages = async (simulator: AirtableSimulator) => {
  const { webhooks } = (await call(simulator, 'GET', '/_sim/state')).json as { webhooks: { id: string }[] };
  return webhooks.map(({ id }) =>
    readPayloads(simulator, id).then(({ payloads, cursor }) => ({ payloads, cursor })),
  );
};
const baseOf = (simulator: AirtableSimulator) =>
  simulator.base.tables.map(({ id }) => simulator.base.records(id));

/** What a kill leaves: the folder as it is, without the orderly end. */
function crash(): string {
  const copy = join(folder, 'crashed');
  cpSync(join(folder, 'state'), copy, { recursive: true });
  return copy;
}

test('a restart keeps the base, the webhooks with their secrets, and the numbering of payloads', async () => {
  await using receiver = await openPingReceiver();
  const first = await open();
  const { id, macSecretBase64 } = await createWebhook(first, receiver.url);
  const startup = first.base.create('Startups', { Name: 'Kept' });
  await receiver.received(1);
  await first[Symbol.asyncDispose]();

  await using second = await open();
  expect(second.base.cell('Startups', startup, 'Name')).toBe('Kept');
  second.base.update('Startups', startup, { Stage: 'Seed' });
  await receiver.received(2);
  const ping = receiver.pings.at(-1);
  expect(ping?.mac).toBe(contentMac(macSecretBase64, ping?.body ?? ''));
  const page = await readPayloads(second, id);
  expect(page.cursor).toBe(3);
  expect(page.payloads.map((payload) => payload.baseTransactionNumber)).toEqual([1, 2]);
});

test('a kill loses nothing that anyone was told of', async () => {
  await using running = await open();
  await createWebhook(running);
  const startup = running.base.create('Startups', { Name: 'Kept' });
  running.base.destroy('Signals', running.base.records('Signals')[0]?.id ?? '');
  await call(running, 'POST', '/_sim/schema', {
    edit: 'rename field',
    table: 'Startups',
    field: 'Stage',
    name: 'Phase',
  });
  running.base.update('Startups', startup, { Phase: 'Seed' });
  const expected = await state(running);
  await using revived = await open(crash());
  expect(await state(revived)).toEqual(expected);
});

test('a line cut off by the kill is left out, and what comes after it is readable', async () => {
  await using running = await open();
  running.base.create('Startups', { Name: 'Whole' });
  const copy = crash();
  const journal = readdirSync(copy).find((name) => name.startsWith('journal-')) ?? '';
  appendFileSync(join(copy, journal), '{"kind":"transaction","numb');
  const revived = await open(copy);
  const id = revived.base.create('Startups', { Name: 'After' });
  cpSync(copy, join(folder, 'again'), { recursive: true });
  await revived[Symbol.asyncDispose]();
  await using again = await open(join(folder, 'again'));
  expect(again.base.cell('Startups', id, 'Name')).toBe('After');
  expect(again.base.records('Startups').map((record) => again.base.nameOf('Startups', record.id))).toContain(
    'Whole',
  );
});

test('a ping that the kill prevented is sent at the next start', async () => {
  await using receiver = await openPingReceiver();
  receiver.answer = 500;
  await using running = await open();
  await createWebhook(running, receiver.url);
  running.base.create('Startups', { Name: 'Unheard' });
  await receiver.received(1);
  receiver.answer = 200;
  await using _revived = await open(crash());
  await receiver.received(2);
});

test('a folder of another base is refused, with what to do', async () => {
  await (await open())[Symbol.asyncDispose]();
  await expect(
    createAirtableSimulator({
      port: 0,
      apiKey: API_KEY,
      baseId: 'appAnother',
      stateDir: join(folder, 'state'),
    }),
  ).rejects.toThrow('use another folder or the old id');
});
