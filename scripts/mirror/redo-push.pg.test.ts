import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPerson } from '../../supabase/tests/support/people.ts';
import { createActingMirror, type ActingMirror } from './testing/acting-mirror.ts';

let mirror: ActingMirror;
let ada: string;
beforeEach(async () => {
  mirror = await createActingMirror();
  ada = await mirror.addAdmin('west');
});
afterEach(() => mirror[Symbol.asyncDispose]());

interface Overtaken {
  id: number;
  entity: string;
  entity_id: string;
  fields: { column: string; mine: unknown; base: unknown; theirs: unknown }[];
}
const overtaken = (person: string): Promise<Overtaken[]> => mirror.as(person, 'overtaken_pushes', {});
const redo = async (person: string): Promise<void> => {
  const [entry] = await mirror.entries();
  await mirror.as(person, 'redo_push', { entry });
};

/** A signal of the west, of which Ada has changed something that is newer in the base. */
async function addOvertaken(
  change: (row: string) => [rpc: string, args: Record<string, unknown>],
  theirs: Record<string, unknown>,
  before: Record<string, unknown> = {},
): Promise<{ record: string; row: string }> {
  const city = mirror.simulator.base.create('Organizations', { Name: 'Mesa', Region: 'West' });
  const signal = await mirror.addSignal({ Organization: [city], ...before });
  await mirror.as(ada, ...change(signal.row));
  mirror.simulator.base.update('Signals', signal.record, theirs);
  await mirror.post('/push');
  await mirror.ping();
  expect(await mirror.states()).toEqual(['superseded']);
  return signal;
}
const retitle = (id: string): [string, Record<string, unknown>] => [
  'edit_record',
  {
    entity: 'signals',
    id,
    changes: { title: 'Mine', pain_points: 'Leaks' },
    base: { title: 'Pipes', pain_points: null },
  },
];
const title = async (): Promise<unknown> => (await mirror.sql`select title from signals`)[0]?.title;

