import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

test('a connection is matched → today’s column grows, the number follows, and the activity says so', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test');
  const south = await Admin.signIn(browser, 'south@civstart.test');
  const card = page.locator('[data-trend="Matches"]');
  const today = async (of = page) =>
    Number.parseInt(
      (await of
        .locator('[data-trend="Matches"]')
        .getByText(/\d today/)
        .textContent()) ?? '',
      10,
    );
  const [before, beforeSouth] = [await today(), await today(south.page)];
  const metric = page.locator('[data-metric="Matches"] p').first();
  const total = Number(await metric.textContent());

  const database = new pg.Client({ connectionString: stackEnv('DB_URL') });
  await database.connect();
  try {
    await database.query(`update connections set connection_status = 'matched' where id = (
      select id from connections where region = 'west' and connection_status = 'introduced' and deleted_at is null limit 1)`);
  } finally {
    await database.end();
  }
  await expect.poll(() => today()).toBe(before + 1);
  await expect(metric).toHaveText(String(total + 1));
  // What it was before, no message says: it is asked for when somebody looks.
  await page.getByRole('heading', { name: 'Recent activity' }).hover();
  await expect(page.getByText(/changed Status from Introduced to Matched/).first()).toBeVisible();
  expect(await today(south.page)).toBe(beforeSouth);

  await card.hover();
  await page.getByText('Table', { exact: true }).click();
  const rows = page.getByRole('region', { name: 'Every day in numbers' }).getByRole('row');
  await expect(rows).toHaveCount(31);
  await expect(rows.nth(1).getByRole('cell').last()).toHaveText(String(before + 1));
  await page.getByText('90 days', { exact: true }).click();
  await expect(page).toHaveURL('/?days=90');
  await expect(rows).toHaveCount(91);
});

test('activity → a change appears as a sentence, filters live in the address, older pages come by scrolling', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/activity');
  const database = new pg.Client({ connectionString: stackEnv('DB_URL') });
  await database.connect();
  const lines = page.locator('main li');
  try {
    await database.query(`update contacts set title = 'Clerk of works' where id = (
      select id from contacts where region = 'west' and deleted_at is null limit 1)`);
    await expect(lines.first()).toContainText('The system edited the contact');
    // What it was before, no message says: it is asked for when somebody looks.
    await lines.first().hover();
    await expect(lines.first()).toContainText('Clerk of works');

    // Sixty deeds of their own, then sixty more rows than a page.
    for (let n = 0; n < 60; n++)
      await database.query(
        `update startups set summary = $1 where id = (select id from startups where deleted_at is null limit 1)`,
        [`Summary ${n}`],
      );
  } finally {
    await database.end();
  }
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByLabel('Startups').check();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/activity?entity=startup');
  await expect(lines.first()).toContainText('Summary');
  await expect(lines.filter({ hasText: 'Clerk of works' })).toHaveCount(0);
  await page.getByText('Older changes').scrollIntoViewIfNeeded();
  await expect.poll(() => lines.count()).toBeGreaterThanOrEqual(60);
});
