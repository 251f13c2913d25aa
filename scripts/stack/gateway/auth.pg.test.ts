import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedUser } from './testing/seed-user.ts';
import { createTestGateway, type TestGateway } from './testing/test-gateway.ts';

let stack: TestGateway;
let userId: string;
const PASSWORD = 'correct horse battery';

beforeAll(async () => {
  stack = await createTestGateway('');
  userId = await seedUser(stack, 'west@civstart.test', PASSWORD, { name: 'West' });
});
afterAll(() => stack[Symbol.asyncDispose]());

test('a user seeded by SQL signs in, is known, refreshes and signs out', async () => {
  const { auth } = stack.client();
  const signIn = await auth.signInWithPassword({ email: 'West@civstart.test', password: PASSWORD });
  expect(signIn.error).toBeNull();
  expect(signIn.data.user).toMatchObject({ id: userId, email: 'west@civstart.test', role: 'authenticated' });

  const user = await auth.getUser();
  expect(user.data.user).toMatchObject({ id: userId, user_metadata: { name: 'West' } });
  expect(user.data.user?.identities).toHaveLength(1);
  const claims = await auth.getClaims();
  expect(claims.data?.claims.sub).toBe(userId);

  const refreshed = await auth.refreshSession();
  expect(refreshed.error).toBeNull();
  expect(refreshed.data.session?.refresh_token).not.toBe(signIn.data.session?.refresh_token);

  const token = refreshed.data.session!.access_token;
  expect((await auth.signOut()).error).toBeNull();
  expect((await stack.client().auth.getUser(token)).error).toMatchObject({ name: 'AuthSessionMissingError' });
});

test('a token carries the claims that GoTrue puts into it', async () => {
  const { auth } = stack.client();
  const { data } = await auth.signInWithPassword({ email: 'west@civstart.test', password: PASSWORD });
  const claims = decodeJwt(data.session!.access_token);
  expect(claims).toMatchObject({
    iss: `${stack.gateway.url}/auth/v1`,
    aud: 'authenticated',
    role: 'authenticated',
    sub: userId,
    email: 'west@civstart.test',
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { name: 'West' },
    aal: 'aal1',
    is_anonymous: false,
  });
  expect(claims.exp! - claims.iat!).toBe(3600);
  expect(claims.session_id).toMatch(/^[0-9a-f-]{36}$/);
});

test('a wrong password and an unknown address → 400 with the same words', async () => {
  const { auth } = stack.client();
  const wrong = await auth.signInWithPassword({ email: 'west@civstart.test', password: 'wrong' });
  const unknown = await auth.signInWithPassword({ email: 'nobody@civstart.test', password: 'wrong' });
  expect(wrong.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
  expect(unknown.error).toMatchObject({ status: 400, code: 'invalid_credentials' });
  expect(unknown.error?.message).toBe(wrong.error?.message);
});

test('metadata that a user changes is stored as a document and is in the next token', async () => {
  const { auth } = stack.client();
  await auth.signInWithPassword({ email: 'west@civstart.test', password: PASSWORD });
  expect((await auth.updateUser({ data: { theme: 'dark' } })).error).toBeNull();
  const { rows } = await stack.sql(
    `select raw_user_meta_data ->> 'theme' as theme from auth.users where id = $1`,
    [userId],
  );
  expect(rows).toEqual([{ theme: 'dark' }]);
  const { data } = await auth.refreshSession();
  expect(decodeJwt(data.session!.access_token).user_metadata).toMatchObject({ theme: 'dark' });
});

test('signing up makes an account that SQL sees like a seeded one', async () => {
  const { auth } = stack.client();
  const { data, error } = await auth.signUp({
    email: 'new@civstart.test',
    password: PASSWORD,
    options: { data: { name: 'New' } },
  });
  expect(error).toBeNull();
  expect(data.session).not.toBeNull();
  expect(data.user?.created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const { rows } = await stack.sql(
    `select raw_user_meta_data ->> 'name' as name, raw_app_meta_data ->> 'provider' as provider
     from auth.users where email = 'new@civstart.test'`,
  );
  expect(rows).toEqual([{ name: 'New', provider: 'email' }]);
});

test.each([
  ['signed with another secret', 'another-secret-another-secret-another', 3600],
  ['expired', undefined, -10],
])('a token that is %s → refused by Auth and by REST', async (_how, secret, lifetime) => {
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ sub: userId, role: 'authenticated', aud: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now - 60)
    .setExpirationTime(now + lifetime)
    .sign(new TextEncoder().encode(secret ?? stack.keys.jwtSecret));
  const headers = { apikey: stack.keys.publishableKey, authorization: `Bearer ${token}` };
  expect((await fetch(`${stack.gateway.url}/auth/v1/user`, { headers })).status).toBe(403);
  expect((await fetch(`${stack.gateway.url}/rest/v1/anything`, { headers })).status).toBe(401);
});

test('no key, an unknown key, and a secret key in a browser → 401', async () => {
  const url = `${stack.gateway.url}/auth/v1/settings`;
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(url, { headers })).status;
  expect(await status({})).toBe(401);
  expect(await status({ apikey: 'sb_publishable_unknown' })).toBe(401);
  expect(await status({ apikey: stack.keys.secretKey, 'user-agent': 'Mozilla/5.0 (X11)' })).toBe(401);
  expect(await status({ apikey: stack.keys.publishableKey })).toBe(200);
  expect(await status({ apikey: stack.keys.anonKey })).toBe(200);
});

test('where config.toml says so, nobody signs up', async () => {
  await using closed = await createTestGateway('', {
    project: { enableSignup: false, jwtExpiryS: 60, maxRows: 1000 },
  });
  const { auth } = closed.client();
  const signUp = await auth.signUp({ email: 'new@civstart.test', password: PASSWORD });
  expect(signUp.error).toMatchObject({ status: 422, code: 'signup_disabled' });
  const otp = await auth.signInWithOtp({ email: 'new@civstart.test' });
  expect(otp.error).toMatchObject({ status: 422, code: 'otp_disabled' });
  const { rows } = await closed.sql('select email from auth.users');
  expect(rows).toEqual([]);
});
