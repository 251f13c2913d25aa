import { expect, type Page } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

const ROWS = /\/rest\/v1\/(?!rpc\/(my_channels|changes_since|whoami|dashboard_metrics))/;

/** Goes to a page as a link does: what it shows is asked for by the browser. */
const follow = (page: Page, path: string) =>
  page.evaluate((href) => {
    const link = Object.assign(document.createElement('a'), { href });
    document.querySelector('main')!.append(link);
    link.click();
    link.remove();
  }, path);

const MISSING = '/signals/00000000-0000-4000-8000-000000000000';

for (const [path, words] of [
  ['/', 'The signals could not be loaded'],
  ['/signals', 'Signals could not be loaded'],
  ['/connections?show=board', 'The board could not be loaded'],
  ['/activity', 'The activity could not be loaded'],
  ['/team', 'The people could not be loaded'],
  ['/sync', 'The state of the sync could not be loaded'],
  [MISSING, 'The signal could not be loaded'],
] as const) {
  test(`${path} when the database fails → what happened, and it comes when it is tried again`, async ({
    browser,
  }) => {
    const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/settings');
    await page.waitForLoadState('networkidle');
    await page.route(ROWS, (route) =>
      route.fulfill({
        status: 500,
        json: {
          code: '57014',
          message: 'canceling statement due to statement timeout',
          details: null,
          hint: null,
        },
        headers: { 'access-control-allow-origin': '*' },
      }),
    );
    await follow(page, path);
    const failed = page.getByText(words);
    await expect(failed).toBeVisible();
    await page.unroute(ROWS);
    // Of several that failed, the one that is spoken of.
    const again = page.locator('main').getByRole('button', { name: 'Try again' });
    while ((await again.count()) > 0) {
      const left = await again.count();
      await again.first().click();
      await expect.poll(() => again.count()).toBeLessThan(left);
    }
    await expect(failed).toHaveCount(0);
  });
}

test('a record that is not there, a filter that nothing fits, a page that does not exist → what to do next', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'west@civstart.test', MISSING);
  await expect(page.getByText('This signal is not here')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the signals' }).click();
  await expect(page).toHaveURL('/signals');
  await page.getByPlaceholder('Search signals').fill('nothing is called that');
  await expect(page.getByText('No signal matches')).toBeVisible();
  await page.getByRole('link', { name: 'Show all signals' }).click();
  await expect(page.locator('[data-signal]:visible').first()).toBeVisible();
  await page.goto('/activity?action=restored&source=portal');
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page).toHaveURL('/activity');
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/not|no/i);
  await expect(page.getByRole('link').first()).toBeVisible();
});

test('a founder at the admin’s address → the portal, and nothing of the admin', async ({ page }) => {
  await page.goto('/signals');
  await fillSignIn(page, 'founder@civstart.test', stackEnv('DEMO_PASSWORD'));
  await expect(page).toHaveURL(/\/portal/);
  await expect(page.locator('[data-signal]')).toHaveCount(0);
});

test('a part of the page that could not be fetched without a network → said so, and there when the network is', async ({
  browser,
}) => {
  // Nothing is fetched ahead of need, however slow the rest of this is.
  const admin = await Admin.signIn(browser, 'west@civstart.test', '/settings', async (fresh) => {
    await fresh.route('**/healthz', (route) => route.abort());
  });
  const { page, context } = admin;
  await context.setOffline(true);
  await context.unroute('**/healthz');
  await page.getByTestId('bell').click();
  await expect(page.getByText(/^Notifications: The server could not be reached/)).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByText(/^The search could not be opened/)).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByText(/^The shortcuts could not be shown/)).toBeVisible();

  await context.setOffline(false);
  await admin.expectState('live');
  await page.getByTestId('bell').click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder('Search records, pages and actions')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: /shortcuts/i })).toBeVisible();
});
