import { expect, test } from 'vitest';
import { supabaseCli } from '../../scripts/stack/supabase-cli.ts';
import { createTestDatabase } from '../../scripts/stack/testing/test-database.ts';

test('the advisors of the Supabase CLI find nothing at level warn or above', async () => {
  await using database = await createTestDatabase();
  const report = await supabaseCli(database.url(), 'db', 'advisors', '--level', 'warn', '--fail-on', 'warn');
  expect(report).not.toMatch(/WARN|ERROR/i);
}, 60_000);
