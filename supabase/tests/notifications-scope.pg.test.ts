import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Snapshot } from './scope-property/snapshot.ts';
import { Registry } from './scope-property/registry.ts';
import { statementOf } from './scope-property/statements.ts';
import { PEOPLE, scenarios, type Change, type Scenario, type Step } from './scope-property/steps.ts';
import { Transaction } from './scope-property/transaction.ts';
import { World } from './scope-property/world.ts';

/** `SCENARIOS=2000` for a long run, `SEED=…` to see one again. */
const { SCENARIOS = '80', SEED } = process.env;
const numRuns = Number(SCENARIOS);
const TIMEOUT_MS = 60_000 + numRuns * 1000;
/** Shrinking ends in time to say what was found. */
const SHRINKING_ENDS_MS = TIMEOUT_MS - 20_000;

interface Notification {
  id: string;
  user_id: string;
  kind: string;
  entity: string;
  entity_id: string | null;
  count: number;
  regions: string[];
  told: string;
}

let world: World;
let scenario = 1_000_000;
let checked = 0;

beforeAll(async () => {
  world = await World.create(PEOPLE);
});
afterAll(async () => world[Symbol.asyncDispose]());

test(
  'nobody is notified of what they may not select at the commit that tells it, whatever happens to rows and rights',
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (played) => {
        await play(played);
      }),
      {
        numRuns,
        interruptAfterTimeLimit: SHRINKING_ENDS_MS,
        markInterruptAsFailure: true,
        ...(SEED ? { seed: Number(SEED) } : {}),
      },
    );
    // A property about nothing holds too.
    expect(checked).toBeGreaterThan(numRuns / 4);
  },
  TIMEOUT_MS,
);

async function play({ people, steps }: Scenario): Promise<void> {
  const registry = new Registry(++scenario, world.ids);
  await world.clear();
  // Everybody asks to be told of everything.
  await world.superuser`
    insert into notification_rules (user_id, event, filter)
    select person, 'view:' || gen_random_uuid(), jsonb_build_object('entity', entity, 'name', entity, 'conditions', '{}'::jsonb)
    from unnest(${world.ids}::uuid[]) as person, unnest(${Object.keys(VIEWS)}::text[]) as entity`;
  const known = new Set<string>();
  const check = async (): Promise<void> => {
    await world.noteCommit();
    const rows = await world.superuser<Notification[]>`
      select id, user_id, kind, entity, entity_id, count, regions::text[], created_at || ' ' || count as told
      from notifications where kind like '%:%'`;
    for (const row of rows.filter(({ id, told }) => !known.has(`${id} ${told}`))) {
      known.add(`${row.id} ${row.told}`);
      checkIsTheirs(row, world.last);
    }
  };
  const run = async (changes: Change[]): Promise<Transaction> => {
    const transaction = await Transaction.begin(world.writer, world.superuser);
    await transaction.run(changes.map((change) => statementOf(change, registry)).filter(Boolean));
    return transaction;
  };

  await using start = await run(beginning(people));
  await start.end('commit');
  await check();
  for (const step of steps.filter(isWriting)) {
    if (step.step === 'transaction') {
      await using transaction = await run(step.changes);
      if (await transaction.end(step.ends)) await check();
      continue;
    }
    await using first = await run(step.first);
    await using second = await run(step.second);
    // Each has told before either commits, unless it must wait for the other.
    let open = [first, second];
    for (const transaction of open) await transaction.publish();
    while (open.length > 0) {
      for (const transaction of open) {
        if ((await transaction.look()) === 'waits') continue;
        open = open.filter((other) => other !== transaction);
        if (await transaction.end('commit')) await check();
        break;
      }
    }
  }
  expect(await world.superuser`select channel, error from live.failures`).toEqual([]);
}

function isWriting(step: Step): step is Extract<Step, { step: 'transaction' | 'two at once' }> {
  return step.step === 'transaction' || step.step === 'two at once';
}

/** Who may select what, and something of everything to tell of. */
function beginning(people: Scenario['people']): Change[] {
  const insert = (
    table: Extract<Change, { do: 'insert' }>['table'],
    set = {},
    links = {},
    count = 1,
  ): Change => ({ do: 'insert', table, count, set, links });
  return [
    insert('organizations', { region: 'west' }),
    insert('organizations', { region: 'south' }),
    insert('startups', { name: 'One' }),
    insert('startups', { name: 'Two' }),
    ...people.flatMap(({ role, regions, startups }, who): Change[] => [
      ...(role ? [{ do: 'role' as const, who, role }] : []),
      ...regions.map((region) => ({ do: 'region' as const, who, region, has: true })),
      ...startups.map((startup) => ({ do: 'member' as const, who, startup, has: true })),
    ]),
    insert('signals', { title: 'urgent', urgency: 'critical' }, { organization_id: 1 }),
    insert('signals', { title: 'urgent', urgency: 'high' }, { organization_id: 2 }, 2),
    insert('connections', {}, { signal_id: 1, startup_id: 0, organization_id: 2 }),
  ];
}

function checkIsTheirs(row: Notification, { people }: Snapshot): void {
  const { rows, channels } = people[row.user_id]!;
  const view = row.kind === 'connection:progress' ? 'startup_connections()' : VIEWS[row.entity];
  checked++;
  if (row.entity_id !== null && view !== undefined) {
    expect(Object.keys(rows[view]!), `${row.kind} of a row of ${view}`).toContain(row.entity_id);
  }
  for (const region of row.regions) expect(Object.keys(channels)).toContain(`region:${region}`);
  if (row.kind === 'sync:trouble') expect(Object.keys(channels)).toContain('ops');
}

const VIEWS: Record<string, string> = {
  signal: 'signals',
  connection: 'connections',
  organization: 'organizations',
  contact: 'contacts',
  interaction: 'interactions',
  startup: 'startups',
  assignment: 'startup_signals()',
};
