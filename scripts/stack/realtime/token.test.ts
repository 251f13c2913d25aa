import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { TokenError, tokenKey, verifyToken } from './token.ts';

const SECRET = 'a-secret-with-at-least-32-characters';
const key = tokenKey(SECRET);
const now = (): number => Math.floor(Date.now() / 1000);

function sign(claims: Record<string, unknown>, secret = SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(Buffer.from(secret));
}

test.each(['HS256', 'HS384', 'HS512'])('a token signed with %s is read', async (alg) => {
  const claims = { role: 'authenticated', sub: 'me', exp: now() + 60 };
  expect(await verifyToken(await sign(claims, SECRET, alg), key)).toEqual(claims);
});

test.each([
  [
    'expired',
    () => sign({ role: 'anon', exp: now() - 10 }),
    'InvalidJWTToken',
    /^Token has expired 1[01] seconds ago$/,
  ],
  ['without a role', () => sign({ exp: now() + 60 }), 'InvalidJWTToken', /`role` and `exp` are required/],
  ['without an end', () => sign({ role: 'anon' }), 'InvalidJWTToken', /`role` and `exp` are required/],
  [
    'of another secret',
    () => sign({ role: 'anon', exp: now() + 60 }, 'z'.repeat(32)),
    'JwtSignatureError',
    /signature/,
  ],
  ['no token', () => Promise.resolve('abc'), 'MalformedJWT', /not a valid JWT/],
  ['empty', () => Promise.resolve(''), 'MalformedJWT', /not a valid JWT/],
  [
    'expired and forged',
    () => sign({ role: 'anon', exp: 1 }, 'z'.repeat(32)),
    'JwtSignatureError',
    /signature/,
  ],
])('a token that is %s is refused', async (_, token, code, message) => {
  const error = await verifyToken(await token(), key).catch((refused: unknown) => refused);
  expect(error).toBeInstanceOf(TokenError);
  expect((error as TokenError).code).toBe(code);
  expect((error as TokenError).message).toMatch(message);
});
