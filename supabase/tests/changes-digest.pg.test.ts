import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';

interface Digest {
  lines: { event: string; rows: number; titles: string[] }[];
  complete: boolean;
}

let market: Marketplace;
beforeAll(async () => {
  market = await createMarketplace();
});
afterAll(() => market[Symbol.asyncDispose]());

const numbers = async (): Promise<Record<string, number>> => {
  const rows = await market.sql<{ name: string; seq: string }[]>`select name, seq from live.channels`;
  return Object.fromEntries(rows.map(({ name, seq }) => [name, Number(seq)]));
};
const digest = (who: string, after: Record<string, number>): Promise<Digest> =>
  market.call(who, 'changes_digest', { after });

test('rows are counted once however often they changed, with the newest titles; what one did oneself is no news', async () => {
  const { west, owner } = market.people;
  const after = await numbers();
  const first = await market.addSignal({ title: 'Dark bus stops' });
  for (const title of ['One', 'Two', 'Three', 'Four']) await market.addSignal({ title });
  await market.call(owner, 'archive_signal', { signal: first });
  await market.call(owner, 'reopen_signal', { signal: first });
  await market.call(west, 'approve_signal', { signal: first });
  const { lines, complete } = await digest(west, after);
  expect(complete).toBe(true);
  expect(lines).toMatchObject([
    { event: 'signal:created', rows: 5, titles: ['Four', 'Three', 'Two'] },
    { event: 'signal:updated', rows: 1, titles: ['Dark bus stops'] },
  ]);
});

test('another region, and what came before → nothing; a channel that is not theirs says nothing', async () => {
  const { south, member, stranger } = market.people;
  const before = await numbers();
  await market.addSignal({ title: 'Only for the west' });
  for (const who of [south, member, stranger]) {
    expect((await digest(who, before)).lines).toEqual([]);
    expect(JSON.stringify(await digest(who, { ...before, 'region:west': 0, ops: 0 }))).not.toContain('west');
  }
  expect((await digest(market.people.west, await numbers())).lines).toEqual([]);
});

test('who joined a channel later → nothing from before they did', async () => {
  const { south } = market.people;
  await market.addSignal({ title: 'Before the right' });
  await market.sql`insert into admin_regions (user_id, region) values (${south}, 'west')`;
  await market.addSignal({ title: 'After it' });
  const { lines } = await digest(south, { 'region:west': 0 });
  expect(lines).toMatchObject([{ event: 'signal:created', rows: 1, titles: ['After it'] }]);
});

test('numbers that are none → as if not asked', async () => {
  expect(
    await market.call(market.people.west, 'changes_digest', { after: { 'region:west': 'x', network: -1 } }),
  ).toEqual({ lines: [], complete: true });
});
