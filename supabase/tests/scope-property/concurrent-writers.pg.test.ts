import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../types/realtime.ts';
import { checkComplete } from './checks.ts';
import { Reader } from './reader.ts';
import type { Selectable } from './snapshot.ts';
import { World } from './world.ts';

const WRITERS = 50;
const ROUNDS = 4;

let world: World;
let writers: postgres.Sql;
let organization: string;

beforeAll(async () => {
  world = await World.create(1);
  await world.clear();
  writers = postgres(world.realtime.database.url(), { max: WRITERS, onnotice: () => undefined });
  await writers`insert into admins (user_id, display_name, role) values (${world.ids[0]!}, 'Wes', 'admin')`;
  await writers`insert into admin_regions (user_id, region) values (${world.ids[0]!}, 'west')`;
  const [row] = await writers<{ id: string }[]>`
    insert into organizations (name, region) values ('West', 'west') returning id`;
  organization = row!.id;
});
afterAll(async () => {
  await writers.end();
  await world[Symbol.asyncDispose]();
});

test('50 writers of one region at once → numbers without a gap, in the order of commits, and every subset leads to the same rows', async () => {
  const [person, { listener }] = [world.ids[0]!, world.people[0]!];
  await world.noteCommit();
  const start = world.last.people[person]!;
  const { topic, seq: first } = start.channels['region:west']!;
  expect(await listener.join(topic)).toBeNull();

  await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n)));
  await world.noteCommit();
  await world.fence();
  const end = world.last.people[person]!;
  const log = await writers<{ seq: number; xid: string; envelope: Envelope }[]>`
    select seq::int, xmin::text as xid, envelope from live.changes
    where channel = 'region:west' and seq > ${first} order by seq`;

  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => first + n + 1));
  expect(log.length).toBeGreaterThanOrEqual(WRITERS * ROUNDS);
  // The stream carries transactions in the order of their commits: what came over the socket is in the log's order.
  expect(listener.heard.map(({ envelope }) => envelope)).toEqual(log.map(({ envelope }) => envelope));
  // No transaction's numbers are torn apart by another's.
  const transactions = log.map(({ xid }) => xid).filter((xid, n, all) => xid !== all[n - 1]);
  expect(new Set(transactions).size).toBe(transactions.length);

  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.boolean()),
      fc.integer({ min: 1, max: 200 }),
      async (arrives, page) => {
        await readWithLosses(
          start,
          end,
          log.map(({ envelope }) => envelope),
          arrives,
          page,
        );
      },
    ),
    { numRuns: 100 },
  );
});

/** A few transactions that share a row with everybody, and each a row with nobody. */
async function write(n: number): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await writers.begin(async (t) => {
      if (round === 0)
        await t`insert into signals (id, title, organization_id) values (${idOf(n)}, 'new', ${organization})`;
      else if (round === 3 && n % 5 === 0) await t`delete from signals where id = ${idOf(n)}`;
      else
        await t`update signals set title = ${`round ${round}`}, is_public = not is_public where id = ${idOf(n)}`;
      if (n % 7 === 0)
        await t`insert into contacts (full_name, organization_id) values (${`${n}/${round}`}, ${organization})`;
      // The row above last: rows that were added under it hold nothing that this waits for.
      if (n % 3 === round % 3)
        await t`update organizations set population = coalesce(population, 0) + 1 where id = ${organization}`;
    });
  }
}

async function readWithLosses(
  start: Selectable,
  end: Selectable,
  log: Envelope[],
  arrives: Iterator<boolean>,
  page: number,
): Promise<void> {
  const reader = new Reader((channel, after) => {
    const rest = channel === 'region:west' ? log.filter(({ seq }) => seq > after) : [];
    return Promise.resolve({ changes: rest.slice(0, page), seq: log.at(-1)!.seq });
  });
  const only = (selectable: Selectable): Selectable => ({
    ...selectable,
    channels: { 'region:west': selectable.channels['region:west']! },
  });
  reader.sync(only(start));
  for (const envelope of log) if (arrives.next().value) reader.take('region:west', envelope);
  await reader.settle(only(end));
  checkComplete('the reader', reader, { ...only(end), rows: { ...end.rows, 'pool_signals()': {} } });
}

function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}
