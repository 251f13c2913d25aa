import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { test } from './support/story.ts';

test('keys alone → from page to page, down a list, into a record and back, and into the search', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL('/signals');
  await expect(page.locator('[data-signal]:visible').first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByText(/^1 (chosen|selected|signal chosen)/).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('o');
  await expect(page).toHaveURL(/\/signals\/[0-9a-f-]{36}/);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/signals');

  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox').first()).toBeFocused();
  // In a field, letters are letters.
  await page.keyboard.type('gd?');
  await expect(page.getByRole('searchbox').first()).toHaveValue('gd?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('single keys switched off → letters do nothing, Ctrl-K still opens the palette; kept after a reload', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/settings');
  const keys = page.getByRole('group', { name: 'Shortcuts of a single key' });
  await keys.getByText('Off').click();
  await page.reload();
  await expect(keys.getByRole('radio', { name: 'Off' })).toBeChecked();
  await page.locator('main').focus();
  await page.keyboard.press('?');
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder('Search records, pages and actions')).toBeFocused();
  await expect(page).toHaveURL('/settings');
  await expect(page.getByRole('dialog')).toHaveCount(1);
});

test('a card of the board, by keys alone → its menu opens, closes with Escape, and moves it; the focus goes with it', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/connections?show=board');
  const card = page.locator('[data-column="pending_review"] [data-row]').first();
  const id = (await card.getAttribute('data-row')) ?? '';
  const move = card.getByRole('button', { name: /^Move / });
  await move.focus();
  await page.keyboard.press('ArrowDown');
  const menu = page.getByRole('menu');
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(move).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(menu).toBeVisible();
  await page.keyboard.type('introduced');
  await expect(menu.getByRole('menuitem', { name: 'Introduced' })).toBeFocused();
  await page.keyboard.press('Enter');
  const moved = page.locator(`[data-column="introduced"] [data-row="${id}"]`);
  await expect(moved.getByRole('link')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.locator(`[data-column="pending_review"] [data-row="${id}"]`)).toBeVisible();
});
