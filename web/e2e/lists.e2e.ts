import { readFile } from 'node:fs/promises';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Database } from './support/database.ts';
import { test } from './support/story.ts';

const rowsAsked = (admin: Admin) => admin.requests.filter((url) => url.includes('/rest/v1/signals'));

test('a row leaves the filter and comes back → it fades out, and is there again, without a request', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?urgency=critical');
  const [identifier = ''] = await west.signals();
  const setUrgency = (urgency: string) =>
    database.rows('update public.signals set urgency = $2 where signal_identifier = $1', [
      identifier,
      urgency,
    ]);
  const total = west.page.getByTestId('list-total');
  const before = Number(/\d+/.exec((await total.textContent()) ?? '')?.[0]);
  expect(before).toBeLessThan(100);

  west.forgetRequests();
  await setUrgency('low');
  await expect(west.row(identifier)).toHaveCount(0);
  await expect(total).toHaveText(new RegExp(`^\\s*${before - 1} signal`));
  expect(rowsAsked(west)).toEqual([]);

  // Sorted by texts, whose order is the database's: asked for once.
  await setUrgency('critical');
  await expect(west.row(identifier)).toBeVisible();
  await expect(total).toHaveText(new RegExp(`^\\s*${before} signal`));
  expect(rowsAsked(west)).toHaveLength(1);
});

test('rows come while the reader is down the list → nothing moves, “3 new” waits, and shows them', async ({
  browser,
}) => {
  await using database = await Database.open();
  try {
    const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
    const { page } = owner;
    const grid = page.getByRole('grid');
    await grid.locator('xpath=..').evaluate((scroller) => scroller.scrollTo({ top: 1000 }));
    const shown = await owner.signals();
    const row = owner.row(shown[20] ?? '');
    const place = await row.boundingBox();

    await database.addSignals('SIG-9', 3);
    await expect(page.getByTestId('list-news')).toHaveText('3 new');
    expect(await row.boundingBox()).toEqual(place);

    await page.getByTestId('list-news').click();
    await expect(owner.row('SIG-9-00003')).toBeVisible();
    await expect(page.getByTestId('list-news')).toHaveCount(0);
    expect((await owner.signals())[0]).toBe('SIG-9-00003');

    // At the top, with nobody at the rows, they come by themselves.
    await page.mouse.move(5, 5);
    await database.removeSignals('SIG-9');
    await expect(owner.row('SIG-9-00003')).toHaveCount(0);
  } finally {
    await database.removeSignals('SIG-9');
  }
});

test('the pointer is on the rows → a removed row is dimmed in its place until the pointer goes', async ({
  browser,
}) => {
  await using database = await Database.open();
  try {
    await database.addSignals('SIG-9', 2);
    const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals?q=SIG-9');
    const last = owner.row('SIG-9-00001');
    await last.hover();
    const place = await last.boundingBox();
    await database.rows(`delete from public.signals where signal_identifier = 'SIG-9-00002'`);
    await expect(owner.row('SIG-9-00002')).toHaveAttribute('data-gone');
    expect(await last.boundingBox()).toEqual(place);
    await owner.page.mouse.move(5, 5);
    await expect(owner.row('SIG-9-00002')).toHaveCount(0);
    await expect(last).toBeVisible();
  } finally {
    await database.removeSignals('SIG-9');
  }
});

test('the keyboard alone → move, choose, choose a range, take it back, open, and the list stays', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals?status=approved');
  const { page } = owner;
  const [, second = '', third = ''] = await owner.signals();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(owner.row(second).getByRole('link')).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(owner.row(third)).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByTestId('bulk-bar')).toContainText('2 chosen');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('bulk-bar')).toHaveCount(0);
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/signals\/[0-9a-f-]{36}\?status=approved$/);
  await expect(owner.row(second)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/signals?status=approved');
});

test('filters, a sort and a search → in the URL, in words, and gone at once with “Clear”', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  await page.getByRole('button', { name: 'Urgency', exact: true }).click();
  await page.getByLabel('High').check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Edited' }).click();
  await page.getByLabel('Last 30 days').check();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'Title' }).getByRole('link').click();
  await page.getByRole('searchbox', { name: 'Search signals' }).fill('a');
  await expect(page).toHaveURL('/signals?urgency=high&edited=30d&q=a&sort=title');
  await expect(page.getByRole('button', { name: 'Urgency is High' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Edited in the last 30 days' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Title' })).toHaveAttribute('aria-sort', 'ascending');
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(page).toHaveURL('/signals?sort=title');
});

test('a view kept under a name, and other columns → there after a reload', async ({ browser }) => {
  const { page } = await Admin.signIn(browser, 'south@civstart.test', '/startups?active=yes&sort=-credits');
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByLabel('Name of this view').fill('Rich and active');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Choose columns' }).click();
  await page.getByLabel('Website').check();
  await page.keyboard.press('Escape');

  await page.goto('/startups');
  await expect(page.getByRole('columnheader', { name: 'Website' })).toBeVisible();
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('link', { name: 'Rich and active' }).click();
  await expect(page).toHaveURL('/startups?active=yes&sort=-credits');
  await page.getByRole('button', { name: 'View: Rich and active' }).click();
  await page.getByRole('button', { name: 'Remove the view Rich and active' }).click();
  await expect(page.getByRole('button', { name: 'Saved views' })).toBeVisible();
});

test('the export of a filter → every row of it, also those out of sight, and formulas are texts', async ({
  browser,
}) => {
  await using database = await Database.open();
  try {
    await database.addSignals('SIG-9', 620);
    await database.rows(`update public.signals set title = '=1+1' where signal_identifier = 'SIG-9-00001'`);
    const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/signals?q=SIG-9-');
    await expect(page.getByTestId('list-total')).toHaveText(/620 signals/);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export what is listed as CSV' }).click();
    const file = await readFile(await (await download).path(), 'utf8');
    const lines = file.trim().split('\r\n');
    expect(lines).toHaveLength(621);
    expect(lines[0]).toContain('Signal,Title,Organization,Urgency,Status,Region,Edited');
    expect(lines.find((line) => line.startsWith('SIG-9-00001'))).toContain(`"'=1+1"`);
  } finally {
    await database.removeSignals('SIG-9');
  }
});

test('a card put into another column → there at once, at the other admin’s too, and back by the menu', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/connections?show=board');
  const other = await Admin.signIn(browser, 'owner@civstart.test', '/connections?show=board');
  const column = ({ page }: Admin, status: string) => page.locator(`[data-column="${status}"]`);
  const card = column(owner, 'pending_review').locator('[data-row]').first();
  const id = await card.getAttribute('data-row');
  const cardIn = (admin: Admin, status: string) => column(admin, status).locator(`[data-row="${id}"]`);

  await card.dragTo(column(owner, 'introduced'));
  await expect(cardIn(owner, 'introduced')).toBeVisible();
  await expect(cardIn(other, 'introduced')).toBeVisible();
  await expect(cardIn(other, 'pending_review')).toHaveCount(0);

  // A step that the rules do not have: the card stays.
  await cardIn(owner, 'introduced').dragTo(column(owner, 'matched'));
  await expect(cardIn(owner, 'introduced')).toBeVisible();

  await cardIn(owner, 'introduced').getByRole('button', { name: /^Move/ }).press('Enter');
  await owner.page.getByRole('menuitem', { name: 'Pending review' }).press('Enter');
  await expect(cardIn(owner, 'pending_review')).toBeVisible();
  await expect(cardIn(other, 'pending_review')).toBeVisible();
});
