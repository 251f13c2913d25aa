import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

describe('an action', () => {
  test('approves a signal → the base says so, its echo closes the entry and is no second event', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.act('approve_signal', { signal: row });
    expect(await mirror.states()).toEqual(['pending']);
    await mirror.post('/push');
    expect(mirror.cell(record, 'Approval status')).toBe('Approved');
    expect(await mirror.states()).toEqual(['sent']);
    const before =
      await mirror.sql`select name, seq from live.channels where name not in ('ops', 'network') order by 1`;
    await mirror.ping();
    expect(await mirror.states()).toEqual(['done']);
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
    const { record, row } = await mirror.addSignal(before);
    await mirror.act(...action(row));
    await mirror.post('/push');
    for (const [field, value] of Object.entries(after)) expect(mirror.cell(record, field)).toEqual(value);
    await mirror.ping();
    expect(await mirror.states()).toEqual(['done']);
  });

  test('edits a record of each table, links and dates included → the same in the base', async () => {
    const { base } = mirror.simulator;
    const [one, two] = ['One', 'Two'].map((Name) => base.create('Organizations', { Name }));
    const ada = base.create('Contacts', { 'Full name': 'Ada', Organization: [one] });
    const startup = base.create('Startups', { Name: 'Wet', Sector: 'Water', Active: true });
    base.create('Startups', { Name: 'Dry', Sector: 'Energy' });
    const { record: signal } = await mirror.addSignal({ Organization: [one] });
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
    const id = (record: string, table: string) => mirror.rowOf(record, table);
    await mirror.edit(
      'organizations',
      await id(one!, 'organizations'),
      { name: 'First', kind: 'city', population: 12, region: 'west', website: 'https://a.gov' },
      { name: 'One', kind: null, population: null, region: 'unassigned', website: null },
    );
    await mirror.edit(
      'contacts',
      await id(ada, 'contacts'),
      { organization_id: await id(two!, 'organizations'), phone: '1' },
      { organization_id: await id(one!, 'organizations'), phone: null },
    );
    await mirror.edit(
      'startups',
      await id(startup, 'startups'),
      { sector: 'Energy', is_active: false },
      { sector: 'Water', is_active: true },
    );
    await mirror.edit(
      'signals',
      await id(signal, 'signals'),
      { contact_id: await id(ada, 'contacts'), organization_id: null, urgency: 'high' },
      { contact_id: null, organization_id: await id(one!, 'organizations'), urgency: 'low' },
    );
    await mirror.act('set_connection_status', {
      connection: await id(connection, 'connections'),
      status: 'introduced',
    });
    await mirror.edit(
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
    expect(new Set(await mirror.states())).toEqual(new Set(['done']));
  });

  test('an edit in SQL, of many rows → sent, ten a call', async () => {
    for (let n = 0; n < 25; n++) mirror.simulator.base.create('Signals', { Title: `${n}` });
    await mirror.ping();
    await mirror.sql`update signals set title = title || '!'`;
    await mirror.post('/push');
    const titles = mirror.simulator.base.records('Signals').map(({ id }) => mirror.cell(id, 'Title'));
    expect(titles).toEqual(Array.from({ length: 25 }, (_, n) => `${n}!`));
    await mirror.ping();
    expect(new Set(await mirror.states())).toEqual(new Set(['done']));
  });

  test('of a choice that the base calls otherwise → its own name is used', async () => {
    const { record, row } = await mirror.addSignal();
    await mirror.sim('schema', {
      edit: 'rename choice',
      table: 'Signals',
      field: 'Approval status',
      choice: 'Approved',
      name: 'APPROVED',
    });
    await mirror.act('approve_signal', { signal: row });
    await mirror.post('/push');
    expect(mirror.cell(record, 'Approval status')).toBe('APPROVED');
    await mirror.ping();
    expect(await mirror.states()).toEqual(['done']);
  });

  test('takes an organization’s region away → the cell is empty', async () => {
    const record = mirror.simulator.base.create('Organizations', { Name: 'A', Region: 'West' });
    await mirror.ping();
    const id = await mirror.rowOf(record, 'organizations');
    await mirror.edit('organizations', id, { region: 'unassigned' }, { region: 'west' });
    await mirror.post('/push');
    expect(mirror.cell(record, 'Region', 'Organizations')).toBeUndefined();
    await mirror.ping();
    expect(await mirror.states()).toEqual(['done']);
  });

  test('with no base bound → nothing waits to be sent', async () => {
    const { row } = await mirror.addSignal();
    await mirror.sql`delete from airtable.field_bindings`;
    await mirror.act('approve_signal', { signal: row });
    expect(await mirror.states()).toEqual([]);
  });
});
