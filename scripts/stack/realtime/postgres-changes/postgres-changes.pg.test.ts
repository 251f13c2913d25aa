import { randomUUID } from 'node:crypto';
import type { RealtimePostgresChangesPayload } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Inbox } from '../testing/inbox.ts';
import {
  signToken,
  startRealtimeHarness,
  subscribe,
  type RealtimeHarness,
} from '../testing/realtime-harness.ts';

let realtime: RealtimeHarness;
const [ann, bob] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  realtime = await startRealtimeHarness();
  await realtime.db.query(`
    create table public.tasks (
      id int primary key, owner uuid, title text, done boolean default false,
      size numeric, tags text[], due timestamptz, extra jsonb, secret text
    );
    alter table public.tasks enable row level security;
    create policy "own" on public.tasks to authenticated using (owner = auth.uid());
    revoke all on public.tasks from anon, authenticated;
    grant select (id, owner, title, done, size, tags, due, extra) on public.tasks to authenticated;
    create table public.open_notes (id bigint primary key, body text);
    alter table public.open_notes replica identity full;
    create table public.no_key (body text);
    create table public.unpublished (id int primary key);
    alter publication supabase_realtime add table public.tasks, public.open_notes, public.no_key;
  `);
});
afterAll(async () => realtime[Symbol.asyncDispose]());

type Change = RealtimePostgresChangesPayload<Record<string, unknown>>;
interface System {
  extension: string;
  status: string;
  message: string;
}

async function watch(
  user: string | null,
  filter: { table?: string; event?: '*' | 'INSERT'; filter?: string; select?: string[] },
) {
  const token = user === null ? undefined : await signToken(user);
  const client = realtime.client(token === undefined ? undefined : () => token);
  await client.realtime.setAuth();
  const channel = client.channel(randomUUID());
  const changes = new Inbox<Change>();
  const system = new Inbox<System>();
  const { event = '*', ...rest } = filter;
  channel.on('postgres_changes', { event: event as '*', schema: 'public', ...rest }, (change) =>
    changes.push(change as Change),
  );
  channel.on('system', {}, (message) => system.push(message as System));
  expect(await subscribe(channel)).toEqual({ status: 'SUBSCRIBED' });
  return {
    changes,
    system,
    subscribed: await system.next(({ extension }) => extension === 'postgres_changes'),
  };
}

/** Marks the end: changes are checked in order, so what comes before it has been decided. */
async function mark(...watchers: { changes: Inbox<Change> }[]): Promise<Change[][]> {
  const body = randomUUID();
  await realtime.db.query('insert into public.open_notes values ($1, $2)', [
    Math.floor(Math.random() * 1e9),
    body,
  ]);
  await Promise.all(
    watchers.map(({ changes }) => changes.next((change) => (change.new as { body?: string }).body === body)),
  );
  return watchers.map(({ changes }) => changes.all.filter(({ table }) => table !== 'open_notes'));
}

