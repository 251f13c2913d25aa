import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestMirror, type TestMirror } from './testing/test-mirror.ts';

let mirror: TestMirror;
let owner: string;

const start = async (options: Parameters<typeof createTestMirror>[0] = {}): Promise<void> => {
  mirror = await createTestMirror(options);
  owner = randomUUID();
  await mirror.sql`insert into auth.users (id, email) values (${owner}, ${`${owner}@civstart.test`})`;
  await mirror.sql`insert into admins (user_id, display_name, role) values (${owner}, 'Olive', 'owner')`;
};
beforeEach(() => start());
afterEach(() => mirror[Symbol.asyncDispose]());

/** Runs one statement as a person of the app. */
async function as<T extends object>(person: string, rpc: string, args: Record<string, unknown>): Promise<T> {
  const [row] = await mirror.sql.begin(async (sql) => {
    await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: person, role: 'authenticated' })}, true)`;
    await sql`set local role authenticated`;
    const names = Object.keys(args);
    return sql.unsafe<{ result: T }[]>(
      `select public.${rpc}(${names.map((name, index) => `${name} => $${index + 1}`).join(', ')}) as result`,
      Object.values(args) as never[],
    );
  });
  return row!.result;
}

const act = (rpc: string, args: Record<string, unknown>): Promise<Record<string, unknown>> =>
  as(owner, rpc, args);
const rowOf = async (airtableId: string, table = 'signals'): Promise<string> =>
  (
    await mirror.sql.unsafe<{ id: string }[]>(`select id from ${table} where airtable_id = $1`, [airtableId])
  )[0]!.id;
const edit = (entity: string, id: string, changes: Record<string, unknown>, base: Record<string, unknown>) =>
  act('edit_record', { entity, id, changes, base });
const states = async (): Promise<string[]> =>
  (await mirror.sql<{ state: string }[]>`select state from airtable.outbox order by id`).map(
    ({ state }) => state,
  );
const cell = (record: string, field: string, table = 'Signals') =>
  mirror.simulator.base.cell(table, record, field);
const notifications = () =>
  mirror.sql<{ kind: string; title: string; body: string | null; entity: string; entity_id: string }[]>`
    select kind, title, body, entity, entity_id from notifications where user_id = ${owner} and kind like 'write:%'`;

/** A signal in both places. */
async function addSignal(fields: Record<string, unknown> = {}): Promise<{ record: string; row: string }> {
  const record = mirror.simulator.base.create('Signals', {
    Title: 'Pipes',
    Urgency: 'Low',
    'Approval status': 'Pending review',
    ...fields,
  });
  await mirror.ping();
  return { record, row: await rowOf(record) };
}

describe('an action', () => {
  test('approves a signal → the base says so, its echo closes the entry and is no second event', async () => {
    const { record, row } = await addSignal();
    await act('approve_signal', { signal: row });
    expect(await states()).toEqual(['pending']);
    await mirror.post('/push');
    expect(cell(record, 'Approval status')).toBe('Approved');
    expect(await states()).toEqual(['sent']);
    const before =
      await mirror.sql`select name, seq from live.channels where name not in ('ops', 'network') order by 1`;
    await mirror.ping();
    expect(await states()).toEqual(['done']);
    expect(
      await mirror.sql`select name, seq from live.channels where name not in ('ops', 'network') order by 1`,
    ).toEqual(before);
    expect(await mirror.sql`select approval_status from signals`).toEqual([{ approval_status: 'approved' }]);
  });

  test.each<
    [
      string,
      Record<string, unknown>,
      (row: string) => [string, Record<string, unknown>],
      Record<string, unknown>,
    ]
  >([
    [
      'rejects',
      {},
      (signal) => ['reject_signal', { signal, reason: 'No' }],
      { 'Approval status': 'Rejected' },
    ],
    ['archives', {}, (signal) => ['archive_signal', { signal }], { 'Approval status': 'Archived' }],
    [
      'reopens',
      { 'Approval status': 'Archived' },
      (signal) => ['reopen_signal', { signal }],
      { 'Approval status': 'Pending review' },
    ],
    [
      'publishes',
      { 'Approval status': 'Approved' },
      (signal) => ['publish_signal', { signal }],
      { Public: true },
    ],
    [
      'unpublishes',
      { 'Approval status': 'Approved', Public: true },
      (signal) => ['unpublish_signal', { signal }],
      { Public: undefined },
    ],
    [
      'takes one that is public from the pool',
      { 'Approval status': 'Approved', Public: true },
      (signal) => ['archive_signal', { signal }],
      { 'Approval status': 'Archived', Public: undefined },
    ],
  ])('%s a signal → the same in the base', async (_, before, action, after) => {
    const { record, row } = await addSignal(before);
    await act(...action(row));
    await mirror.post('/push');
    for (const [field, value] of Object.entries(after)) expect(cell(record, field)).toEqual(value);
    await mirror.ping();
    expect(await states()).toEqual(['done']);
  });

  test('edits a record of each table, links and dates included → the same in the base', async () => {
    const { base } = mirror.simulator;
    const [one, two] = ['One', 'Two'].map((Name) => base.create('Organizations', { Name }));
    const ada = base.create('Contacts', { 'Full name': 'Ada', Organization: [one] });
    const startup = base.create('Startups', { Name: 'Wet', Sector: 'Water', Active: true });
    base.create('Startups', { Name: 'Dry', Sector: 'Energy' });
    const { record: signal } = await addSignal({ Organization: [one] });
    const connection = base.create('Connections', {
      Signal: [signal],
      Startup: [startup],
      Status: 'Pending review',
    });
    const call = base.create('Interactions', {
      Connection: [connection],
      Kind: 'Call',
      'Occurred at': '2026-01-02T03:04:05Z',
    });
    await mirror.ping();
    const id = (record: string, table: string) => rowOf(record, table);
    await edit(
      'organizations',
      await id(one!, 'organizations'),
      { name: 'First', kind: 'city', population: 12, region: 'west', website: 'https://a.gov' },
      { name: 'One', kind: null, population: null, region: 'unassigned', website: null },
    );
    await edit(
      'contacts',
      await id(ada, 'contacts'),
      { organization_id: await id(two!, 'organizations'), phone: '1' },
      { organization_id: await id(one!, 'organizations'), phone: null },
    );
    await edit(
      'startups',
      await id(startup, 'startups'),
      { sector: 'Energy', is_active: false },
      { sector: 'Water', is_active: true },
    );
    await edit(
      'signals',
      await id(signal, 'signals'),
      { contact_id: await id(ada, 'contacts'), organization_id: null, urgency: 'high' },
      { contact_id: null, organization_id: await id(one!, 'organizations'), urgency: 'low' },
    );
    await act('set_connection_status', {
      connection: await id(connection, 'connections'),
      status: 'introduced',
    });
    await edit(
      'interactions',
      await id(call, 'interactions'),
      { occurred_at: '2026-02-03T04:05:06Z', kind: 'demo', summary: 'Went well' },
      { occurred_at: '2026-01-02T03:04:05Z', kind: 'call', summary: null },
    );
    await mirror.post('/push');
    expect(base.record('Organizations', one!)?.cells).toBeDefined();
    const all = (table: string, record: string, fields: string[]) =>
      fields.map((field) => base.cell(table, record, field));
    expect(all('Organizations', one!, ['Name', 'Kind', 'Population', 'Region', 'Website'])).toEqual([
      'First',
      'City',
      12,
      'West',
      'https://a.gov',
    ]);
    expect(all('Contacts', ada, ['Organization', 'Phone'])).toEqual([[two], '1']);
    expect(all('Startups', startup, ['Sector', 'Active'])).toEqual(['Energy', undefined]);
    expect(all('Signals', signal, ['Contact', 'Organization', 'Urgency'])).toEqual([
      [ada],
      undefined,
      'High',
    ]);
    expect(all('Connections', connection, ['Status'])).toEqual(['Introduced']);
    expect(all('Interactions', call, ['Occurred at', 'Kind', 'Summary'])).toEqual([
      '2026-02-03T04:05:06.000Z',
      'Demo',
      'Went well',
    ]);
    await mirror.ping();
    expect(new Set(await states())).toEqual(new Set(['done']));
  });

  test('an edit in SQL, of many rows → sent, ten a call', async () => {
    for (let n = 0; n < 25; n++) mirror.simulator.base.create('Signals', { Title: `${n}` });
    await mirror.ping();
    await mirror.sql`update signals set title = title || '!'`;
    await mirror.post('/push');
    const titles = mirror.simulator.base.records('Signals').map(({ id }) => cell(id, 'Title'));
    expect(titles).toEqual(Array.from({ length: 25 }, (_, n) => `${n}!`));
    await mirror.ping();
    expect(new Set(await states())).toEqual(new Set(['done']));
  });

  test('of a choice that the base calls otherwise → its own name is used', async () => {
    const { record, row } = await addSignal();
    await mirror.sim('schema', {
      edit: 'rename choice',
      table: 'Signals',
      field: 'Approval status',
      choice: 'Approved',
      name: 'APPROVED',
    });
    await act('approve_signal', { signal: row });
    await mirror.post('/push');
    expect(cell(record, 'Approval status')).toBe('APPROVED');
    await mirror.ping();
    expect(await states()).toEqual(['done']);
  });

  test('takes an organization’s region away → the cell is empty', async () => {
    const record = mirror.simulator.base.create('Organizations', { Name: 'A', Region: 'West' });
    await mirror.ping();
    const id = await rowOf(record, 'organizations');
    await edit('organizations', id, { region: 'unassigned' }, { region: 'west' });
    await mirror.post('/push');
    expect(cell(record, 'Region', 'Organizations')).toBeUndefined();
    await mirror.ping();
    expect(await states()).toEqual(['done']);
  });

  test('with no base bound → nothing waits to be sent', async () => {
    const { row } = await addSignal();
    await mirror.sql`delete from airtable.field_bindings`;
    await act('approve_signal', { signal: row });
    expect(await states()).toEqual([]);
  });
});

describe('a record that is made here', () => {
  let startup: string;
  let signal: string;
  let member: string;
  const request = async (): Promise<void> => void (await as(member, 'request_signal', { signal, startup }));
  beforeEach(async () => {
    const wet = mirror.simulator.base.create('Startups', { Name: 'Wet', Active: true });
    ({ row: signal } = await addSignal({ 'Approval status': 'Approved', Public: true }));
    startup = await rowOf(wet, 'startups');
    member = randomUUID();
    await mirror.sql`insert into auth.users (id, email) values (${member}, ${`${member}@civstart.test`})`;
    await mirror.sql`insert into startup_members (user_id, startup_id) values (${member}, ${startup})`;
    await mirror.sql`update startups set credits = 20`;
  });
  const made = () => mirror.simulator.base.records('Connections');
  const rows = () => mirror.sql`select airtable_id, deleted_at from connections`;

  test('a startup’s request → one record, and one row that knows it', async () => {
    await request();
    await mirror.post('/push');
    expect(made()).toHaveLength(1);
    expect(cell(made()[0]!.id, 'Status', 'Connections')).toBe('Pending review');
    await mirror.ping();
    expect(await rows()).toEqual([{ airtable_id: made()[0]!.id, deleted_at: null }]);
    expect(await states()).toEqual(['done']);
    await mirror.post('/backfill');
    expect(await rows()).toHaveLength(1);
  });

  test.each([false, true])(
    'killed between send and record, its payload first: %s → one record, one row',
    async (drained) => {
      await request();
      const original = { ...mirror.options.outbox };
      mirror.options.outbox.record = () => Promise.reject(new Error('killed'));
      await mirror.post('/push');
      Object.assign(mirror.options.outbox, original);
      expect(made()).toHaveLength(1);
      if (drained) await mirror.ping();
      await mirror.sql`update airtable.outbox set not_before = now()`;
      await mirror.post('/push');
      await mirror.ping();
      expect(made()).toHaveLength(1);
      expect(await rows()).toEqual([{ airtable_id: made()[0]!.id, deleted_at: null }]);
      expect(await states()).toEqual(['done']);
    },
  );

  test('and changed before it was made → made, then changed', async () => {
    await request();
    const [row] = await mirror.sql<{ id: string }[]>`select id from connections`;
    await act('accept_request', { connection: row!.id });
    await mirror.post('/push');
    await mirror.ping();
    expect(cell(made()[0]!.id, 'Status', 'Connections')).toBe('Introduced');
    expect(await states()).toEqual(['done', 'done']);
  });

  test('where the base has no field for its Live ID → it waits, and says why', async () => {
    await mirror.sql`delete from airtable.field_bindings where column_name = 'live_id'`;
    await request();
    await mirror.post('/push');
    const [entry] = await mirror.sql`select state, error, rolled_back from airtable.outbox`;
    expect(entry).toMatchObject({ state: 'parked', rolled_back: false });
    expect(entry!.error).toContain('Live ID');
    expect(made()).toHaveLength(0);
  });

  test('and is given up by an owner → the row goes, and the credits come back', async () => {
    await request();
    await act('discard_push', {
      ids: (await mirror.sql`select id from airtable.outbox`).map(({ id }) => id as string),
    });
    expect(await mirror.sql`select from connections where deleted_at is null`).toHaveLength(0);
    expect(await mirror.sql`select credits from startups`).toEqual([{ credits: 20 }]);
    await mirror.post('/push');
    expect(made()).toHaveLength(0);
    expect(await states()).toEqual(['discarded']);
  });
});

describe('both sides at once', () => {
  test.each(['the log tells first', 'the push looks first'])(
    '%s: the newer there wins its field, the rest goes through',
    async (order) => {
      const { record, row } = await addSignal();
      await edit(
        'signals',
        row,
        { title: 'Mine', pain_points: 'Leaks' },
        { title: 'Pipes', pain_points: null },
      );
      mirror.simulator.base.update('Signals', record, { Title: 'Theirs' });
      if (order === 'the log tells first') await mirror.ping();
      await mirror.post('/push');
      await mirror.ping();
      expect([cell(record, 'Title'), cell(record, 'Pain points')]).toEqual(['Theirs', 'Leaks']);
      expect(await mirror.sql`select title, pain_points from signals`).toEqual([
        { title: 'Theirs', pain_points: 'Leaks' },
      ]);
      expect(await states()).toEqual(['superseded']);
      const [told, ...others] = await notifications();
      expect(others).toEqual([]);
      expect(told).toMatchObject({ kind: 'write:superseded', entity: 'signal', entity_id: row });
      expect(told!.body).toContain('yours “Mine”, theirs “Theirs”, before “Pipes”');
      await act('retry_push', {
        ids: (await mirror.sql`select id from airtable.outbox`).map(({ id }) => id as string),
      });
      await mirror.post('/push');
      expect(cell(record, 'Title')).toBe('Mine');
    },
  );

  test('the same value → done, and not written', async () => {
    const { record, row } = await addSignal();
    mirror.simulator.base.update('Signals', record, { Title: 'Same' });
    await edit('signals', row, { title: 'Same' }, { title: 'Pipes' });
    await mirror.post('/push');
    await mirror.ping();
    expect(await states()).toEqual(['done']);
    expect(await notifications()).toEqual([]);
  });

  test('a scan in between does not take the change back', async () => {
    const { record, row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/backfill');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Mine' }]);
    await mirror.post('/push');
    await mirror.post('/backfill');
    expect([cell(record, 'Title'), await mirror.sql`select title from signals`]).toEqual([
      'Mine',
      [{ title: 'Mine' }],
    ]);
  });

  test('sent, then changed there, told in one page → theirs stands, and nobody is told of a loss', async () => {
    const { record, row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/push');
    mirror.simulator.base.update('Signals', record, { Title: 'Pipes' });
    await mirror.ping();
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Pipes' }]);
    expect([await states(), await notifications()]).toEqual([['done'], []]);
  });

  test('edit after edit → at most one write each, and none comes back', async () => {
    const { record, row } = await addSignal({ Title: '0' });
    const writes: number[] = [];
    const original = { ...mirror.options.records };
    mirror.options.records.writeRecords = (...call) => {
      writes.push(call[2].length);
      return original.writeRecords(...call);
    };
    for (let n = 0; n < 5; n++) await edit('signals', row, { title: `${n + 1}` }, { title: `${n}` });
    await mirror.post('/push');
    expect(writes).toEqual([1]);
    await edit('signals', row, { title: '6' }, { title: '5' });
    await mirror.post('/push');
    for (let n = 0; n < 3; n++) {
      await mirror.ping();
      await mirror.post('/push');
    }
    expect(writes).toEqual([1, 1]);
    expect([cell(record, 'Title'), new Set(await states())]).toEqual(['6', new Set(['done'])]);
  });
});

describe('what Airtable refuses', () => {
  test('an unknown choice → parked with its words, the field back, the rest through', async () => {
    const { record, row } = await addSignal();
    await mirror.sim('schema', {
      edit: 'destroy choice',
      table: 'Signals',
      field: 'Urgency',
      choice: 'High',
    });
    await edit('signals', row, { title: 'Mine', urgency: 'high' }, { title: 'Pipes', urgency: 'low' });
    await mirror.post('/push');
    await mirror.ping();
    expect([cell(record, 'Title'), cell(record, 'Urgency')]).toEqual(['Mine', 'Low']);
    expect(await mirror.sql`select title, urgency from signals`).toEqual([{ title: 'Mine', urgency: 'low' }]);
    expect(await mirror.sql`select state, rolled_back, error from airtable.outbox`).toEqual([
      { state: 'parked', rolled_back: true, error: expect.stringContaining('select option') as string },
    ]);
    expect(await notifications()).toMatchObject([
      { kind: 'write:refused', entity: 'signal', entity_id: row },
    ]);
  });

  test('one record of ten → the other nine are written', async () => {
    const records = Array.from({ length: 10 }, (_, n) =>
      mirror.simulator.base.create('Signals', { Title: `${n}` }),
    );
    await mirror.ping();
    await mirror.sql`update signals set title = title || '!'`;
    const original = { ...mirror.options.outbox };
    mirror.options.outbox.decide = async (...call) => {
      const sends = await original.decide(...call);
      // After it was looked at, before it is written.
      if (mirror.simulator.base.record('Signals', records[3]!))
        mirror.simulator.base.destroy('Signals', records[3]!);
      return sends;
    };
    await mirror.post('/push');
    await mirror.ping();
    expect(
      mirror.simulator.base.records('Signals').every(({ id }) => String(cell(id, 'Title')).endsWith('!')),
    ).toBe(true);
    expect((await states()).sort()).toEqual([...Array.from({ length: 9 }, () => 'done'), 'parked']);
  });

  test('a record that was deleted → refused, and the row goes', async () => {
    const { record, row } = await addSignal();
    mirror.simulator.base.destroy('Signals', record);
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/push');
    await mirror.ping();
    expect(await states()).toEqual(['parked']);
    expect(await mirror.sql`select from signals where deleted_at is null`).toHaveLength(0);
  });

  test('a token that may not write → refused in its words, and rolled back', async () => {
    const { row } = await addSignal();
    await mirror.faults({ scopes: ['data.records:read', 'schema.bases:read', 'webhook:manage'] });
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.post('/push');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Pipes' }]);
    expect(await states()).toEqual(['parked']);
  });

  test('a field that goes before it is sent → refused, and the column as it was', async () => {
    const { row } = await addSignal({ 'Pain points': 'Leaks' });
    await edit('signals', row, { pain_points: 'Mine' }, { pain_points: 'Leaks' });
    await mirror.sim('schema', { edit: 'destroy field', table: 'Signals', field: 'Pain points' });
    await mirror.post('/push');
    await mirror.ping();
    await mirror.post('/push');
    expect(await states()).toEqual(['parked']);
    expect(await mirror.sql`select pain_points from signals`).toEqual([{ pain_points: 'Leaks' }]);
  });
});

describe('calls that fail', () => {
  test.each([500, 503, 'lose answer', 'reset', 'truncate'])('%s → tried again, written once', async (how) => {
    const { record, row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const at = mirror.simulator.base.records('Signals').length;
    await mirror.faults({
      failNext: { count: 1, path: '/tbl', ...(typeof how === 'number' ? { status: how } : { how }) },
    });
    await mirror.post('/push');
    await mirror.ping();
    expect([cell(record, 'Title'), await states(), mirror.simulator.base.records('Signals').length]).toEqual([
      'Mine',
      ['done'],
      at,
    ]);
  });

  test('the month’s quota is used up → everything waits with the reason, and goes when it is back', async () => {
    const { record, row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.faults({
      failNext: {
        count: 2,
        status: 429,
        body: { error: { type: 'PUBLIC_API_BILLING_LIMIT_EXCEEDED' } },
        path: '/tbl',
      },
    });
    await mirror.post('/push');
    const [entry] = await mirror.sql`select state, rolled_back, error from airtable.outbox`;
    expect(entry).toMatchObject({ state: 'parked', rolled_back: false });
    expect(entry!.error).toContain('quota');
    expect(await mirror.sql`select title from signals`).toEqual([{ title: 'Mine' }]);
    await mirror.sql`update airtable.outbox set not_before = now()`;
    await mirror.post('/push');
    await mirror.ping();
    expect([cell(record, 'Title'), await states()]).toEqual(['Mine', ['done']]);
  });

  test('one call too many → a pause, then it goes on', async () => {
    const { record, row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    await mirror.faults({ failNext: { count: 2, status: 429, path: '/tbl' } });
    await mirror.post('/push');
    expect(cell(record, 'Title')).toBe('Mine');
  });

  test('killed between send and record → the next finds it there', async () => {
    const { record, row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    const original = { ...mirror.options.outbox };
    let writes = 0;
    const write = { ...mirror.options.records };
    mirror.options.records.writeRecords = (...call) => {
      writes += 1;
      return write.writeRecords(...call);
    };
    mirror.options.outbox.record = () => Promise.reject(new Error('killed'));
    mirror.options.outbox.release = () => Promise.reject(new Error('killed'));
    await mirror.post('/push');
    Object.assign(mirror.options.outbox, original);
    expect(await states()).toEqual(['sending']);
    await mirror.post('/push');
    await mirror.ping();
    expect([cell(record, 'Title'), await states(), writes]).toEqual(['Mine', ['done'], 1]);
  });

  test('two pushes at once → one of them sends', async () => {
    const { row } = await addSignal();
    await edit('signals', row, { title: 'Mine' }, { title: 'Pipes' });
    let writes = 0;
    const write = { ...mirror.options.records };
    mirror.options.records.writeRecords = (...call) => {
      writes += 1;
      return write.writeRecords(...call);
    };
    await Promise.all([mirror.post('/push'), mirror.post('/push')]);
    expect(writes).toBe(1);
  });
});
