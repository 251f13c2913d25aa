import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { Database } from './support/database.ts';
import { lookNow } from './support/schedule.ts';
import { Simulator } from './support/simulator.ts';
import { test } from './support/story.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const base = new AirtableBase();
const simulator = new Simulator();
/** Signals of this story alone. */
const PLANTED = 'SIG-0030';
const LETTER = 'SIG-0031';
const MOVING = 'SIG-0032';

const headline = (page: Page) => page.getByTestId('sync-headline');
const section = (page: Page, title: string) => page.locator(`[data-section="${title}"]`);

// Other stories write rows that the base has never had, by the hundred, and those wait for it in vain.
test.beforeEach(async () => {
  await using database = await Database.open();
  await database.rows('delete from airtable.outbox');
});

test('an admin who is no owner → has no such page, and no way to it', async ({ browser }) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/sync');
  await expect(west.page).not.toHaveURL(/\/sync/);
  await expect(west.page.getByRole('link', { name: 'Sync', exact: true })).toHaveCount(0);
});

test('a change that the sync has missed → found by a comparison, repaired by one button, proven identical; axe is content', async ({
  browser,
}) => {
  await using database = await Database.open();
  // A change of which nobody reads in the log.
  await simulator.dropPings(1);
  const { id } = await base.signal(PLANTED);
  await base.edit(id, { Title: 'Nobody was told' });
  await database.rows('update airtable.webhooks set cursor = cursor + 1');
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  await owner.page.getByRole('button', { name: 'Compare now' }).click();
  const difference = owner.page.getByTestId('differences').getByText('Nobody was told');
  await expect(difference).toBeVisible({ timeout: 60_000 });
  await expect(headline(owner.page)).toContainText('Not in step');
  await section(owner.page, 'Comparison')
    .getByRole('button', { name: /^Repair \d/ })
    .click();
  await expect(owner.page.getByTestId('compare-result')).toContainText('identical', { timeout: 60_000 });
  await expect(headline(owner.page)).toContainText('In step. Proven identical');

  for (const colorScheme of ['light', 'dark'] as const) {
    await owner.page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page: owner.page }).withTags(RULES).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  }
  await owner.page.setViewportSize({ width: 390, height: 844 });
  expect(await owner.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a dead letter is found, its cause mended in the base, the letter replayed → the record is whole', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  const { id } = await base.signal(LETTER);
  await base.edit(id, { 'Signal ID': 'x'.repeat(400) });
  const letter = owner.page.locator(`[data-letter="${id}"]`);
  await expect(letter).toContainText('at most 300 characters');
  await expect(headline(owner.page)).toContainText('1 dead letter');

  await letter.getByRole('button', { expanded: false }).click();
  await letter.getByRole('button', { name: 'Dry run' }).click();
  await expect(letter.getByTestId('dry-run')).toContainText('still cannot be stored');

  // Nobody pings: only the replay can bring it.
  await simulator.dropPings(5);
  await base.edit(id, { 'Signal ID': 'SIG-MENDED' });
  await letter.getByRole('button', { name: 'Dry run' }).click();
  await expect(letter.getByTestId('dry-run')).toContainText('It can be applied now');
  await letter.getByRole('button', { name: 'Replay' }).click();
  await expect(letter).toHaveCount(0);
  await owner.page.goto('/signals?q=SIG-MENDED');
  await expect(owner.row('SIG-MENDED')).toBeVisible();
  await simulator.dropPings(0);
  await base.edit(id, { 'Signal ID': LETTER });
});

test('a webhook dies and no new one can be made → reported; its cause mended, repaired by one button', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  const hook = owner.page.locator('[data-hook]');
  await expect(hook).toHaveAttribute('data-state', 'live');
  const [dead = ''] = await simulator.webhooks();
  await simulator.permit('edit');
  try {
    await simulator.kill(dead);
    await lookNow();
    await expect(hook).toHaveAttribute('data-state', 'dead', { timeout: 15_000 });
    await expect(headline(owner.page)).toContainText('A webhook is dead');
    await expect(hook).toContainText('A new one could not be made');
  } finally {
    await simulator.permit('create');
  }
  await hook.getByRole('button', { name: 'Repair' }).click();
  await expect(hook).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
  await expect(hook).not.toHaveAttribute('data-hook', dead);
  await expect(owner.page.getByTestId('compare-result')).toContainText('identical', { timeout: 60_000 });
});

test('fields are renamed, retyped and deleted while somebody edits → each is told as drift, and no edit is lost', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  const drift = section(owner.page, 'Drift');
  const { id } = await base.signal(MOVING);
  await base.edit(id, { Title: 'Before' });
  await simulator.editSchema({ edit: 'rename field', table: 'Contacts', field: 'Title', name: 'Office' });
  await simulator.editSchema({ edit: 'retype field', table: 'Startups', field: 'Website', type: 'number' });
  await simulator.editSchema({ edit: 'destroy field', table: 'Organizations', field: 'Population' });
  await base.edit(id, { Title: 'Edited while the base changed' });
  await expect(drift.locator('[data-drift="renamed"]')).toContainText('Title is called Office now');
  await expect(drift.locator('[data-drift="retyped"]')).toContainText('Website has another type');
  await expect(drift.locator('[data-drift="deleted"]')).toContainText('Population was deleted');
  await owner.page.goto(`/signals?q=${MOVING}`);
  await expect(owner.row(MOVING)).toContainText('Edited while the base changed');
});
