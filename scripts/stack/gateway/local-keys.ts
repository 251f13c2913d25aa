import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SignJWT } from 'jose';
import { z } from 'zod';

const localKeys = z.object({
  jwtSecret: z.string().min(32),
  publishableKey: z.string().startsWith('sb_publishable_'),
  secretKey: z.string().startsWith('sb_secret_'),
  anonKey: z.jwt(),
  serviceRoleKey: z.jwt(),
  syncSecret: z.string().min(16),
});

/** What one installation of the local stack opens its doors with. `anonKey` and `serviceRoleKey` are the legacy JWTs. */
export type LocalKeys = z.infer<typeof localKeys>;

const TEN_YEARS_S = 10 * 365 * 24 * 3600;

/** Makes a fresh set at random. */
export async function createLocalKeys(): Promise<LocalKeys> {
  const jwtSecret = randomBytes(32).toString('base64url');
  return {
    jwtSecret,
    publishableKey: `sb_publishable_${opaque()}`,
    secretKey: `sb_secret_${opaque()}`,
    anonKey: await legacyKey('anon', jwtSecret),
    serviceRoleKey: await legacyKey('service_role', jwtSecret),
    syncSecret: randomBytes(24).toString('base64url'),
  };
}

/**
 * Reads the keys of this installation from `file`, or makes them on the first start: random, so that a key
 * from somebody's screen opens no other machine, and kept, so that a signed-in browser survives a restart.
 */
export async function loadLocalKeys(file: string): Promise<LocalKeys> {
  if (existsSync(file)) {
    try {
      chmodSync(file, 0o600);
      return localKeys.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch (cause) {
      throw new Error(
        `${file} does not hold the keys of the local stack. Delete it: new ones are made at the next start, and everybody signs in again.`,
        { cause },
      );
    }
  }
  const keys = await createLocalKeys();
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
  return keys;
}

/** The shape of the platform's keys: 16 random bytes, and a suffix that is its checksum there. */
function opaque(): string {
  return `${randomBytes(16).toString('base64url')}_${randomBytes(6).toString('base64url')}`;
}

function legacyKey(role: 'anon' | 'service_role', jwtSecret: string): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1000);
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer('supabase-demo')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + TEN_YEARS_S)
    .sign(new TextEncoder().encode(jwtSecret));
}
