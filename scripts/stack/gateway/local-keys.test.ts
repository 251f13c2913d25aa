import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalKeys, loadLocalKeys } from './local-keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'civstart-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('keys are made once, readable by their owner only, and the same at the next start', async () => {
  const file = join(folder, 'state/keys.json');
  const first = await loadLocalKeys(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await loadLocalKeys(file)).toEqual(first);
});

test('two installations have nothing in common', async () => {
  const [one, two] = [Object.values(await createLocalKeys()), Object.values(await createLocalKeys())];
  expect(one.filter((value) => two.includes(value))).toEqual([]);
});

test('the keys look like the platform’s, and the legacy ones are signed with the JWT secret for years', async () => {
  const keys = await createLocalKeys();
  expect(keys.publishableKey).toMatch(/^sb_publishable_[\w-]{22}_[\w-]{8}$/);
  expect(keys.secretKey).toMatch(/^sb_secret_[\w-]{22}_[\w-]{8}$/);
  const secret = new TextEncoder().encode(keys.jwtSecret);
  for (const [key, role] of [
    [keys.anonKey, 'anon'],
    [keys.serviceRoleKey, 'service_role'],
  ] as const) {
    await jwtVerify(key, secret);
    expect(decodeJwt(key)).toMatchObject({ iss: 'supabase-demo', role });
    expect(decodeJwt(key).exp! * 1000 - Date.now()).toBeGreaterThan(9 * 365 * 86_400_000);
  }
});

test('a damaged file → an error that names it, and the file stays', async () => {
  const file = join(folder, 'keys.json');
  writeFileSync(file, '{"jwtSecret": "short"}');
  await expect(loadLocalKeys(file)).rejects.toThrow(`${file} does not hold the keys`);
  expect(readFileSync(file, 'utf8')).toBe('{"jwtSecret": "short"}');
});
