import type postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../seed/random.ts';
import { addPerson } from '../../supabase/tests/support/people.ts';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
const people = new Map<string, string>();
beforeEach(async () => {
  mirror = await createTestMirror({ findUser: (token) => Promise.resolve(people.get(token)) });
});
afterEach(async () => mirror[Symbol.asyncDispose]());

interface Report {
  state: string;
  identical: boolean;
  records: number;
  missing: number;
  extra: number;
  different: number;
  moving: number;
  tables: { table: string; base_hash: string | null; mirror_hash: string | null; skipped: string[] }[];
}

/** Compares, waits until it is done, and returns what it came to. */
async function reconcile(): Promise<Report & { runId: string }> {
  const { runId } = (await (await mirror.post('/reconcile')).json()) as { runId: string };
  expect(mirror.log.filter(({ level }) => level === 'error')).toEqual([]);
  return { ...(await reportOf(runId)), runId };
}
async function reportOf(runId: string): Promise<Report> {
  const [row] = await mirror.sql<
    { report: Report }[]
  >`select airtable.reconcile_progress(${runId}) as report`;
  return row!.report;
}
/** In the mirror's own name, so that nothing of it is sent to Airtable. */
async function behindTheBack(plant: (sql: postgres.TransactionSql) => Promise<void>): Promise<void> {
  await mirror.sql.begin(async (sql) => {
    await sql`select set_config('live.source', 'airtable', true)`;
    await plant(sql);
  });
}
const found = (runId: string) =>
  mirror.sql<{ kind: string; record_id: string; columns: Record<string, unknown> }[]>`
    select kind, record_id, columns from airtable.differences where run_id = ${runId} order by kind, record_id`;

function fill(count: number): string[] {
  const ids: string[] = [];
  mirror.simulator.base.transaction((edit) => {
    for (let n = 0; n < count; n++) ids.push(edit.create('Signals', { Title: `T${n}`, Urgency: 'Low' }));
  });
  return ids;
}

test(
  'a hundred plants of each kind among 5,000 rows, while edits go on → all found, nothing else; repaired, none is left',
  { timeout: 120_000 },
  async () => {
    const random = new Random('reconcile');
    const organizations: string[] = [];
    mirror.simulator.base.transaction((edit) => {
      for (let n = 0; n < 500; n++) organizations.push(edit.create('Organizations', { Name: `City ${n}` }));
    });
    const signals: string[] = [];
    mirror.simulator.base.transaction((edit) => {
      for (let n = 0; n < 4500; n++)
        signals.push(
          edit.create('Signals', {
            Title: `Problem ${n}`,
            Urgency: ['Low', 'High'][n % 2]!,
            Public: n % 3 === 0,
            Organization: [organizations[n % 500]!],
          }),
        );
    });
    await mirror.ping();
    // What the log has set lately may not be repaired yet; this is a mirror at rest.
    await mirror.sql`update airtable.touches set touched_at = touched_at - interval '1 minute', created_at = null, columns = '{}'`;

    const shuffled = random.sample(signals, signals.length);
    const different = shuffled.slice(0, 100);
    const missing = shuffled.slice(100, 200);
    const edited = shuffled.slice(200, 1200);
    const extra = Array.from({ length: 100 }, (_, n) => `recExtra${String(n).padStart(8, '0')}`);
    await behindTheBack(async (sql) => {
      await sql`update signals set title = title || '!' where airtable_id = any (${different.slice(0, 50)})`;
      await sql`update signals set organization_id = (select id from organizations where name = 'City 1'), urgency = null
    where airtable_id = any (${different.slice(50)})`;
      await sql`delete from signals where airtable_id = any (${missing.slice(0, 50)})`;
      await sql`update signals set deleted_at = now() where airtable_id = any (${missing.slice(50)})`;
      await sql`insert into signals (airtable_id, title, airtable_edited_at, received_at)
    select id, 'never was', now(), now() - interval '1 hour' from jsonb_array_elements_text(${sql.json(extra)}) as id`;
    });

    // Somebody works in the base: before each page some rows change, come and go, and of the log a part is told.
    const created: string[] = [];
    const original = { ...mirror.options.records };
    const work = async (): Promise<void> => {
      for (const id of random.sample(edited, 20))
        mirror.simulator.base.update('Signals', id, { Title: `Edited ${random.int(0, 1e6)}` });
      for (const id of random.sample(different, 3))
        mirror.simulator.base.update('Signals', id, { 'Pain points': `Felt ${random.int(0, 1e6)}` });
      created.push(mirror.simulator.base.create('Signals', { Title: 'New' }));
      if (created.length % 3 === 0) mirror.simulator.base.destroy('Signals', created.shift()!);
      if (created.length % 2 === 0) await mirror.options.store.notePing(await mirror.webhookId());
    };
    mirror.options.records.listRecords = async (...call) => {
      await work();
      const page = await original.listRecords(...call);
      await work();
      return page;
    };
    mirror.options.records.readRecords = async (...call) => {
      const page = await original.readRecords(...call);
      await work();
      return page;
    };
    const report = await reconcile();
    expect(report).toMatchObject({
      state: 'succeeded',
      identical: false,
      missing: 100,
      extra: 100,
      different: 100,
      moving: 0,
    });
    const differences = await found(report.runId);
    const of = (kind: string): string[] =>
      differences.filter((difference) => difference.kind === kind).map(({ record_id }) => record_id);
    expect(of('missing')).toEqual([...missing].sort());
    expect(of('extra')).toEqual([...extra].sort());
    expect(of('different')).toEqual([...different].sort());

    mirror.options.records.listRecords = (...call) => original.listRecords(...call);
    mirror.options.records.readRecords = (...call) => original.readRecords(...call);
    await mirror.sql`update airtable.touches set touched_at = touched_at - interval '1 minute', columns = '{}'`;
    const answer = await mirror.post('/reconcile', { repair: { runId: report.runId } });
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 300 }]);
    const after = await reconcile();
    expect(after).toMatchObject({ state: 'succeeded', identical: true, missing: 0, extra: 0, different: 0 });
    for (const table of after.tables) expect(table.mirror_hash).toBe(table.base_hash);
  },
);

