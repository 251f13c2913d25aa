import type { Envelope } from '../../types/realtime.ts';
import { checkComplete, checkContactsAreHidden, checkMetrics, ScopeError } from './checks.ts';
import { Player } from './player.ts';
import { Registry } from './registry.ts';
import { statementOf } from './statements.ts';
import type { Change, Scenario, Step } from './steps.ts';
import { Transaction } from './transaction.ts';
import type { World } from './world.ts';

let scenarios = 0;

/** Plays a scenario from an empty database, and throws where being told and being able to select differ. */
export async function play(world: World, scenario: Scenario): Promise<void> {
  const registry = new Registry(++scenarios, world.ids);
  await world.clear();
  await world.writer.begin(async (t) => {
    for (const change of beginning(scenario)) await t.unsafe(statementOf(change, registry));
  });
  await world.noteCommit();
  await world.fence();
  const players = scenario.people.map((person, n) => new Player(world, n, person, scenario.lost));
  for (const player of players) await player.sync();

  const log = new Map<string, Envelope>();
  const readLog = async (): Promise<void> => {
    for (const [key, envelope] of await world.readLog()) log.set(key, envelope);
  };
  for (const step of scenario.steps) {
    if (step.step === 'trim log') {
      await readLog();
      await world.superuser`delete from live.changes l using live.channels c where c.name = l.channel and l.seq < c.seq`;
    } else if (step.step === 'catch up') {
      if (players[step.who]!.client !== 'hostile') await catchUp(world, players[step.who]!);
    } else {
      for await (const _commit of commits(world, step, registry)) await followRights(world, players);
    }
  }

  await readLog();
  for (const player of players) {
    await (player.client === 'hostile' ? world.fence() : catchUp(world, player));
    await player.readLogFromStart();
    player.checkEverythingHeardIsSafe();
    player.checkSocketAgreesWithLog(log);
    if (player.client !== 'hostile') checkComplete(player.who, player.reader, player.selectable());
    for (const { people } of world.history) checkContactsAreHidden(player.who, people[player.id]!);
    checkMetrics(player.who, player.selectable(), await world.metrics(player.id));
  }
  const strays = await world.strays();
  if (strays.length > 0) throw new ScopeError(`a region was not carried down: ${strays.join('; ')}`);
  if ((await world.failures()) > 0) throw new ScopeError('Realtime refused a message');
}

/** Something of everything, and everybody's rights. */
function beginning({ people }: Scenario): Change[] {
  const insert = (table: Extract<Change, { do: 'insert' }>['table'], set = {}, links = {}): Change => ({
    do: 'insert',
    table,
    count: 1,
    set,
    links,
  });
  const rights = people.flatMap(({ role, regions, startups }, who): Change[] => [
    ...(role ? [{ do: 'role' as const, who, role }] : []),
    ...regions.map((region) => ({ do: 'region' as const, who, region, has: true })),
    ...startups.map((startup) => ({ do: 'member' as const, who, startup, has: true })),
  ]);
  return [
    insert('organizations', { name: 'West', region: 'west' }),
    insert('organizations', { name: 'South', region: 'south' }),
    insert('organizations', { name: 'Nowhere' }),
    insert('startups', { name: 'One', is_active: true, credits: 9 }),
    insert('startups', { name: 'Two', is_active: true, credits: 9 }),
    insert('contacts', { full_name: 'Cleo', email: 'c@x.test' }, { organization_id: 3 }),
    insert('contacts', { full_name: 'Kim', phone: '1' }, { organization_id: 1 }),
    insert(
      'signals',
      { title: 'public', is_public: true, approval_status: 'approved' },
      { organization_id: 3 },
    ),
    insert('signals', { title: 'draft' }, { organization_id: 1 }),
    insert(
      'connections',
      { connection_status: 'introduced' },
      { signal_id: 2, startup_id: 2, organization_id: 3, contact_id: 2 },
    ),
    insert(
      'connections',
      { connection_status: 'pending_review', requested_at: '2026-11-01T12:00:00Z' },
      { signal_id: 1, startup_id: 1, contact_id: 1 },
    ),
    insert('interactions', { summary: 'call' }, { connection_id: 2, contact_id: 2 }),
    insert('signal_assignments', {}, { signal_id: 0, startup_id: 0 }),
    insert('matches', {}, { signal_id: 1, startup_id: 1 }),
    insert('credit_changes', {}, { startup_id: 0 }),
    ...people.map((_, who) => insert('notifications', {}, { user_id: who })),
    ...rights,
  ];
}

/** Makes the step, and stops after every commit. */
async function* commits(
  world: World,
  step: Extract<Step, { step: 'transaction' | 'two at once' }>,
  registry: Registry,
): AsyncGenerator<void> {
  const statements = (changes: Change[]): string[] =>
    changes.map((change) => statementOf(change, registry)).filter((statement) => statement !== '');
  const begin = (): Promise<Transaction> => Transaction.begin(world.writer, world.superuser);

  if (step.step === 'transaction') {
    await using transaction = await begin();
    await transaction.run(statements(step.changes));
    if (!(await transaction.end(step.ends))) return;
    await world.noteCommit();
    yield;
    return;
  }

  await using first = await begin();
  await using second = await begin();
  await first.run(statements(step.first));
  await second.run(statements(step.second));
  const open = [first, second];
  if (step.order === 'publish first') for (const transaction of open) await transaction.publish();
  while (open.length > 0) {
    // When both wait, the database ends one of them.
    let next = 0;
    while ((await open[next]!.look()) === 'waits') next = (next + 1) % open.length;
    const [transaction] = open.splice(next, 1) as [Transaction];
    // Tells now, in case that has to wait for the other.
    if (step.order === 'commit first' && (await transaction.publish()) === 'waits') {
      open.push(transaction);
      continue;
    }
    if (!(await transaction.end('commit'))) continue;
    await world.noteCommit();
    yield;
  }
}

/** Everybody whose rights a commit changed has been told; who is prompt asks for them. */
async function followRights(world: World, players: Player[]): Promise<void> {
  if (!players.some((player) => player.rightsChanged())) return;
  await world.fence();
  for (const player of players) {
    const heard = player.heardOfRights();
    if (!player.rightsChanged()) continue;
    const isListening = player.wasInSync() && Object.keys(player.selectable(-2).channels).length > 0;
    if (isListening && !heard) throw new ScopeError(`${player.who} was not told that their rights changed`);
    if (player.client !== 'prompt') continue;
    player.take();
    await player.sync();
  }
}

async function catchUp(world: World, player: Player): Promise<void> {
  await player.sync();
  await world.fence();
  player.take();
  await player.reader.settle(player.selectable());
}
