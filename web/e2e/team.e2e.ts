import { createClient } from '@supabase/supabase-js';
import { expect } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

const EMAIL = 'newcomer@civstart.test';

test('an owner gives, changes and takes rights by hand → the other person sees it at once, without a reload', async ({
  browser,
}) => {
  const { auth } = createClient(stackEnv('API_URL'), stackEnv('SECRET_KEY'), {
    auth: { persistSession: false },
  });
  const { data, error } = await auth.admin.createUser({
    email: EMAIL,
    password: stackEnv('DEMO_PASSWORD'),
    email_confirm: true,
  });
  if (error) throw error;
  try {
    const owner = await Admin.signIn(browser, 'owner@civstart.test', '/team');
    const account = owner.page.locator(`[data-person="${EMAIL}"]`);
    await account.getByRole('button', { name: 'Role' }).click();
    const dialog = owner.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add to the team' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Give a name');
    await dialog.getByLabel('Name').fill('Nora Nye');
    await dialog.getByLabel('Admin').check();
    await dialog.getByLabel('West', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Add to the team' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(account).toContainText('Nora Nye');
    await expect(account).toContainText('West');

    const nora = await Admin.signIn(browser, EMAIL, '/signals');
    await expect(nora.page.locator('[data-signal]:visible').first()).toBeVisible();
    const [first = ''] = await nora.signals();
    expect(first).not.toBe('');
    await expect(account.getByTitle('Has a page open')).toBeVisible();

    await account.getByRole('button', { name: 'Change the rights' }).click();
    await dialog.getByLabel('South').check();
    await dialog.getByLabel('West', { exact: true }).uncheck();
    await expect(dialog.getByText('Nora Nye loses the records of West at once')).toBeVisible();
    await dialog.getByRole('button', { name: 'Save and take away' }).click();
    // While the pointer is on it, the message stays.
    const undo = owner.page.getByRole('button', { name: 'Undo' }).last();
    await undo.hover();
    await expect(nora.row(first)).toHaveCount(0);
    await expect(nora.page.locator('[data-signal]:visible').first()).toBeVisible();
    await nora.expectState('live');

    await undo.click();
    await expect(nora.row(first)).toBeVisible();

    await account.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(nora.page).toHaveURL(/\/no-access/);
    await expect(account.getByRole('button', { name: 'Role' })).toBeVisible();
  } finally {
    await auth.admin.deleteUser(data.user.id);
  }
});

test('the last owner wants to leave → refused, with what to do', async ({ browser }) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/team');
  await page.locator('[data-person="owner@civstart.test"]').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('alert')).toHaveText(
    'This is the last owner. Make somebody else an owner first.',
  );
});

for (const who of ['west', 'viewer']) {
  test(`${who} → no such page, in the navigation or by its address`, async ({ page }) => {
    await page.goto('/team');
    await fillSignIn(page, `${who}@civstart.test`, stackEnv('DEMO_PASSWORD'));
    await expect(page).toHaveURL('/');
    await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Team and regions' })).toHaveCount(0);
  });
}

test('two admins at one record → each sees the other there, and no more when the other leaves', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals?region=west');
  const href = await owner.page.locator('main a[href*="/signals/"]').first().getAttribute('href');
  await owner.page.goto(href ?? '');
  const west = await Admin.signIn(browser, 'west@civstart.test', href ?? '');
  await expect(owner.page.getByTestId('viewers')).toContainText('Wendell Ortiz');
  await expect(west.page.getByTestId('viewers')).toContainText('Olivia Park');
  await west.page.keyboard.press('Escape');
  await expect(owner.page.getByTestId('viewers')).not.toContainText('Wendell Ortiz');
});
