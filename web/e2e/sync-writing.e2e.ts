import { expect, type Page } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { BaseGrid } from './support/base-grid.ts';
import { Database } from './support/database.ts';
import { HeldPush } from './support/held-push.ts';
import { OpenRecord } from './support/record.ts';
import { Simulator } from './support/simulator.ts';
import { test } from './support/story.ts';

const base = new AirtableBase();
const simulator = new Simulator();
const PENDING = '/signals?status=pending_review';

const outbox = (page: Page) => page.locator('[data-section="Outbox"]');
const toast = (admin: Admin) => admin.page.locator('[data-toast="bad"]').last();

async function retitle(record: OpenRecord, title: string): Promise<void> {
  await record.edit('title');
  const box = record.field('title').getByRole('textbox');
  await box.fill(title);
  await box.press('Enter');
  await expect(record.heading).toContainText(title);
}

// Other stories write rows that the base has never had, by the hundred, and those wait for it in vain.
test.beforeEach(async () => {
  await using database = await Database.open();
  await database.rows('delete from airtable.outbox');
});

test('approved here → a colleague sees it, and it stands in the base’s grid; taken back, there too', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', PENDING);
  const west = await Admin.signIn(browser, 'west@civstart.test', PENDING);
  const shown = await owner.signals();
  const identifier = (await west.signals()).find((candidate) => shown.includes(candidate)) ?? '';
  const { id } = await base.signal(identifier);
  const grid = await BaseGrid.open(browser, 'Signals');
  const status = grid.cell(id, 'Approval status');
  await expect(status).toHaveText('Pending review');
  const mine = await OpenRecord.open(west, identifier);
  const theirs = await OpenRecord.open(owner, identifier);

  await mine.action('Approve').click();
  await expect(theirs.status).toHaveText('Approved');
  await expect(status).toHaveText('Approved');

  await west.page.keyboard.press('ControlOrMeta+z');
  await expect(theirs.status).toHaveText('Pending review');
  await expect(status).toHaveText('Pending review');
});

test('a choice that Airtable does not have any more → back to what it was without a reload, with Airtable’s reason; the owner discards it', async ({
  browser,
}) => {
  await using database = await Database.open();
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  const west = await Admin.signIn(browser, 'west@civstart.test', '/organizations?kind=city');
  const grid = await BaseGrid.open(browser, 'Organizations');
  const row = west.page.locator('[data-row]:visible').first();
  await row.getByRole('link').click();
  const record = OpenRecord.of(west);
  const name = ((await row.getByRole('link').textContent()) ?? '').trim();
  const { id } = await base.record('Organizations', 'Name', name);
  const choice = { table: 'Organizations', field: 'Kind' };
  await simulator.editSchema({ edit: 'rename choice', ...choice, choice: 'Nonprofit', name: 'Charity' });
  try {
    {
      await using _ = await HeldPush.of(database);
      await record.edit('kind');
      await west.page.getByRole('option', { name: 'Nonprofit' }).click();
      await expect(record.field('kind')).toContainText('Nonprofit');
      await expect(grid.cell(id, 'Kind')).toHaveText('City');
    }
    await expect(record.field('kind')).toContainText('City');
    await expect(toast(west)).toContainText(`Airtable refused the kind of ${name}`);
    await expect(toast(west)).toContainText('select option');

    const entry = outbox(owner.page).locator('[data-outbox="parked"]');
    await expect(entry).toContainText(name);
    await expect(entry).toContainText('select option');
    await entry.getByRole('button', { name: 'Discard' }).click();
    await expect(entry).toHaveCount(0);
    await expect(outbox(owner.page)).toContainText('Nothing waits');
  } finally {
    await simulator.editSchema({ edit: 'rename choice', ...choice, choice: 'Charity', name: 'Nonprofit' });
  }
  // What could not be read under that name resolves itself.
  await expect(owner.page.getByTestId('sync-headline')).not.toContainText('dead letter');
});

test('somebody in Airtable was newer → theirs stays, and whoever was overtaken is told mine, theirs and what it was, and makes it again by one button', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const identifier = (await west.signals())[3] ?? '';
  const { id, fields } = await base.signal(identifier);
  const record = await OpenRecord.open(west, identifier);
  {
    await using _ = await HeldPush.of(database);
    await retitle(record, 'Mine');
    await base.edit(id, { Title: 'Theirs' });
    await expect(record.heading).toContainText('Theirs');
  }
  const words = `Title: yours “Mine”, theirs “Theirs”, before “${String(fields.Title)}”`;
  await expect(toast(west)).toContainText('Newer in Airtable: the title of');
  await expect(toast(west)).toContainText(words);
  expect((await base.signal(identifier)).fields.Title).toBe('Theirs');

  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  await outbox(owner.page).getByText('Overtaken', { exact: true }).click();
  const entry = outbox(owner.page).locator('[data-outbox="superseded"]');
  await expect(entry).toContainText(/Ours\s*“Mine”\s*Airtable’s\s*“Theirs”\s*Before/);

  await west.page.goto('/notifications');
  const told = west.page.locator('[data-notification]').first();
  await expect(told).toContainText(words);
  await told.getByRole('button', { name: 'Make my change again' }).click();
  await expect(told.getByRole('button', { name: 'Make my change again' })).toHaveCount(0);
  const grid = await BaseGrid.open(browser, 'Signals');
  await expect(grid.cell(id, 'Title')).toHaveText('Mine');
  await expect(entry).toHaveCount(0);
});

test('what waits for Airtable → told with the reason while it waits; parked when the quota ends, and sent again by one button', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const grid = await BaseGrid.open(browser, 'Signals');
  const [, , , , first = '', second = ''] = await west.signals();
  const entries = outbox(owner.page).locator('[data-outbox]');
  const { tableId } = await base.signal(first);
  const retitled = async (identifier: string, title: string) => {
    await west.page.goto(`/signals?q=${identifier}`);
    const record = await OpenRecord.open(west, identifier);
    await retitle(record, title);
    return grid.cell((await base.signal(identifier)).id, 'Title');
  };
  try {
    await simulator.goDown(tableId, 1000);
    const waiting = await retitled(first, 'Waits until Airtable is back');
    await expect(entries).toHaveAttribute('data-outbox', 'pending', { timeout: 30_000 });
    await expect(entries).toContainText('Waits until Airtable is back');
    await expect(entries).toContainText('temporarily unavailable');
    await simulator.heal();
    await entries.getByRole('button', { name: 'Send now' }).click();
    await expect(waiting).toHaveText('Waits until Airtable is back');
    await expect(entries).toHaveCount(0);

    await simulator.endQuota(tableId, 1000);
    const parked = await retitled(second, 'Parked until there is a quota');
    await expect(entries).toHaveAttribute('data-outbox', 'parked');
    await expect(entries).toContainText('monthly quota');
    await expect(owner.page.getByTestId('sync-headline')).toContainText('1 change');
    await simulator.heal();
    await entries.getByRole('button', { name: 'Send again' }).click();
    await expect(parked).toHaveText('Parked until there is a quota');
    await expect(entries).toHaveCount(0);
  } finally {
    await simulator.heal();
  }
});
