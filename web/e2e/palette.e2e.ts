import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { test } from './support/story.ts';

const PLACEHOLDER = 'Search records, pages and actions';

test('by the palette alone → a record found and opened, another page, another theme', async ({ browser }) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test');
  const [title = ''] = await page.locator('[data-signal] a').allTextContents();
  await page.keyboard.press('Control+k');
  const search = page.getByPlaceholder(PLACEHOLDER);
  await expect(search).toBeFocused();
  await page.keyboard.type(title.trim());
  await expect(page.getByRole('option', { name: title.trim() }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/signals\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { name: title.trim() })).toBeVisible();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('go activ');
  await expect(page.getByRole('option', { name: /Activity/ })).toHaveAttribute('data-selected', '');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/activity');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(search).toHaveCount(0);
});

test('what the reader may not see → not found by the palette, and not on the wire', async ({ browser }) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/organizations?region=south');
  const name = (await owner.page.locator('main a[href*="/organizations/"]').first().textContent()) ?? '';
  const west = await Admin.signIn(browser, 'west@civstart.test');
  const answers: string[] = [];
  west.page.on('response', (response) => {
    if (response.url().includes('/rest/v1/'))
      void response.text().then(
        (text) => answers.push(text),
        // The page has gone on, and its answers with it.
        () => undefined,
      );
  });
  await west.page.keyboard.press('Control+k');
  await expect(west.page.getByPlaceholder(PLACEHOLDER)).toBeFocused();
  await west.page.keyboard.type(name.trim());
  await expect(west.page.getByText(/Nothing you may see is called/)).toBeVisible();
  expect(answers.join('\n')).not.toContain(name.trim());
});

test('? → the shortcuts of this page, and of every page; Escape gives the page back', async ({ browser }) => {
  const { page } = await Admin.signIn(browser, 'viewer@civstart.test', '/signals');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Shortcuts' });
  for (const line of ['Next signal', 'Search the list', 'Connections']) {
    await expect(sheet.getByText(line, { exact: true })).toBeVisible();
  }
  await expect(sheet.getByText('Team and regions')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
});
