import { expect, test } from 'vitest';
import { readEnv } from './env.ts';

const complete = {
  SUPABASE_DB_URL: 'postgresql://postgres:postgres@127.0.0.1:5432/postgres',
  AIRTABLE_API_KEY: 'pat',
  SYNC_SECRET: 'sixteen characters',
};

test('Airtable itself is the default; everything else has to be given', () => {
  expect(readEnv(complete)).toMatchObject({ AIRTABLE_API_URL: 'https://api.airtable.com' });
});

test('missing and malformed variables are all named, and no value is shown', () => {
  const read = () => readEnv({ SUPABASE_DB_URL: 'mysql://secret@host', SYNC_SECRET: 'short' });
  expect(read).toThrow(/AIRTABLE_API_KEY is not set/);
  expect(read).toThrow(/SUPABASE_DB_URL: must be a postgres/);
  expect(read).toThrow(/SYNC_SECRET: must have 16 characters/);
  expect(read).not.toThrow(/secret@host|short/);
});
