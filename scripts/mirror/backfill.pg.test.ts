import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPerson } from '../../supabase/tests/support/people.ts';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
const people = new Map<string, string>();
beforeEach(async () => {
  mirror = await createTestMirror({ findUser: (token) => Promise.resolve(people.get(token)) });
});
afterEach(async () => mirror[Symbol.asyncDispose]());

function fill(count: number): string[] {
  const ids: string[] = [];
  mirror.simulator.base.transaction((edit) => {
    for (let n = 0; n < count; n++) ids.push(edit.create('Signals', { Title: `T${n}` }));
  });
  return ids;
}
/** As if the log began here. */
const skipLog = () => mirror.sql`update airtable.webhooks set cursor = 100`;
const alive = async (): Promise<number> =>
  (await mirror.sql<{ n: number }[]>`select count(*)::int as n from signals where deleted_at is null`)[0]!.n;
const scans = () =>
  mirror.sql`select table_name, state, records::int, deleted::int, restarts from airtable.scans where table_name = 'signals'`;
/** Calls `before` ahead of the nth page of signals. */
function beforePage(nth: number, before: () => void | Promise<void>): void {
  const original = { ...mirror.options.records };
  let page = 0;
  mirror.options.records.listRecords = async (base, table, ...rest) => {
    if (table === mirror.tableId('Signals') && ++page === nth) await before();
    return original.listRecords(base, table, ...rest);
  };
}