test('inserts, updates and deletes reach those who may select the row, in the form of the platform', async () => {
  const [own, foreign] = [await watch(ann, {}), await watch(bob, {})];
  expect(own.subscribed).toMatchObject({ status: 'ok', message: 'Subscribed to PostgreSQL' });
  // One after another: the check looks at the row as it is by then.
  for (const sql of [
    `insert into public.tasks values
      (1, '${ann}', 'one "quoted"', false, 1.50, '{a,b}', '2026-11-23 10:00:00.5+00', '{"a": [1]}', 'hidden')`,
    `update public.tasks set done = true where id = 1`,
    `delete from public.tasks where id = 1`,
  ]) {
    await realtime.db.query(sql);
    await own.changes.next();
  }
  const [mine, theirs] = await mark(own, foreign);
  const row = {
    id: 1,
    owner: ann,
    title: 'one "quoted"',
    done: false,
    size: 1.5,
    tags: ['a', 'b'],
    due: '2026-11-23T10:00:00.5+00:00',
    extra: { a: [1] },
  };
  expect(mine).toMatchObject([
    { eventType: 'INSERT', schema: 'public', table: 'tasks', new: row, old: {}, errors: null },
    { eventType: 'UPDATE', new: { ...row, done: true }, old: { id: 1 } },
    { eventType: 'DELETE', new: {}, old: { id: 1 } },
  ]);
  expect(mine![0]!.new).not.toHaveProperty('secret');
  expect(Object.keys(mine![2]!.old)).toEqual(['id']);
  expect(mine![0]!.commit_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  // A delete cannot be checked: it reaches everyone, with the key alone.
  expect(theirs).toMatchObject([{ eventType: 'DELETE', old: { id: 1 } }]);
});

test('a row that changes hands is seen by the new owner only', async () => {
  await realtime.db.query(`insert into public.tasks (id, owner, title) values (2, $1, 'handed over')`, [ann]);
  const [before, after] = [await watch(ann, {}), await watch(bob, {})];
  await realtime.db.query('update public.tasks set owner = $1 where id = 2', [bob]);
  const [annSees, bobSees] = await mark(before, after);
  expect(annSees).toEqual([]);
  expect(bobSees).toMatchObject([{ eventType: 'UPDATE', new: { id: 2, owner: bob } }]);
});

test('what is rolled back is never seen', async () => {
  const own = await watch(ann, {});
  await realtime.db.query('begin');
  await realtime.db.query(`insert into public.tasks (id, owner) values (3, $1)`, [ann]);
  await realtime.db.query('rollback');
  expect(await mark(own)).toEqual([[]]);
});

test('a table without RLS and with its whole old row: everyone sees all of it', async () => {
  const anyone = await watch(ann, { table: 'open_notes' });
  await realtime.db
    .query(`insert into public.open_notes values (10, 'a'); update public.open_notes set body = 'b' where id = 10;
    delete from public.open_notes where id = 10`);
  await anyone.changes.next(({ eventType }) => eventType === 'DELETE');
  expect(anyone.changes.all).toMatchObject([
    { new: { id: 10, body: 'a' } },
    { new: { id: 10, body: 'b' }, old: { id: 10, body: 'a' } },
    { old: { id: 10, body: 'b' } },
  ]);
});

test.each([
  ['id=eq.21', [21]],
  ['id=gt.20,id=lt.23', [21, 22]],
  ['id=in.(22,23)', [22, 23]],
  ['title=not.like.b%', [21, 23]],
  ['title=eq."c,d"', [23]],
  ['done=is.true', [22]],
  ['size=gte.2.5', [22]],
  ['size=isdistinct.2.5', [21, 23]],
  ['id=eq.not-a-number', []],
])('the filter %s lets through %j', async (filter, ids) => {
  await realtime.db.query('delete from public.tasks');
  const [filtered, all] = [
    await watch(ann, { table: 'tasks', event: 'INSERT', filter }),
    await watch(ann, {}),
  ];
  await realtime.db.query(
    `insert into public.tasks (id, owner, title, done, size) values
       (21, $1, 'a', false, 1), (22, $1, 'b', true, 2.5), (23, $1, 'c,d', false, null)`,
    [ann],
  );
  await mark(all);
  expect(filtered.changes.all.map((change) => (change.new as { id: number }).id)).toEqual(ids);
});

test('`select` leaves the other columns out, but never the key', async () => {
  const own = await watch(ann, { table: 'tasks', select: ['title'] });
  await realtime.db.query(`insert into public.tasks (id, owner, title) values (30, $1, 't')`, [ann]);
  expect((await own.changes.next()).new).toEqual({ id: 30, title: 't' });
});

test('a table without a key, or whose key the role may not select, is told without its rows', async () => {
  const [signedIn, anonymous] = [
    await watch(ann, { table: 'no_key' }),
    await watch(null, { table: 'tasks' }),
  ];
  await realtime.db.query(`insert into public.no_key values ('x')`);
  const noKey = await signedIn.changes.next();
  expect(noKey).toMatchObject({ new: {}, errors: ['Error 400: Bad Request, no primary key'] });
  await realtime.db.query(`insert into public.tasks (id, owner) values (40, $1)`, [ann]);
  expect(await anonymous.changes.next()).toMatchObject({ new: {}, errors: ['Error 401: Unauthorized'] });
});

test.each([
  [
    { table: 'unpublished' },
    /^Unable to subscribe to changes with given parameters\. Please check Realtime is enabled .* table: unpublished/,
  ],
  [{ table: 'tasks', filter: 'nope=eq.1' }, /invalid column for filter nope$/],
  [{ table: 'tasks', filter: 'id=foo.1' }, /^Error parsing `filter` params: /],
])('subscribing to %j is answered with an error', async (filter, message) => {
  const { subscribed } = await watch(ann, filter);
  expect(subscribed).toMatchObject({ status: 'error', extension: 'postgres_changes' });
  expect(subscribed.message).toMatch(message);
});

test('a changed token counts from the next change on', async () => {
  const token = await signToken(ann);
  const raw = await realtime.raw();
  const binding = { event: '*', schema: 'public', table: 'tasks' };
  const { joinRef, payload } = await raw.join('t', { postgres_changes: [binding] }, token);
  const [{ id }] = (payload.response as { postgres_changes: [{ id: number }] }).postgres_changes;
  expect(id).toEqual(expect.any(Number));
  await raw.inbox.next(({ event }) => event === 'system');
  raw.send('realtime:t', 'access_token', { access_token: await signToken(bob) }, joinRef);
  await raw.ask('realtime:t', 'presence', {}, joinRef);
  await realtime.db.query(`insert into public.tasks (id, owner) values (50, $1), (51, $2)`, [ann, bob]);
  const change = await raw.inbox.next(({ event }) => event === 'postgres_changes');
  expect(change.payload).toMatchObject({ ids: [id], data: { type: 'INSERT', record: { id: 51 } } });
  expect(change.payload.data).not.toHaveProperty('old_record');
});
