import { expect, test } from 'vitest';
import { supabaseCli } from '../../scripts/stack/supabase-cli.ts';
import { createTestDatabase } from '../../scripts/stack/testing/test-database.ts';

// Tables of machines alone have row level security and no policy; logs have no key; a database of a test uses no index.
const BY_DESIGN = ['no_primary_key', 'rls_enabled_no_policy', 'unused_index'];

test('the advisors of the Supabase CLI find nothing at level warn or above, and below it only what is by design', async () => {
  await using database = await createTestDatabase();
  const report = await supabaseCli(database.url(), 'db', 'advisors', '--level', 'info', '--fail-on', 'warn');
  expect(report).not.toMatch(/WARN|ERROR/);
  const findings = JSON.parse(report) as { name: string }[];
  expect([...new Set(findings.map(({ name }) => name))].sort()).toEqual(BY_DESIGN);
}, 60_000);