describe('who may start one', () => {
  const asks = (authorization?: string): Promise<Response> =>
    mirror.request('/backfill', { method: 'POST', headers: authorization ? { authorization } : {} });

  test('an owner → 202 with the run', async () => {
    people.set('owners.token', await addPerson(mirror.sql, 'Olga', 'owner', []));
    const response = await asks('Bearer owners.token');
    expect(response.status).toBe(202);
    const [run] = await mirror.sql<{ id: string }[]>`select id from airtable.runs where kind = 'backfill'`;
    expect(await response.json()).toEqual({
      runId: run!.id,
      runs: [{ baseId: mirror.baseId, runId: run!.id }],
    });
  });

  test('an admin → 403; nobody → 401; nothing is read', async () => {
    people.set('admins.token', await addPerson(mirror.sql, 'Ada', 'admin', ['west']));
    expect((await asks('Bearer admins.token')).status).toBe(403);
    expect((await asks('Bearer strangers.token')).status).toBe(401);
    expect((await asks()).status).toBe(401);
    expect(await mirror.sql`select from airtable.runs`).toHaveLength(0);
  });

  test('from a browser of another origin → allowed to ask', async () => {
    const response = await mirror.request('/backfill', {
      method: 'OPTIONS',
      headers: { origin: 'https://admin.example', 'access-control-request-method': 'POST' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('a scan', () => {
  test('of a whole base → every record, no history of it, and its end is told', async () => {
    fill(250);
    await skipLog();
    await mirror.post('/backfill');
    expect(await alive()).toBe(250);
    expect(await scans()).toEqual([
      { table_name: 'signals', state: 'done', records: 250, deleted: 0, restarts: 0 },
    ]);
    expect(await mirror.sql`select from activity`).toHaveLength(0);
    const told = await mirror.sql`
      select channel, envelope -> 'records' -> 0 ->> 'state' as state, (envelope -> 'records' -> 0 -> 'records')::int as records
      from live.changes where envelope ->> 'event' = 'airtable:sync:completed'`;
    expect(told).toEqual([{ channel: 'network', state: 'succeeded', records: 250 }]);
  });

  test('twice → nothing is written the second time', async () => {
    fill(150);
    await mirror.post('/backfill');
    const before = await mirror.sql`select * from signals order by id`;
    await mirror.post('/backfill');
    expect(await mirror.sql`select * from signals order by id`).toEqual(before);
  });

  test('whose time is over in the middle → goes on from its offset, without what it had', async () => {
    const ids = fill(500);
    await skipLog();
    const original = { ...mirror.options.reader };
    // Stops as the budget would, after the first pages are written.
    let written = 0;
    mirror.options.reader.applyScan = async (...batch) => {
      const counts = await original.applyScan(...batch);
      if (batch[2].table === 'signals' && ++written === 1) throw new Error('The process ends here');
      return counts;
    };
    await mirror.post('/backfill');
    const [half] =
      await mirror.sql`select records::int, next_offset from airtable.scans where table_name = 'signals'`;
    expect(half).toMatchObject({ next_offset: expect.any(String) as string });
    mirror.options.reader.applyScan = (...batch) => original.applyScan(...batch);
    await mirror.post('/drain', { background: true });
    expect(await alive()).toBe(ids.length);
    expect(await scans()).toMatchObject([{ state: 'done', records: 500, restarts: 0 }]);
  });

  test('whose iterator dies → begins its table anew, and takes nothing for deleted too early', async () => {
    fill(450);
    await skipLog();
    beforePage(3, () => mirror.sim('iterators/expire'));
    await mirror.post('/backfill');
    expect(await alive()).toBe(450);
    expect(await scans()).toMatchObject([{ state: 'done', records: 450, restarts: 1, deleted: 0 }]);
  });

  test('a record that went while nobody looked → a tombstone after a whole scan, none after a part of one', async () => {
    const ids = fill(250);
    await mirror.post('/backfill');
    await mirror.sql`delete from airtable.touches`;
    await mirror.sql`update signals set received_at = now() - interval '1 minute'`;
    mirror.simulator.base.destroy('Signals', ids[7]!);
    await mirror.sql`update airtable.webhooks set cursor = 5`;
    await mirror.faults({ failNext: { count: 4, status: 503, path: mirror.tableId('Signals') } });
    await mirror.post('/backfill');
    expect(await alive()).toBe(250);
    await mirror.post('/drain', { background: true });
    expect(await alive()).toBe(249);
  });

  test('what the log says during it → stays, whatever the scan has read before', async () => {
    const ids = fill(250);
    await mirror.post('/backfill');
    await mirror.sql`delete from airtable.touches`;
    const sorted = [...ids].sort();
    const first = sorted[0]!;
    // The first page was read, and not written yet.
    const original = { ...mirror.options.reader };
    let done = false;
    mirror.options.reader.applyScan = async (...batch) => {
      if (batch[2].table === 'signals' && !done) {
        done = true;
        mirror.simulator.base.update('Signals', first, { Title: 'newer' });
        mirror.simulator.base.destroy('Signals', sorted[1]!);
        await mirror.ping();
      }
      return original.applyScan(...batch);
    };
    await mirror.post('/backfill');
    expect(await mirror.sql`select title from signals where airtable_id = ${first}`).toEqual([
      { title: 'newer' },
    ]);
    expect(await alive()).toBe(249);
  });

  test('two bases fill one table → nothing is swept', async () => {
    fill(1);
    await mirror.sql`insert into signals (airtable_id, title, airtable_edited_at, received_at)
      values ('recOfTheOtherBase', 'other', now(), now() - interval '1 day')`;
    await mirror.sql`insert into airtable.field_bindings (base_id, table_id, field_id, table_name, column_name)
      values ('appOther', 'tblOther', 'fldOther', 'signals', 'title')`;
    await mirror.post('/backfill', { baseId: mirror.baseId });
    expect(await alive()).toBe(2);
  });

  test('of a base with a bad record → a dead letter; its later repair resolves it', async () => {
    const [id] = fill(3);
    mirror.simulator.base.update('Signals', id!, { 'Signal ID': 'x'.repeat(400) });
    await skipLog();
    await mirror.post('/backfill');
    expect(
      await mirror.sql`select record_id, columns, payload_number, resolved_at from airtable.dead_letters`,
    ).toEqual([{ record_id: id, columns: ['signal_identifier'], payload_number: null, resolved_at: null }]);
    expect(await alive()).toBe(3);
    mirror.simulator.base.update('Signals', id!, { 'Signal ID': 'S-1' });
    const [letter] = await mirror.sql<{ id: string }[]>`select id from airtable.dead_letters`;
    await mirror.sql`select airtable.retry_dead_letter(${letter!.id})`;
    await mirror.post('/drain', { background: true });
    expect(await mirror.sql`select from airtable.dead_letters where resolved_at is null`).toHaveLength(0);
    expect(await mirror.sql`select signal_identifier from signals where airtable_id = ${id!}`).toEqual([
      { signal_identifier: 'S-1' },
    ]);
  });
});
