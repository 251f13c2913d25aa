import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signToken } from '../../../scripts/stack/realtime/testing/realtime-harness.ts';
import { JWT_SECRET } from '../support/project-realtime.ts';
import { Listener } from './listener.ts';
import { World } from './world.ts';

const ORGANIZATION = '10000000-0000-4000-8000-000000000001';
const STARTUP = '20000000-0000-4000-8000-000000000001';

let world: World;
/** Keeps its socket, its topics and its first token, whatever it is told. */
let hostile: { id: string; listener: Listener };
/** Of the same regions and startup, and stays. */
let loyal: { id: string; listener: Listener };

const change = {
  organization: `update organizations set name = 'secret' where id = '${ORGANIZATION}'`,
  signal: `insert into signals (title, is_public, approval_status, organization_id) values ('secret', true, 'approved', '${ORGANIZATION}')`,
  startup: `update startups set summary = 'secret' where id = '${STARTUP}'`,
};

beforeAll(async () => {
  world = await World.create(2);
  [hostile, loyal] = world.people as [typeof hostile, typeof loyal];
});
afterAll(async () => world[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const { listener } of world.people) for (const topic of listener.topics) await listener.leave(topic);
  await world.clear();
  await world.writer.unsafe(`
    insert into organizations (id, name, region) values ('${ORGANIZATION}', 'West', 'west');
    insert into startups (id, name) values ('${STARTUP}', 'One')`);
});

async function grant(id: string, role: string | null, isMember = false): Promise<void> {
  const { writer } = world;
  if (role) await writer`insert into admins (user_id, display_name, role) values (${id}, 'P', ${role})`;
  if (role)
    await writer`insert into admin_regions (user_id, region) values (${id}, 'west'), (${id}, 'south')`;
  if (isMember) await writer`insert into startup_members (user_id, startup_id) values (${id}, ${STARTUP})`;
}

async function joinAll({ id, listener }: typeof hostile): Promise<string[]> {
  await world.noteCommit();
  const topics = Object.values(world.last.people[id]!.channels).map(({ topic }) => topic);
  for (const topic of topics) expect(await listener.join(topic)).toBeNull();
  await world.fence();
  listener.heard.length = 0;
  return topics;
}

async function hearsAfter(statements: string[]): Promise<string[]> {
  for (const statement of statements) await world.writer.unsafe(statement);
  await world.fence();
  return hostile.listener.heard.map(({ envelope }) => envelope.event);
}

