import { createClient } from '@supabase/supabase-js';
import { expect } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { Database } from './support/database.ts';
import { everythingKept, type Kept, untilKept } from './support/kept.ts';
import { OpenRecord } from './support/record.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

test.use({ serviceWorkers: 'allow' });

const EMAIL = 'coming-and-going@civstart.test';
const waiting = ({ page }: Pick<Admin, 'page'>) => page.getByTestId('queue-waiting');

/** Nothing of a person: no data, and no caches but those of the built files. */
function expectNothing({ stores, caches, local, session }: Kept): void {
  expect(stores).toEqual({ owner: [], queries: [], actions: [] });
  expect(local).toEqual({});
  // Where pages were scrolled to, by the router.
  expect(Object.keys(session).filter((key) => !key.startsWith('sveltekit:'))).toEqual([]);
  const paths = Object.values(caches).flat();
  expect(paths.filter((path) => !/^\/(_app\/|offline$|favicon)/.test(path))).toEqual([]);
}

test('signing out with a change that waits → asked first; then nothing is left anywhere, in any tab', async ({
  browser,
}) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?status=pending_review');
  const { page, context } = west;
  const [identifier = ''] = await west.signals();
  const record = await OpenRecord.open(west, identifier);
  const other = await context.newPage();
  await other.goto('/signals');
  await untilKept(page);
  // The network is there, and the database does not take the change.
  await context.route('**/rpc/perform', (route) => route.abort());
  await record.action('Approve').click();
  await expect(waiting(west)).toContainText('1');
  expect(JSON.stringify(await everythingKept(page))).toContain(identifier);

  await page.goto('/settings');
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.accept();
  });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(other).toHaveURL(/\/sign-in/);
  expect(asked).toEqual(['A change was not sent yet. Signing out discards it.']);
  for (const one of [page, other]) {
    const kept = await everythingKept(one);
    expectNothing(kept);
    expect(JSON.stringify(kept)).not.toContain(identifier);
  }
  // Not by way of the frame either.
  await context.setOffline(true);
  await page.goto('/signals');
  await expect(page.getByText('nothing of these pages is kept')).toBeVisible();
});

test('the session ends by itself → the change is kept and its maker asked to sign in; somebody else does → it is gone', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?status=pending_review');
  const { page, context } = west;
  const [identifier = '', next = ''] = await west.signals();
  const lose = async (signal: string) => {
    const record = await OpenRecord.open(west, signal);
    await untilKept(page);
    await context.setOffline(true);
    await west.expectState('offline');
    await record.action('Approve').click();
    await expect(waiting(west)).toContainText('1');
    await context.clearCookies();
    await context.setOffline(false);
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByText('A change waits in this browser')).toBeVisible();
    const { stores } = await everythingKept(page);
    expect(stores.queries).toEqual([]);
    expect(stores.actions).toHaveLength(1);
  };
  const status = async (signal: string) =>
    (
      await database.rows<{ approval_status: string }>(
        'select approval_status from signals where signal_identifier = $1',
        [signal],
      )
    )[0]!.approval_status;

  await lose(identifier);
  await fillSignIn(page, 'west@civstart.test', stackEnv('DEMO_PASSWORD'));
  await west.expectState('live');
  await expect.poll(() => status(identifier)).toBe('approved');
  await expect(waiting(west)).toHaveCount(0);

  await page.goto('/signals?status=pending_review');
  await west.expectState('live');
  await lose(next);
  await fillSignIn(page, 'south@civstart.test', stackEnv('DEMO_PASSWORD'));
  await west.expectState('live');
  await untilKept(page);
  const kept = await everythingKept(page);
  expect(kept.stores.actions).toEqual([]);
  expect(JSON.stringify(kept)).not.toContain(next);
  expect(await status(next)).toBe('pending_review');
});

test('a region is taken away → nothing of it stays in the browser, changes that waited for it neither; the last right → nothing at all', async ({
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
  const { id } = data.user;
  await using database = await Database.open();
  try {
    await database.rows(`insert into admins (user_id, display_name, role) values ($1, 'Pat', 'admin')`, [id]);
    await database.rows(`insert into admin_regions (user_id, region) values ($1, 'west')`, [id]);
    const pat = await Admin.signIn(browser, EMAIL, '/signals?status=pending_review');
    const west = await pat.signals();
    const record = await OpenRecord.open(pat, west[0]!);
    await untilKept(pat.page);
    await pat.context.route('**/rpc/perform', (route) => route.abort());
    await record.action('Approve').click();
    await expect(waiting(pat)).toContainText('1');
    expect(JSON.stringify(await everythingKept(pat.page))).toContain(west[0]);

    await database.rows(`update admin_regions set region = 'south' where user_id = $1`, [id]);
    await expect(waiting(pat)).toHaveCount(0);
    await expect
      .poll(async () => {
        const kept = JSON.stringify((await everythingKept(pat.page)).stores);
        return west.filter((identifier) => kept.includes(`"${identifier}"`));
      })
      .toEqual([]);
    await expect(pat.page.locator('[data-toast]').last()).toContainText('no longer yours');

    await database.rows(`delete from admins where user_id = $1`, [id]);
    await expect(pat.page).toHaveURL(/\/no-access/);
    await expect
      .poll(async () => (await everythingKept(pat.page)).stores)
      .toEqual({ owner: [], queries: [], actions: [] });
  } finally {
    await auth.admin.deleteUser(id);
  }
});
