import { jwtVerify, type JWTPayload } from 'jose';
import type { LocalKeys } from './local-keys.ts';

/** The role that an API key stands for, whichever of the two generations it is of. */
export function roleOfKey(key: string, keys: LocalKeys): 'anon' | 'service_role' | undefined {
  if (key === keys.publishableKey || key === keys.anonKey) return 'anon';
  if (key === keys.secretKey || key === keys.serviceRoleKey) return 'service_role';
  return undefined;
}

/** The JWT for an opaque `sb_…` key; every other value, a person's token for instance, comes back as it is. */
export function jwtOfKey(key: string, keys: LocalKeys): string {
  if (key === keys.publishableKey) return keys.anonKey;
  if (key === keys.secretKey) return keys.serviceRoleKey;
  return key;
}

/** The claims of a token that this installation signed and that has not expired; undefined for any other. */
export async function verifyToken(token: string, keys: LocalKeys): Promise<JWTPayload | undefined> {
  try {
    const secret = new TextEncoder().encode(keys.jwtSecret);
    return (await jwtVerify(token, secret, { algorithms: ['HS256'] })).payload;
  } catch {
    return undefined;
  }
}