describe('who keeps the socket, the old topics and the old token hears nothing with data from the commit on', () => {
  const everything = Object.values(change);
  const cases: [string, string | null, boolean, (id: string) => string, string[]][] = [
    [
      'a region is taken away',
      'admin',
      false,
      (id) => `delete from admin_regions where user_id = '${id}' and region = 'west'`,
      [change.organization],
    ],
    [
      'a region is changed for another',
      'viewer',
      false,
      (id) => `update admin_regions set region = 'midwest' where user_id = '${id}' and region = 'west'`,
      [change.organization],
    ],
    [
      'the role is taken away',
      'admin',
      false,
      (id) => `delete from admins where user_id = '${id}'`,
      everything,
    ],
    [
      'an owner becomes a viewer of another region',
      'owner',
      false,
      (id) =>
        `delete from admin_regions where user_id = '${id}' and region = 'west'; update admins set role = 'viewer' where user_id = '${id}'`,
      [change.organization],
    ],
    [
      'a membership is taken away',
      null,
      true,
      (id) => `delete from startup_members where user_id = '${id}'`,
      [change.startup, change.signal],
    ],
    [
      'an admin and member loses both in one transaction',
      'admin',
      true,
      (id) =>
        `delete from startup_members where user_id = '${id}'; delete from admins where user_id = '${id}'`,
      everything,
    ],
    [
      'the account is deleted',
      'admin',
      true,
      (id) => `delete from auth.users where id = '${id}'`,
      everything,
    ],
    [
      'all regions are taken away with the change of a row in one transaction',
      'admin',
      false,
      (id) => `delete from admin_regions where user_id = '${id}'; ${change.organization}`,
      [`update organizations set name = 'more' where id = '${ORGANIZATION}'`],
    ],
  ];
  test.each(cases)('%s', async (_title, role, isMember, loss, changes) => {
    for (const { id } of world.people) await grant(id, role, isMember);
    const topics = await joinAll(hostile);
    await hearsAfter([loss(hostile.id)]);
    const heard = hostile.listener.heard;
    expect(heard.map(({ envelope }) => envelope.event)).toContain('access:changed');
    expect(heard.filter(({ envelope }) => envelope.event !== 'access:changed')).toEqual([]);
    expect(heard.flatMap(({ envelope }) => [...envelope.ids, ...(envelope.records ?? [])])).toEqual([]);

    // Nor does the log give what the socket does not.
    const lost = [...new Set(topics.map((topic) => topic.slice(0, topic.lastIndexOf(':'))))];
    await world.noteCommit();
    for (const name of lost.filter((name) => !world.last.people[hostile.id]!.channels[name])) {
      await expect(world.changesSince(hostile.id, name, 0, 10), name).rejects.toMatchObject({
        code: '42501',
      });
    }

    // Who stays asks again, and hears all of it: it was told, only not to everybody.
    await joinAll(loyal);
    heard.length = 0;
    expect(await hearsAfter(changes)).toEqual([]);
    expect(loyal.listener.heard.length).toBeGreaterThanOrEqual(changes.length);
  });

  test('a startup is deleted: its former member hears that it is gone, then nothing', async () => {
    await grant(hostile.id, null, true);
    await joinAll(hostile);
    await hearsAfter([`delete from startups where id = '${STARTUP}'`]);
    expect(hostile.listener.heard.filter(({ envelope }) => envelope.records !== undefined)).toEqual([]);
    hostile.listener.heard.length = 0;
    expect(
      await hearsAfter([`insert into startups (id, name) values ('${STARTUP}', 'again')`, change.signal]),
    ).toEqual([]);
  });

  test('neither the old topic nor the new one can be joined again', async () => {
    for (const { id } of world.people) await grant(id, 'admin');
    await joinAll(hostile);
    await world.writer`delete from admins where user_id = ${hostile.id}`;
    const old = hostile.listener.topics;
    const current = await joinAll(loyal);
    for (const topic of old) {
      await hostile.listener.leave(topic);
      expect(await hostile.listener.join(topic), topic).toMatch(/do not have permissions/);
    }
    for (const topic of current)
      expect(await hostile.listener.join(topic), topic).toMatch(/do not have permissions/);
  });
});

describe('a token that is not ours, or says what it may not, joins nothing', () => {
  const claims = (id: string) => ({ sub: id, role: 'authenticated' });
  const expires = { secret: JWT_SECRET, expiresInSeconds: -10 };
  const tokens: [string, (id: string) => Promise<string>, RegExp][] = [
    [
      'signed by someone else',
      (id) => signToken(id, { secret: 'a-secret-that-someone-made-up-of-32-characters' }),
      /JwtSignatureError/,
    ],
    [
      'of another project',
      (id) => signToken(id, { claims: { iss: 'supabase', ref: 'another' } }),
      /JwtSignatureError/,
    ],
    ['that has expired', (id) => signToken(id, expires), /expired/],
    [
      'that never expires',
      (id) => new SignJWT(claims(id)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(JWT_SECRET)),
      /exp/,
    ],
    [
      'without a signature',
      (id) => Promise.resolve(new UnsecuredJWT({ ...claims(id), exp: 4e9 }).encode()),
      /MalformedJWT|JwtSign/,
    ],
    ['of nobody', () => signToken(null, { secret: JWT_SECRET, role: 'anon' }), /permissions/],
    [
      'of an account without a role that calls itself an owner',
      () =>
        signToken(crypto.randomUUID(), {
          secret: JWT_SECRET,
          claims: { user_metadata: { role: 'owner' }, app_metadata: { role: 'owner' } },
        }),
      /permissions/,
    ],
  ];
  test.each(tokens)('%s', async (_title, sign, reason) => {
    await grant(loyal.id, 'owner', true);
    const topics = await joinAll(loyal);
    const intruder = new Listener(await world.realtime.client(await sign(loyal.id)));
    for (const topic of topics) expect(await intruder.join(topic), topic).toMatch(reason);
    await hearsAfter(Object.values(change));
    expect(intruder.heard).toEqual([]);
  });
});