describe('a change that was overtaken', () => {
  test('made again by its maker → sent over theirs, once, and no more to be made again', async () => {
    const { record, row } = await addOvertaken(retitle, { Title: 'Theirs' });
    expect(await overtaken(ada)).toMatchObject([
      {
        entity: 'signal',
        entity_id: row,
        fields: [{ column: 'title', mine: 'Mine', base: 'Pipes', theirs: 'Theirs' }],
      },
    ]);
    await redo(ada);
    expect(await title()).toBe('Mine');
    expect(
      await mirror.sql`select o.actor, f.column_name, f.was, f.mine from airtable.outbox o
        join airtable.outbox_fields f on f.outbox_id = o.id where o.open`,
    ).toEqual([{ actor: ada, column_name: 'title', was: 'Theirs', mine: 'Mine' }]);
    await mirror.post('/push');
    await mirror.ping();
    expect([mirror.cell(record, 'Title'), mirror.cell(record, 'Pain points')]).toEqual(['Mine', 'Leaks']);
    expect(await mirror.states()).toEqual(['discarded', 'done']);
    expect(await overtaken(ada)).toEqual([]);
    await expect(redo(ada)).rejects.toMatchObject({ code: 'P0002' });
  });

  test('made again by an owner → in the owner’s name', async () => {
    await addOvertaken(retitle, { Title: 'Theirs' });
    await redo(mirror.owner);
    expect(await mirror.sql`select actor from airtable.outbox where open`).toEqual([{ actor: mirror.owner }]);
  });

  test.each<[string, [string, Record<string, unknown>?], Record<string, unknown>, Record<string, unknown>]>([
    ['an approval', ['approve_signal'], { 'Approval status': 'Draft' }, { 'Approval status': 'Approved' }],
    ['an archiving', ['archive_signal'], { 'Approval status': 'Draft' }, { 'Approval status': 'Archived' }],
  ])('%s → by the action that made it', async (_, [rpc], theirs, after) => {
    const { record } = await addOvertaken((signal) => [rpc, { signal }], theirs);
    await redo(ada);
    await mirror.post('/push');
    for (const [field, value] of Object.entries(after)) expect(mirror.cell(record, field)).toBe(value);
  });

  test('a publishing of what is not approved any more → refused by the rule of the pool', async () => {
    const { record } = await addOvertaken(
      (signal) => ['archive_signal', { signal }],
      { 'Approval status': 'Draft' },
      { 'Approval status': 'Approved', Public: true },
    );
    await mirror.sql`update airtable.outbox_fields set state = 'done' where column_name = 'approval_status'`;
    await mirror.sql`update airtable.outbox_fields set state = 'superseded', mine = 'true', theirs = 'false' where column_name = 'is_public'`;
    await expect(redo(ada)).rejects.toMatchObject({ detail: 'NOT_APPROVED' });
    expect(mirror.cell(record, 'Approval status')).toBe('Draft');
  });

  test('a rejection, whose reason is gone → refused, and says what to do', async () => {
    await addOvertaken((signal) => ['reject_signal', { signal, reason: 'No' }], {
      'Approval status': 'Draft',
    });
    await expect(redo(ada)).rejects.toMatchObject({
      code: '22023',
      hint: 'Reject the signal again, and say why.',
    });
  });

  test.each(['here', 'there'])('and changed again %s since → a conflict, with both values', async (where) => {
    const { record, row } = await addOvertaken(retitle, { Title: 'Theirs' });
    if (where === 'here') await mirror.edit('signals', row, { title: 'Newer' }, { title: 'Theirs' });
    else {
      mirror.simulator.base.update('Signals', record, { Title: 'Newer' });
      await mirror.ping();
    }
    const refusal = await redo(ada).catch((error: unknown) => error as { code: string; detail: string });
    expect(refusal).toMatchObject({ code: 'PT409' });
    expect(JSON.parse((refusal as { detail: string }).detail)).toEqual([
      { field: 'title', yours: 'Mine', theirs: 'Newer', base: 'Theirs' },
    ]);
    expect(await title()).toBe('Newer');
    expect((await mirror.states())[0]).toBe('superseded');
  });

  test('a status that was changed again since → a conflict too', async () => {
    const { record } = await addOvertaken((signal) => ['approve_signal', { signal }], {
      'Approval status': 'Draft',
    });
    mirror.simulator.base.update('Signals', record, { 'Approval status': 'Archived' });
    await mirror.ping();
    await expect(redo(ada)).rejects.toMatchObject({ code: 'PT409' });
  });

  test.each([retitle, (signal: string): [string, Record<string, unknown>] => ['approve_signal', { signal }]])(
    'of a record that is gone → refused, and says so',
    async (change) => {
      const { record } = await addOvertaken(change, { Title: 'Theirs', 'Approval status': 'Draft' });
      mirror.simulator.base.destroy('Signals', record);
      await mirror.ping();
      await expect(redo(ada)).rejects.toMatchObject({ code: 'P0002', message: 'There is no such signal' });
    },
  );

  test.each([retitle, (signal: string): [string, Record<string, unknown>] => ['approve_signal', { signal }]])(
    'of a record that moved to a region of others → neither shown nor made again',
    async (change) => {
      const { record } = await addOvertaken(change, { Title: 'Theirs', 'Approval status': 'Draft' });
      const [city] = mirror.simulator.base.records('Organizations');
      mirror.simulator.base.update('Organizations', city!.id, { Region: 'South' });
      // Which is no conflict to be told to who may not see it.
      mirror.simulator.base.update('Signals', record, { Title: 'Newer', 'Approval status': 'Archived' });
      await mirror.ping();
      expect(await overtaken(ada)).toEqual([]);
      const refusal = await redo(ada).catch((error: unknown) => error as { code: string; detail?: string });
      expect(refusal).toMatchObject({ code: '42501' });
      expect((refusal as { detail?: string }).detail).toBeUndefined();
    },
  );

  test('of somebody else, or by who is not staff → refused, and nothing is shown', async () => {
    await addOvertaken(retitle, { Title: 'Theirs' });
    const colleague = await mirror.addAdmin('west');
    await expect(redo(colleague)).rejects.toMatchObject({ code: 'P0002' });
    expect(await overtaken(colleague)).toEqual([]);
    const viewer = await addPerson(mirror.sql, 'Vera', 'viewer', ['west']);
    const stranger = await addPerson(mirror.sql, 'Sam');
    await expect(redo(viewer)).rejects.toMatchObject({ code: '42501' });
    await expect(redo(stranger)).rejects.toMatchObject({ code: '42501' });
    // Whoever lost their role has no changes to make again.
    await mirror.sql`delete from admin_regions where user_id = ${ada}`;
    await mirror.sql`delete from admins where user_id = ${ada}`;
    await expect(redo(ada)).rejects.toMatchObject({ code: '42501' });
    expect(await overtaken(ada)).toEqual([]);
    expect(await title()).toBe('Theirs');
  });
});
