import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { Simulator } from './support/simulator.ts';
import { test } from './support/story.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const base = new AirtableBase();
const simulator = new Simulator();
const LONG = ['SIG-0034', 'SIG-0035', 'SIG-0036'];
const CHOICE = { table: 'Organizations', field: 'Kind' };

test.afterEach(async () => {
  await simulator.dropPings(0);
  await simulator.editSchema({ edit: 'rename choice', ...CHOICE, choice: 'Charity', name: 'Nonprofit' });
});

test('letters of one cause → one line with how many, from when to when; replayed together, and ignored together; axe is content', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  const groups = page.locator('[data-letter-group]');
  const long = groups.filter({ hasText: 'Signal ID is not text of at most 300 characters' });
  const unknown = groups.filter({ hasText: 'Charity' });
  const ids = await Promise.all(LONG.map(async (identifier) => (await base.signal(identifier)).id));
  for (const [index, id] of ids.entries()) await base.edit(id, { 'Signal ID': `${index}`.repeat(400) });
  await simulator.editSchema({ edit: 'rename choice', ...CHOICE, choice: 'Nonprofit', name: 'Charity' });
  await expect(long).toHaveAttribute('data-letter-group', '3');
  await expect(long).toContainText('3 letters');
  await expect(unknown).toHaveAttribute('data-letter-group', '4');

  await long.getByRole('button', { expanded: false }).click();
  await expect(page.locator('[data-letter]')).toHaveCount(3);
  await expect(page.locator(`[data-letter="${ids[0]}"]`)).toContainText('Signal ID: "000');

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  }

  // Nobody pings: only the replay can bring them.
  await simulator.dropPings(10);
  for (const [index, id] of ids.entries()) await base.edit(id, { 'Signal ID': LONG[index] });
  await long.getByRole('button', { name: 'Replay all' }).click();
  await expect(long).toHaveCount(0);
  await expect(unknown).toHaveAttribute('data-letter-group', '4');
  await simulator.dropPings(0);

  await unknown.getByRole('button', { name: 'Ignore all' }).click();
  const question = page.getByRole('dialog', { name: 'Ignore 4 letters?' });
  await question.getByRole('button', { name: 'Ignore all' }).click();
  await expect(question).toHaveCount(0);
  await expect(groups).toHaveCount(0);
  await page.getByText('Ignored', { exact: true }).click();
  await expect(unknown).toHaveAttribute('data-letter-group', '4');
  await expect(unknown.getByRole('button', { name: 'Replay all' })).toHaveCount(0);
});
