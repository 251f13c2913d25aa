import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChannelName, Whoami } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from './live-change.ts';
import { LiveConnection } from './live-connection.ts';
import type { LiveKind } from './live-machine.ts';
import { FakeProject } from './testing/fake-project.ts';

const ME: Whoami = { user_id: 'u1', display_name: 'Olivia', role: 'owner', regions: ['west'] };

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function connect(project: FakeProject, seeded = project.joinable()) {
  const seen = {
    kinds: [] as LiveKind[],
    changes: [] as LiveChange[],
    resets: 0,
    revoked: [] as ChannelName[],
  };
  const connection = new LiveConnection(project.db, ME, {
    status: ({ kind }) => void (seen.kinds.at(-1) === kind || seen.kinds.push(kind)),
    change: (change) => seen.changes.push(change),
    reset: () => (seen.resets += 1),
    revoked: (names) => seen.revoked.push(...names),
    people: () => undefined,
  });
  void connection.start(seeded);
  const numbers = (name: ChannelName) =>
    seen.changes.filter(({ channel }) => channel === name).map(({ envelope }) => envelope.seq);
  return { connection, seen, numbers };
}

const settle = (ms = 500) => vi.advanceTimersByTimeAsync(ms);

describe('a live connection', () => {
  test('joins every channel, looks at the logs once, and is live', async () => {
    const project = new FakeProject('region:west', 'network');
    const { seen } = connect(project);
    await settle();
    expect(seen.kinds).toEqual(['connecting', 'catching_up', 'live']);
    expect(project.calls).toEqual({ my_channels: 1, changes_since: 0 });
  });

  test('a change between the page’s data and the join → filled in', async () => {
    const project = new FakeProject('region:west');
    const seeded = project.joinable();
    project.commit('region:west');
    const { numbers, seen } = connect(project, seeded);
    await settle();
    expect(numbers('region:west')).toEqual([1]);
    expect(seen.changes[0]?.live).toBe(false);
  });

  test('a dropped broadcast → the next one shows the gap, both are applied in order', async () => {
    const project = new FakeProject('region:west');
    const { numbers, seen } = connect(project);
    await settle();
    project.commit('region:west', { dropped: true });
    project.commit('region:west');
    expect(seen.kinds.at(-1)).toBe('catching_up');
    await settle();
    expect(numbers('region:west')).toEqual([1, 2]);
    expect(seen.kinds.at(-1)).toBe('live');
  });

  test('the socket breaks and comes back → polling meanwhile, then caught up, without a refetch', async () => {
    const project = new FakeProject('region:west', 'network');
    const { numbers, seen } = connect(project);
    await settle();
    project.breakSocket();
    expect(seen.kinds.at(-1)).toBe('polling');
    for (let count = 0; count < 10; count++) project.commit('region:west');
    project.rejoin();
    await settle();
    expect(numbers('region:west')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(seen.kinds.slice(-3)).toEqual(['polling', 'catching_up', 'live']);
    expect(seen.resets).toBe(0);
  });

  test('away for longer than the log is kept → one refetch', async () => {
    const project = new FakeProject('region:west');
    const { numbers, seen } = connect(project);
    await settle();
    project.breakSocket();
    for (let count = 0; count < 5; count++) project.commit('region:west');
    project.prune('region:west');
    project.rejoin();
    await settle();
    expect(seen.resets).toBe(1);
    expect(numbers('region:west')).toEqual([]);
    project.commit('region:west');
    expect(numbers('region:west')).toEqual([6]);
  });

  test('the server closes a channel → a new one is built, and its log caught up', async () => {
    const project = new FakeProject('region:west', 'network');
    const { numbers, seen } = connect(project);
    await settle();
    project.closeChannel('region:west');
    project.commit('region:west');
    await settle(4000);
    expect(numbers('region:west')).toEqual([1]);
    expect(seen.kinds.at(-1)).toBe('live');
  });

  test('a region is taken away → told once, its channel left, the others live on', async () => {
    const project = new FakeProject('region:west', 'region:south', 'user:u1');
    const { seen } = connect(project);
    await settle();
    project.revoke('region:west');
    project.commit('user:u1', { event: 'access:changed' });
    await settle();
    expect(seen.revoked).toEqual(['region:west']);
    expect([...project.channels].map(({ topic }) => topic)).toEqual(['region:south:1', 'user:u1:1']);
    expect(seen.kinds.at(-1)).toBe('live');
  });

  test('every right is taken away → told on the old topics, all left', async () => {
    const project = new FakeProject('region:west', 'network', 'user:u1');
    const { seen } = connect(project);
    await settle();
    for (const name of ['region:west', 'network', 'user:u1'] as const) project.revoke(name);
    await settle();
    expect(seen.revoked.toSorted()).toEqual(['network', 'region:west', 'user:u1']);
    expect([...project.channels]).toEqual([]);
  });

  test('somebody else loses the region → the new topic is joined at once, nothing missed', async () => {
    const project = new FakeProject('region:west');
    const { seen, numbers } = connect(project);
    await settle();
    project.raiseEpoch('region:west');
    await settle();
    project.commit('region:west');
    expect(numbers('region:west')).toEqual([1]);
    expect([...project.channels].map(({ topic }) => topic)).toEqual(['region:west:2']);
    expect(seen.revoked).toEqual([]);
  });

  test('a region is added → joined, and the page’s data fetched again', async () => {
    const project = new FakeProject('region:west', 'user:u1');
    const { seen, numbers } = connect(project);
    await settle();
    project.grant('region:south');
    project.commit('user:u1', { event: 'access:changed' });
    await settle();
    expect(seen.resets).toBe(1);
    project.commit('region:south');
    expect(numbers('region:south')).toEqual([1]);
  });

  test('a new epoch → the old topic is refused, the new one joined, nothing missed', async () => {
    const project = new FakeProject('region:west');
    const { seen, numbers } = connect(project);
    await settle();
    project.raiseEpoch('region:west');
    project.commit('region:west');
    project.breakSocket();
    project.rejoin();
    await settle(10_000);
    expect(numbers('region:west')).toEqual([1]);
    expect(seen.kinds.at(-1)).toBe('live');
  });

  test('the topic that a new epoch ended speaks again, or something that is no envelope comes → not heard', async () => {
    const project = new FakeProject('region:west');
    const { seen } = connect(project);
    await settle();
    const [old] = project.channels;
    project.raiseEpoch('region:west');
    await settle();
    const at = new Date(Date.now()).toISOString();
    old!.hear({ seq: 1, event: 'signal:updated', at, source: 'admin', ids: ['of old'], truncated: false });
    const [current] = project.channels;
    for (const nonsense of [null, 'signal:updated', { seq: 1 }, { event: 'signal:updated', ids: [] }])
      current!.hear(nonsense);
    await settle();
    expect([seen.changes, seen.kinds.at(-1)]).toEqual([[], 'live']);
  });

  test('the database is made anew, its log begins at 1 again → one refetch, and the new log is followed', async () => {
    const project = new FakeProject('region:west');
    const { seen, numbers } = connect(project);
    await settle();
    for (let count = 0; count < 3; count++) project.commit('region:west');
    project.grant('region:west');
    project.breakSocket();
    project.rejoin();
    await settle();
    project.commit('region:west');
    expect([seen.resets, numbers('region:west')]).toEqual([1, [1, 2, 3, 1]]);
  });

  test('looked at again and again → nobody who is here comes and goes, no topic is joined twice', async () => {
    const project = new FakeProject('region:west', 'presence:admins');
    const { connection } = connect(project);
    await settle();
    const joined = [...project.channels];
    for (let count = 0; count < 3; count++) {
      connection.check();
      await settle();
    }
    expect([...project.channels]).toEqual(joined);
    expect(joined.map(({ topic }) => topic).sort()).toEqual(['presence:admins:1', 'region:west:1']);
  });

  test('the database is away while the socket is not → polling, and live once it answers', async () => {
    const project = new FakeProject('region:west');
    const { connection, seen } = connect(project);
    await settle();
    project.up = false;
    connection.check();
    await settle();
    expect(seen.kinds.at(-1)).toBe('polling');
    project.up = true;
    await settle(10_000);
    expect(seen.kinds.at(-1)).toBe('live');
  });

  test('no answer to the first join → polling after six seconds', async () => {
    const project = new FakeProject('region:west');
    project.up = false;
    const { seen } = connect(project);
    await settle(5900);
    expect(seen.kinds).toEqual(['connecting']);
    await settle(200);
    expect(seen.kinds).toEqual(['connecting', 'polling']);
  });

  test('stopped → every channel is left, and late answers change nothing', async () => {
    const project = new FakeProject('region:west');
    const { connection, seen } = connect(project);
    await settle();
    connection.stop();
    project.commit('region:west');
    await settle(60_000);
    expect(project.channels.size).toBe(0);
    expect(seen.changes).toEqual([]);
    expect(seen.kinds.at(-1)).toBe('signed_out');
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('any mix of losses, breaks, closed channels and new epochs: in the end every change once, in order, and live', async () => {
  const step = fc.constantFrom('commit', 'drop', 'break', 'rejoin', 'close', 'epoch', 'wait' as const);
  const names = fc.constantFrom<ChannelName>('region:west', 'network');

  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, names), { maxLength: 30 }), async (steps) => {
      const project = new FakeProject('region:west', 'network');
      const { connection, seen, numbers } = connect(project);
      for (const [what, name] of steps) {
        if (what === 'commit') project.commit(name);
        if (what === 'drop') project.commit(name, { dropped: true });
        if (what === 'break') project.breakSocket();
        if (what === 'rejoin') project.rejoin();
        if (what === 'close') project.closeChannel(name);
        if (what === 'epoch') project.raiseEpoch(name);
        await settle(what === 'wait' ? 3000 : 1);
      }
      project.breakSocket();
      project.rejoin();
      await settle(120_000);
      for (const { name, seq } of project.joinable()) {
        expect(numbers(name)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
      }
      expect(seen.resets).toBe(0);
      expect(seen.kinds.at(-1)).toBe('live');
      connection.stop();
    }),
    { numRuns: 200 },
  );
});
