import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Prefix and 14 alphanumerics, as Airtable's own ids; the same `key` always gives the same id. */
export function airtableId(prefix: 'rec' | 'tbl' | 'fld' | 'sel' | 'viw' | 'usr', key: string): string {
  const digest = createHash('sha256').update(`${prefix}:${key}`).digest();
  let id: string = prefix;
  for (const byte of digest.subarray(0, 14)) id += ALPHABET[byte % ALPHABET.length];
  return id;
}
