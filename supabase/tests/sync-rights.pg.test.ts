import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { EVERYBODY, expectRights, type Person } from './support/rights.ts';

let market: Marketplace;
let things: { parked: string; superseded: string; letter: string; run: string; signal: string };

beforeAll(async () => {
  market = await createMarketplace();
  const { sql, people } = market;
  const signal = await market.addSignal();
  const entry = async (state: string, actor: string, field: string): Promise<string> => {
    const [row] = await sql<{ id: string }[]>`
      insert into airtable.outbox (base_id, table_id, table_name, row_id, actor, source, state, rolled_back)
      values ('appA', 'tblA', 'signals', ${signal}, ${actor}, 'admin', ${state}, ${state === 'parked'}) returning id::text`;
    await sql`
      insert into airtable.outbox_fields (outbox_id, column_name, field_id, was, mine, theirs, state)
      values (${row!.id}, 'title', 'fldA', '"Before"', '"Mine"', '"Flooded underpasses"', ${field})`;
    return row!.id;
  };
  const [letter] = await sql<{ id: string }[]>`
    insert into airtable.dead_letters (base_id, table_id, record_id, cells, reason)
    values ('appA', 'tblA', 'recA', '{}', 'Too long') returning id::text`;
  const [run] = await sql<{ id: string }[]>`
    insert into airtable.runs (kind, base_id) values ('reconcile', 'appA') returning id`;
  things = {
    parked: await entry('parked', people.west, 'refused'),
    superseded: await entry('superseded', people.west, 'superseded'),
    letter: letter!.id,
    run: run!.id,
    signal,
  };
});
afterAll(() => market[Symbol.asyncDispose]());

/** Who may; and to whom it is as if there were nothing. Everybody else is refused with 42501 and a hint. */
const RPCS: [
  rpc: string,
  args: (t: typeof things) => Record<string, unknown>,
  may: Person[],
  nothingTo?: Person[],
][] = [
  ['sync_status', () => ({}), ['owner']],
  ['sync_lag', () => ({ hours: 24 }), ['owner']],
  ['sync_runs', () => ({ max: 30 }), ['owner']],
  ['sync_report', ({ run }) => ({ run, max: 100 }), ['owner']],
  ['sync_drift', () => ({}), ['owner']],
  ['sync_outbox', () => ({ state: null, max: 100 }), ['owner']],
  ['retry_push', ({ parked, superseded }) => ({ ids: [parked, superseded] }), ['owner']],
  ['discard_push', ({ parked, superseded }) => ({ ids: [parked, superseded] }), ['owner']],
  ['redo_push', ({ superseded }) => ({ entry: superseded }), ['owner', 'west'], ['south']],
  [
    'overtaken_pushes',
    ({ signal }) => ({ of_record: signal }),
    ['owner', 'west', 'south', 'viewer', 'member', 'stranger'],
  ],
  ['dead_letters', () => ({ state: 'open', max: 100 }), ['owner']],
  ['replay_dead_letters', ({ letter }) => ({ ids: [letter] }), ['owner']],
  ['ignore_dead_letters', ({ letter }) => ({ ids: [letter] }), ['owner']],
];

describe.each(RPCS)('%s', (rpc, args, may, nothingTo = []) => {
  test.each(EVERYBODY)(`as %s → ${may.join(' and ')} may`, async (person) => {
    const refused = nothingTo.includes(person) ? 'P0002' : !may.includes(person) && '42501';
    await expectRights(market, person, [rpc, args(things)], refused);
  });
});

test('one’s own overtaken changes are nobody else’s', async () => {
  const of = async (person: Exclude<Person, 'anon'>): Promise<number> =>
    (await market.call<unknown[]>(market.people[person], 'overtaken_pushes', {})).length;
  for (const person of EVERYBODY)
    if (person !== 'anon') expect([person, await of(person)]).toEqual([person, person === 'west' ? 1 : 0]);
});

test('every function of the sync that people can call is among these', () => {
  const folder = new URL('../migrations/', import.meta.url);
  const made = readdirSync(folder)
    .filter((name) => /^2026090109(08|09[0-5])/.test(name))
    .flatMap((name) => [
      ...readFileSync(new URL(name, folder), 'utf8').matchAll(/^create function public\.(\w+)/gm),
    ])
    .map(([, name]) => name);
  expect(RPCS.map(([rpc]) => rpc).sort()).toEqual(made.sort());
});
