import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
beforeEach(async () => {
  mirror = await createActingMirror();
});
afterEach(() => mirror[Symbol.asyncDispose]());

describe('a record that is made here', () => {
  let startup: string;
  let signal: string;
  let member: string;
  const request = async (): Promise<void> =>
    void (await mirror.as(member, 'request_signal', { signal, startup }));
  beforeEach(async () => {
    const wet = mirror.simulator.base.create('Startups', { Name: 'Wet', Active: true });
    ({ row: signal } = await mirror.addSignal({ 'Approval status': 'Approved', Public: true }));
    startup = await mirror.rowOf(wet, 'startups');
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
    expect(mirror.cell(made()[0]!.id, 'Status', 'Connections')).toBe('Pending review');
    await mirror.ping();
    expect(await rows()).toEqual([{ airtable_id: made()[0]!.id, deleted_at: null }]);
    expect(await mirror.states()).toEqual(['done']);
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
      expect(await mirror.states()).toEqual(['done']);
    },
  );

  test('and changed before it was made → made, then changed', async () => {
    await request();
    const [row] = await mirror.sql<{ id: string }[]>`select id from connections`;
    await mirror.act('accept_request', { connection: row!.id });
    await mirror.post('/push');
    await mirror.ping();
    expect(mirror.cell(made()[0]!.id, 'Status', 'Connections')).toBe('Introduced');
    expect(await mirror.states()).toEqual(['done', 'done']);
  });

  test('made but not noted, and changed there meanwhile → theirs stays', async () => {
    await request();
    const original = { ...mirror.options.outbox };
    mirror.options.outbox.record = () => Promise.reject(new Error('killed'));
    await mirror.post('/push');
    Object.assign(mirror.options.outbox, original);
    mirror.simulator.base.update('Connections', made()[0]!.id, { Status: 'Declined' });
    await mirror.sql`update airtable.outbox set not_before = now()`;
    await mirror.post('/push');
    await mirror.ping();
    expect(mirror.cell(made()[0]!.id, 'Status', 'Connections')).toBe('Declined');
    expect(await mirror.sql`select connection_status from connections`).toEqual([
      { connection_status: 'declined' },
    ]);
  });

  test('and wholly changed before a try that fails → made by the next one, as it is by then', async () => {
    await mirror.sql`insert into connections (notes) values ('One')`;
    await mirror.sql`update connections set notes = 'Two', connection_status = 'matched'`;
    await mirror.faults({ failNext: { count: 1, status: 500, path: '/tbl' } });
    await mirror.post('/push');
    await mirror.sql`update airtable.outbox set not_before = now()`;
    await mirror.post('/push');
    await mirror.ping();
    expect(made().map(({ id }) => mirror.cell(id, 'Notes', 'Connections'))).toEqual(['Two']);
    expect(mirror.cell(made()[0]!.id, 'Status', 'Connections')).toBe('Matched');
    expect(await rows()).toEqual([{ airtable_id: made()[0]!.id, deleted_at: null }]);
    expect(await mirror.states()).toEqual(['done', 'done']);
  });

  test('with nothing in it that is followed → made all the same', async () => {
    await mirror.sql`update airtable.field_bindings set drift = 'It went' where column_name = 'connection_status'`;
    await mirror.sql`insert into connections default values`;
    await mirror.post('/push');
    await mirror.ping();
    expect(made()).toHaveLength(1);
    expect(await mirror.states()).toEqual(['done']);
  });

  test('and linked to before it was noted → what hangs there hangs on the row that it was made for', async () => {
    await request();
    const original = { ...mirror.options.outbox };
    mirror.options.outbox.record = () => Promise.reject(new Error('killed'));
    await mirror.post('/push');
    Object.assign(mirror.options.outbox, original);
    const record = made()[0]!.id;
    // As when a call is read that somebody has hung there.
    await mirror.sql.begin(async (sql) => {
      await sql`select set_config('live.source', 'airtable', true), airtable.stub_parents('connections', ${[record]})`;
      await sql`insert into interactions (airtable_id, connection_id, airtable_edited_at)
        values ('recCall', private.record_id(${record}), now())`;
    });
    await mirror.sql`update airtable.outbox set not_before = now()`;
    await mirror.post('/push');
    expect(
      await mirror.sql`select k.airtable_id, k.requested_at is not null as ours, i.airtable_id as call
        from connections k left join interactions i on i.connection_id = k.id`,
    ).toEqual([{ airtable_id: record, ours: true, call: 'recCall' }]);
  });

  test('for a table that is gone → parked with that reason; tried again, parked again', async () => {
    await mirror.sim('schema', { edit: 'destroy table', table: 'Connections' });
    await mirror.ping();
    await request();
    const parked = { state: 'parked', rolled_back: true, error: 'The table was deleted' };
    const entries = () =>
      mirror.sql`select state, rolled_back, error from airtable.outbox where state <> 'discarded'`;
    expect(await entries()).toEqual([parked]);
    expect(await mirror.act('retry_push', { ids: await mirror.entries() })).toBe(1);
    expect(await entries()).toEqual([parked]);
    await mirror.sql`update connections set notes = 'More'`;
    expect(await entries()).toEqual([parked]);
    await mirror.act('discard_push', { ids: await mirror.entries() });
    expect(await mirror.sql`select from connections where deleted_at is null`).toHaveLength(0);
    expect(await mirror.sql`select credits from startups`).toEqual([{ credits: 20 }]);
  });

  test('of which every field was refused → tried again, made whole', async () => {
    await request();
    await mirror.sql`update airtable.field_bindings set drift = 'It went' where table_name = 'connections' and column_name <> 'live_id'`;
    await mirror.post('/push');
    expect(await mirror.sql`select state, error from airtable.outbox`).toEqual([
      { state: 'parked', error: 'It went' },
    ]);
    await mirror.sql`update airtable.field_bindings set drift = null`;
    await mirror.act('retry_push', { ids: await mirror.entries() });
    await mirror.post('/push');
    await mirror.ping();
    expect(made()).toHaveLength(1);
    expect(mirror.cell(made()[0]!.id, 'Status', 'Connections')).toBe('Pending review');
    expect(await rows()).toEqual([{ airtable_id: made()[0]!.id, deleted_at: null }]);
    expect(await mirror.states()).toEqual(['discarded', 'done']);
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
    await mirror.act('discard_push', {
      ids: (await mirror.sql`select id from airtable.outbox`).map(({ id }) => id as string),
    });
    expect(await mirror.sql`select from connections where deleted_at is null`).toHaveLength(0);
    expect(await mirror.sql`select credits from startups`).toEqual([{ credits: 20 }]);
    await mirror.post('/push');
    expect(made()).toHaveLength(0);
    expect(await mirror.states()).toEqual(['discarded']);
  });
});
