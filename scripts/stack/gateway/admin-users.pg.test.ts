import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedUser } from './testing/seed-user.ts';
import { createTestGateway, type TestGateway } from './testing/test-gateway.ts';

let stack: TestGateway;
const PASSWORD = 'correct horse battery';

beforeAll(async () => {
  stack = await createTestGateway('');
});
afterAll(() => stack[Symbol.asyncDispose]());

test('a user that the service role makes can sign in, with their metadata in the token', async () => {
  const { admin } = stack.client(stack.keys.secretKey).auth;
  const { data, error } = await admin.createUser({
    email: 'Owner@civstart.test',
    password: PASSWORD,
    email_confirm: true,
    user_metadata: { name: 'Owner' },
    app_metadata: { team: 'staff' },
  });
  expect(error).toBeNull();
  expect(data.user).toMatchObject({
    email: 'owner@civstart.test',
    role: 'authenticated',
    app_metadata: { provider: 'email', providers: ['email'], team: 'staff' },
    user_metadata: { name: 'Owner', email_verified: true },
    identities: [{ provider: 'email', identity_data: { email: 'owner@civstart.test' } }],
  });
  expect(data.user?.email_confirmed_at).toBeDefined();

  const { auth } = stack.client();
  const signIn = await auth.signInWithPassword({ email: 'owner@civstart.test', password: PASSWORD });
  expect(signIn.data.user?.id).toBe(data.user?.id);
  const claims = await auth.getClaims();
  expect(claims.data?.claims.app_metadata).toMatchObject({ team: 'staff' });
});

test('a second user with the same address → 422 email_exists, and one user stays', async () => {
  const { admin } = stack.client(stack.keys.serviceRoleKey).auth;
  const first = await admin.createUser({ email: 'twice@civstart.test', password: PASSWORD });
  const second = await admin.createUser({ email: 'TWICE@civstart.test', password: PASSWORD });
  expect(second.error).toMatchObject({ status: 422, code: 'email_exists' });
  const { rows } = await stack.sql(`select id from auth.users where email = 'twice@civstart.test'`);
  expect(rows).toEqual([{ id: first.data.user?.id }]);
});

test.each([
  [{ password: PASSWORD }, 400, 'validation_failed'],
  [{ email: 'no address', password: PASSWORD }, 400, 'validation_failed'],
  [{ email: 'weak@civstart.test', password: '12345' }, 422, 'weak_password'],
  [{ email: 'long@civstart.test', password: 'x'.repeat(73) }, 400, 'validation_failed'],
])('creating %j → %i %s', async (attributes, status, code) => {
  const { error } = await stack.client(stack.keys.secretKey).auth.admin.createUser(attributes);
  expect(error).toMatchObject({ status, code });
});

test('an unconfirmed user cannot sign in until the address is confirmed', async () => {
  const { admin } = stack.client(stack.keys.secretKey).auth;
  const { data } = await admin.createUser({ email: 'later@civstart.test', password: PASSWORD });
  const signIn = (): ReturnType<typeof auth.signInWithPassword> =>
    auth.signInWithPassword({ email: 'later@civstart.test', password: PASSWORD });
  const { auth } = stack.client();
  expect((await signIn()).error).toMatchObject({ status: 400, code: 'email_not_confirmed' });
  await admin.updateUserById(data.user!.id, { email_confirm: true });
  expect((await signIn()).error).toBeNull();
});

test('an update merges metadata, drops keys set to null, and a new password ends the old sessions', async () => {
  const id = await seedUser(stack, 'change@civstart.test', PASSWORD, {
    name: 'Old',
    theme: 'dark',
    kept: { a: null },
  });
  const { auth } = stack.client();
  await auth.signInWithPassword({ email: 'change@civstart.test', password: PASSWORD });
  const { admin } = stack.client(stack.keys.secretKey).auth;
  const { data, error } = await admin.updateUserById(id, {
    email: 'changed@civstart.test',
    password: 'another password',
    user_metadata: { name: 'New', theme: null },
  });
  expect(error).toBeNull();
  expect(data.user).toMatchObject({
    email: 'changed@civstart.test',
    identities: [{ identity_data: { email: 'changed@civstart.test' } }],
  });
  expect(data.user?.user_metadata).toEqual({ name: 'New', kept: { a: null } });
  expect((await auth.refreshSession()).error).not.toBeNull();
  const again = await auth.signInWithPassword({
    email: 'changed@civstart.test',
    password: 'another password',
  });
  expect(again.error).toBeNull();
});

test('get and delete find the user, and then do not', async () => {
  const id = await seedUser(stack, 'gone@civstart.test', PASSWORD);
  const { admin } = stack.client(stack.keys.secretKey).auth;
  expect((await admin.getUserById(id)).data.user?.email).toBe('gone@civstart.test');
  expect((await admin.deleteUser(id)).error).toBeNull();
  for (const { error } of [
    await admin.getUserById(id),
    await admin.deleteUser(id),
    await admin.updateUserById(id, {}),
  ]) {
    expect(error).toMatchObject({ status: 404, code: 'user_not_found' });
  }
});

test('the list is paged, newest first, with the total', async () => {
  await using other = await createTestGateway('');
  for (const n of [1, 2, 3]) await seedUser(other, `user${n}@civstart.test`, PASSWORD);
  const { admin } = other.client(other.keys.secretKey).auth;
  const first = await admin.listUsers({ page: 1, perPage: 2 });
  expect(first.data.users.map((user) => user.email)).toEqual(['user3@civstart.test', 'user2@civstart.test']);
  expect(first.data).toMatchObject({ total: 3, nextPage: 2, lastPage: 2 });
  const second = await admin.listUsers({ page: 2, perPage: 2 });
  expect(second.data.users.map((user) => user.email)).toEqual(['user1@civstart.test']);
});

test('anybody but the service role is turned away', async () => {
  await seedUser(stack, 'curious@civstart.test', PASSWORD);
  const client = stack.client();
  expect((await client.auth.admin.listUsers()).error).toMatchObject({ status: 403, code: 'not_admin' });
  const { data } = await client.auth.signInWithPassword({
    email: 'curious@civstart.test',
    password: PASSWORD,
  });
  const url = `${stack.gateway.url}/auth/v1/admin/users`;
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(url, { headers })).status;
  const { publishableKey, secretKey } = stack.keys;
  expect(await ask({ apikey: publishableKey, authorization: `Bearer ${data.session!.access_token}` })).toBe(
    403,
  );
  expect(await ask({ apikey: publishableKey, authorization: 'Bearer sb_secret_guess' })).toBe(403);
  expect(await ask({ apikey: secretKey })).toBe(401);
  const secret = { apikey: secretKey, authorization: `Bearer ${secretKey}` };
  expect(await ask({ authorization: secret.authorization })).toBe(401);
  expect(await ask({ ...secret, 'user-agent': 'Mozilla/5.0 (X11)' })).toBe(401);
  expect(await ask(secret)).toBe(200);
});
