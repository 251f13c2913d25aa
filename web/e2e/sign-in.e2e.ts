import { expect } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

test('a page asked for without a session → sign-in, and back to that page with its filters', async ({
  page,
}) => {
  await page.goto('/signals?urgency=high');
  await expect(page).toHaveURL('/sign-in?next=%2Fsignals%3Furgency%3Dhigh');
  await fillSignIn(page, 'west@civstart.test', stackEnv('DEMO_PASSWORD'));
  await expect(page).toHaveURL('/signals?urgency=high');
  await expect(page.locator('[data-signal]:visible').first()).toBeVisible();
  await expect(page.locator('[data-field="region"]').filter({ hasNotText: 'West' })).toHaveCount(0);
});

test('a wrong password → says so, and stays', async ({ page }) => {
  await page.goto('/sign-in');
  await fillSignIn(page, 'west@civstart.test', 'not the password');
  await expect(page.getByRole('alert')).toContainText('do not belong together');
  await expect(page).toHaveURL('/sign-in');
});

test('an address of another site in `next` → the dashboard', async ({ page }) => {
  await page.goto('/sign-in?next=//evil.test/');
  await fillSignIn(page, 'owner@civstart.test', stackEnv('DEMO_PASSWORD'));
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
});

test('a startup’s founder → the portal, whatever page of the staff they ask for', async ({ page }) => {
  await page.goto('/');
  await fillSignIn(page, 'founder@civstart.test', stackEnv('DEMO_PASSWORD'));
  await expect(page).toHaveURL('/portal');
  await page.goto('/signals');
  await expect(page).toHaveURL('/portal');
});

test('signing out in one tab → the other tab leaves as well, and Back shows nothing', async ({ browser }) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const other = await owner.context.newPage();
  await other.goto('/settings');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL('/sign-in');
  await expect(owner.page).toHaveURL('/sign-in');
  await owner.page.goBack();
  await expect(owner.page).toHaveURL(/\/sign-in/);
});

test('a theme chosen → there from the first paint of the next load', async ({ browser }) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/settings');
  await owner.page.getByText('Dark', { exact: true }).click();
  await expect(owner.page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const response = await owner.page.reload();
  expect(await response?.text()).toContain('data-theme="dark"');
});
