import { expect } from 'vitest';
import { actingAs } from './people.ts';
import type { Marketplace, People } from './marketplace.ts';

export type Person = keyof People | 'anon';
export const EVERYBODY: Person[] = ['owner', 'west', 'south', 'viewer', 'member', 'stranger', 'anon'];

class RolledBack extends Error {}

/**
 * Calls a function as somebody and takes it back, so that each case finds the same rows. Expects that it is carried out,
 * or refused: with a hint to who is signed in, and with nothing changed.
 */
export async function expectRights(
  { sql, people }: Marketplace,
  person: Person,
  [rpc, args]: [string, Record<string, unknown>],
  refused: false | '42501' | 'P0002',
): Promise<void> {
  const before = await everything(sql);
  const answer = await actingAs(sql, person === 'anon' ? null : people[person], async (t) => {
    const names = Object.keys(args).map((name, at) => `${name} => $${at + 1}`);
    await t.unsafe(`select public.${rpc}(${names.join(', ')})`, Object.values(args) as string[]);
    throw new RolledBack('done');
  }).catch((error: unknown) => error as Error & { code?: string; hint?: string });
  if (refused === false) {
    expect(answer).toBeInstanceOf(RolledBack);
  } else {
    expect(answer).toMatchObject({ code: refused });
    if (person !== 'anon') expect((answer as { hint: string }).hint).toMatch(/^[A-Z].*\.$/);
  }
  expect(await everything(sql)).toBe(before);
}

async function everything(sql: Marketplace['sql']): Promise<string> {
  const [row] = await sql<{ digest: string }[]>`
    select md5(string_agg(t, '' order by t)) as digest from (
      select signals::text as t from signals union all select signal_assignments::text from signal_assignments
      union all select connections::text from connections union all select credit_changes::text from credit_changes
      union all select startups::text from startups union all select admins::text from admins
      union all select startup_members::text from startup_members union all select matches::text from matches
      union all select o::text from airtable.outbox o union all select f::text from airtable.outbox_fields f
      union all select d::text from airtable.dead_letters d union all select r::text from airtable.rereads r) all_rows`;
  return row!.digest;
}
