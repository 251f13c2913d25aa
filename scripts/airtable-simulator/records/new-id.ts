import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new random id in Airtable's form. */
export function newId(prefix: 'rec' | 'ach' | 'itr' | 'fld' | 'tbl' | 'viw'): string {
  let id: string = prefix;
  for (const byte of randomBytes(14)) id += ALPHABET[byte % ALPHABET.length];
  return id;
}