describe('a comparison', () => {
  test('of a mirror that is in step → identical, with the same hash of each table, one look a record', async () => {
    fill(250);
    await mirror.ping();
    const report = await reconcile();
    expect(report).toMatchObject({ state: 'succeeded', identical: true, records: 250 });
    const signals = report.tables.find(({ table }) => table === 'signals')!;
    expect(signals.base_hash).toMatch(/^[0-9a-f]{32}$/);
    expect(signals.mirror_hash).toBe(signals.base_hash);
    expect(await mirror.sql`select from airtable.compared`).toHaveLength(0);
  });

  test('of the seeded base → every kind of field agrees with its column', async () => {
    await mirror[Symbol.asyncDispose]();
    mirror = await createTestMirror({ seed: 'civstart' });
    await mirror.post('/backfill');
    const report = await reconcile();
    expect(await found(report.runId)).toEqual([]);
    expect(report.identical).toBe(true);
  });

  test('says both values of a cell that differs', async () => {
    const [id] = fill(3);
    await mirror.ping();
    await mirror.sql`update airtable.touches set touched_at = touched_at - interval '1 minute', columns = '{}'`;
    await behindTheBack(async (sql) => {
      await sql`update signals set urgency = 'high' where airtable_id = ${id!}`;
    });
    const { runId } = await reconcile();
    expect(await found(runId)).toEqual([
      { kind: 'different', record_id: id, columns: { urgency: { base: 'low', mirror: 'high' } } },
    ]);
  });

  test('leaves out a field in drift, and says so', async () => {
    fill(3);
    await mirror.ping();
    await mirror.sim('schema', { edit: 'destroy field', table: 'Signals', field: 'Urgency' });
    const report = await reconcile();
    expect(report.identical).toBe(true);
    expect(report.tables.find(({ table }) => table === 'signals')!.skipped).toEqual(['urgency']);
  });

  test('of a base with an open dead letter → not called identical, and no difference either', async () => {
    const [id] = fill(3);
    mirror.simulator.base.update('Signals', id!, { 'Signal ID': 'x'.repeat(400) });
    await mirror.ping();
    const report = await reconcile();
    expect(report).toMatchObject({ identical: false, missing: 0, extra: 0, different: 0, dead_letters: 1 });
  });

  test('whose process ends in the middle → the next goes on from its page', async () => {
    fill(350);
    await mirror.ping();
    const original = { ...mirror.options.reconcile };
    let pages = 0;
    mirror.options.reconcile.noteCompared = async (...page) => {
      await original.noteCompared(...page);
      if (++pages === 5) throw new Error('The process ends here');
    };
    const { runId } = (await (await mirror.post('/reconcile')).json()) as { runId: string };
    expect(await reportOf(runId)).toMatchObject({ state: 'running' });
    mirror.options.reconcile.noteCompared = (...page) => original.noteCompared(...page);
    await mirror.post('/drain', { background: true });
    expect(await reportOf(runId)).toMatchObject({ state: 'succeeded', identical: true, records: 350 });
  });

  test('that an owner asks for → 202; an admin → 403; nobody → 401; a run that never was → 404', async () => {
    people.set('owners.token', await addPerson(mirror.sql, 'Olga', 'owner', []));
    people.set('admins.token', await addPerson(mirror.sql, 'Ada', 'admin', ['west']));
    const asks = async (token: string): Promise<number> =>
      (
        await mirror.request('/reconcile', {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    expect(await asks('owners.token')).toBe(202);
    expect(await asks('admins.token')).toBe(403);
    expect(await asks('strangers.token')).toBe(401);
    const unknown = await mirror.post('/reconcile', { repair: { runId: crypto.randomUUID() } });
    expect(unknown.status).toBe(404);
  });
});

test('a webhook that was made anew → its scan is followed by a comparison', async () => {
  fill(20);
  await mirror.ping();
  await mirror.sim(`webhooks/${await mirror.webhookId()}/kill`);
  await mirror.post('/drain');
  const runs =
    await mirror.sql`select kind, state from airtable.runs where kind in ('backfill', 'reconcile') order by started_at`;
  expect(runs).toEqual([
    { kind: 'backfill', state: 'succeeded' },
    { kind: 'reconcile', state: 'succeeded' },
  ]);
});
