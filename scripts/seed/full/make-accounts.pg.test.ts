import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedUser } from '../../stack/gateway/testing/seed-user.ts';
import { createTestGateway, type TestGateway } from '../../stack/gateway/testing/test-gateway.ts';
import type { SeedPerson } from '../people.ts';
import { type AccountsOptions, makeAccounts } from './make-accounts.ts';

const PASSWORD = 'correct horse battery';
let project: TestGateway;
let options: AccountsOptions;

beforeAll(async () => {
  project = await createTestGateway('');
  options = { apiUrl: project.gateway.url, secretKey: project.keys.secretKey, password: PASSWORD };
});
afterAll(() => project[Symbol.asyncDispose]());

const person = (n: number): SeedPerson => ({
  id: `c2000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  email: `person-${n}@civstart.test`,
  displayName: `Person ${n}`,
});
const signIn = (email: string, password = PASSWORD) =>
  project.client().auth.signInWithPassword({ email, password });

/** The first `failures` requests do not get through. */
function failing(failures: number, how: () => Promise<Response>): typeof fetch {
  let left = failures;
  return (input, init) => (left-- > 0 ? how() : fetch(input, init));
}

test('a new person → an account under their id, with name and password; again → updated, nothing twice', async () => {
  expect(await makeAccounts([person(1)], options)).toEqual([
    { person: person(1), userId: person(1).id, state: 'made' },
  ]);
  expect((await signIn(person(1).email)).data.user).toMatchObject({
    id: person(1).id,
    user_metadata: { display_name: 'Person 1' },
  });
  expect(await makeAccounts([person(1)], options)).toMatchObject([{ state: 'updated' }]);
  const { rows } = await project.sql('select from auth.users where email = $1', [person(1).email]);
  expect(rows).toHaveLength(1);
});

test('an address that somebody has under another id and password → that account, with the known password', async () => {
  const id = await seedUser(project, person(2).email, 'forgotten long ago');
  // Newer accounts push it to a later page of the list.
  await project.sql(`insert into auth.users (id, email, created_at)
    select gen_random_uuid(), 'crowd-' || n || '@civstart.test', now() + interval '1 day' from generate_series(1, 450) n`);
  expect(await makeAccounts([{ ...person(2), email: person(2).email.toUpperCase() }], options)).toMatchObject(
    [{ userId: id, state: 'updated' }],
  );
  expect((await signIn(person(2).email)).data.user?.id).toBe(id);
  expect((await signIn(person(2).email, 'forgotten long ago')).error).not.toBeNull();
});

test.each([
  ['no answer', () => Promise.reject(new TypeError('fetch failed'))],
  ['503', () => Promise.resolve(Response.json({ msg: 'starting' }, { status: 503 }))],
  ['500', () => Promise.resolve(Response.json({ msg: 'oops' }, { status: 500 }))],
  ['429', () => Promise.resolve(Response.json({ msg: 'slow down' }, { status: 429 }))],
])('%s, twice → tried again until it is made', async (what, how) => {
  const own: SeedPerson = {
    ...person(3),
    id: crypto.randomUUID(),
    email: `after-${what.replace(' ', '-')}@civstart.test`,
  };
  expect(await makeAccounts([own], { ...options, fetch: failing(2, how) })).toMatchObject([
    { state: 'made' },
  ]);
});

test('an answer that is lost on its way → the account that was made meanwhile is taken', async () => {
  let lost = false;
  const losing: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (lost) return response;
    lost = true;
    throw new TypeError('socket hang up');
  };
  expect(await makeAccounts([person(4)], { ...options, fetch: losing })).toMatchObject([
    { userId: person(4).id, state: 'updated' },
  ]);
});

test('what will not pass → no second try, and an error that names the address', async () => {
  let requests = 0;
  const counting: typeof fetch = (input, init) => {
    requests++;
    return fetch(input, init);
  };
  await expect(makeAccounts([person(5)], { ...options, password: 'short', fetch: counting })).rejects.toThrow(
    /^person-5@civstart\.test: Password should be at least/,
  );
  expect(requests).toBe(1);
});
