import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Database } from './support/database.ts';
import { everythingKept, untilKept } from './support/kept.ts';
import { OpenRecord } from './support/record.ts';
import { test } from './support/story.ts';

test.use({ serviceWorkers: 'allow' });

const waiting = (admin: Admin) => admin.page.getByTestId('queue-waiting');

/** The first signal that waits for review, open beside its list, of a page that can go without the server. */
async function openPending(admin: Admin, index = 0): Promise<{ record: OpenRecord; identifier: string }> {
  const identifier = (await admin.signals())[index] ?? '';
  const record = await OpenRecord.open(admin, identifier);
  await expect(record.section('history')).toBeVisible();
  return { record, identifier };
}

test('no network → a reload opens the page with the last data, since when it says, under the same policy; back → live', async ({
  browser,
}) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const { page, context } = west;
  await untilKept(page);
  const shown = await west.signals();
  await context.setOffline(true);
  await west.expectState('offline');

  const response = await page.reload();
  expect(response?.headers()['content-security-policy']).toContain("default-src 'self'");
  expect(response?.headers()['content-security-policy']).toContain('connect-src');
  await expect(west.badge).toContainText(/Offline\s+since \d\d:\d\d/);
  expect(await west.signals()).toEqual(shown);
  await west.badge.click();
  await expect(page.getByTestId('shown-from')).toContainText('kept, up to date');
  await page.keyboard.press('Escape');

  // Another page, which was not opened since the reload.
  await page.getByRole('link', { name: 'Dashboard' }).first().click();
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();

  await context.setOffline(false);
  await west.expectState('live');
  await expect(west.badge).not.toContainText('since');
});

test('nothing but built files and the empty frame of the pages is in the caches', async ({ browser }) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  await untilKept(west.page);
  const { caches: files } = await everythingKept(west.page);
  expect(Object.keys(files)).toEqual([expect.stringMatching(/^civstart-files-/)]);
  const personal = Object.values(files)
    .flat()
    .filter((path) => !/^\/(_app\/|offline$|favicon)/.test(path));
  expect(personal).toEqual([]);
  const frame = await west.page.evaluate(async () => (await caches.match('/offline'))?.text());
  expect(frame).toContain('<div class="contents">');
  expect(frame).not.toContain('west@civstart.test');
});

test('approved and edited without network, then a reload → still shown as waiting; back → done once, on a colleague’s screen too', async ({
  browser,
}) => {
  await using database = await Database.open();
  const owner = await Admin.signIn(
    browser,
    'owner@civstart.test',
    '/signals?status=pending_review&region=west',
  );
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?status=pending_review');
  const { record, identifier } = await openPending(west);
  const theirs = await OpenRecord.open(owner, identifier);
  await untilKept(west.page);
  const title = `Heard without network ${Date.now()}`;

  await west.context.setOffline(true);
  await west.expectState('offline');
  await record.action('Approve').click();
  await expect(record.status).toHaveText('Approved');
  await record.edit('title');
  await west.page.getByTestId('editor').getByRole('textbox').fill(title);
  await west.page.keyboard.press('Enter');
  await expect(waiting(west)).toContainText('2');

  await west.page.reload();
  await expect(waiting(west)).toContainText('2');
  await expect(record.heading).toContainText(title);
  await expect(record.status).toHaveText('Approved');
  await expect(theirs.status).toHaveText('Pending review');

  await west.context.setOffline(false);
  await expect(theirs.status).toHaveText('Approved');
  await expect(theirs.heading).toContainText(title);
  await expect(waiting(west)).toHaveCount(0);
  await west.expectState('live');
  await expect(record.status).toHaveText('Approved');
  const done = await database.rows<{ action: string }>(
    `select a.action from public.activity a join public.signals s on s.id = a.entity_id
     where s.signal_identifier = $1 and a.at > now() - interval '1 minute' and a.source = 'admin'`,
    [identifier],
  );
  expect(done).toHaveLength(2);
});
