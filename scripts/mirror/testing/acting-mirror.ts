import { actingAs, addPerson, type Region } from '../../../supabase/tests/support/people.ts';
import { createTestMirror, type TestMirror, type TestMirrorOptions } from './test-mirror.ts';

export interface Told {
  kind: string;
  title: string;
  body: string | null;
  entity: string;
  entity_id: string;
}

/** A mirror with staff who act on what it holds. */
export interface ActingMirror extends TestMirror {
  readonly owner: string;
  /** Calls a function as the API does for a signed-in person. */
  as<T>(person: string | null, rpc: string, args: Record<string, unknown>): Promise<T>;
  /** As the owner. */
  act(rpc: string, args: Record<string, unknown>): Promise<unknown>;
  /** An owner's edit. */
  edit(
    entity: string,
    id: string,
    changes: Record<string, unknown>,
    base: Record<string, unknown>,
  ): Promise<unknown>;
  addAdmin(...regions: Region[]): Promise<string>;
  rowOf(airtableId: string, table?: string): Promise<string>;
  /** A signal in both places. */
  addSignal(fields?: Record<string, unknown>): Promise<{ record: string; row: string }>;
  cell(record: string, field: string, table?: string): unknown;
  /** Of the outbox, in order. */
  states(): Promise<string[]>;
  entries(): Promise<string[]>;
  toldOf(person: string): Promise<Told[]>;
}

export async function createActingMirror(options: TestMirrorOptions = {}): Promise<ActingMirror> {
  const mirror = await createTestMirror(options);
  const { sql, simulator } = mirror;
  const owner = await addPerson(sql, 'Olive', 'owner');
  const outbox = (): Promise<{ id: string; state: string }[]> =>
    sql<{ id: string; state: string }[]>`select id::text, state from airtable.outbox order by id`;

  const as: ActingMirror['as'] = (person, rpc, args) =>
    actingAs(sql, person, async (t) => {
      const names = Object.keys(args).map((name, at) => `${name} => $${at + 1}`);
      const [row] = await t.unsafe(
        `select public.${rpc}(${names.join(', ')}) as answer`,
        Object.values(args) as never[],
      );
      return row!.answer as never;
    });
  const act: ActingMirror['act'] = (rpc, args) => as(owner, rpc, args);
  const rowOf: ActingMirror['rowOf'] = async (airtableId, table = 'signals') => {
    const [row] = await sql<{ id: string }[]>`select id from ${sql(table)} where airtable_id = ${airtableId}`;
    return row!.id;
  };

  return Object.assign(Object.create(mirror, Object.getOwnPropertyDescriptors(mirror)) as TestMirror, {
    owner,
    as,
    act,
    edit: (entity: string, id: string, changes: Record<string, unknown>, base: Record<string, unknown>) =>
      act('edit_record', { entity, id, changes, base }),
    addAdmin: (...regions: Region[]) => addPerson(sql, 'Ada', 'admin', regions),
    rowOf,
    async addSignal(fields: Record<string, unknown> = {}) {
      const record = simulator.base.create('Signals', {
        Title: 'Pipes',
        Urgency: 'Low',
        'Approval status': 'Pending review',
        ...fields,
      });
      await mirror.ping();
      return { record, row: await rowOf(record) };
    },
    cell: (record: string, field: string, table = 'Signals') => simulator.base.cell(table, record, field),
    states: async () => (await outbox()).map(({ state }) => state),
    entries: async () => (await outbox()).map(({ id }) => id),
    toldOf: (person: string) =>
      sql<Told[]>`
        select kind, title, body, entity, entity_id from notifications where user_id = ${person} and kind like 'write:%' order by created_at`,
  });
}
