import { expect, type Page } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Database } from './support/database.ts';
import { everythingKept, untilKept } from './support/kept.ts';
import { Marketplace } from './support/marketplace.ts';
import { test } from './support/story.ts';

test.use({ serviceWorkers: 'allow' });

const FOUNDER = 'founder@civstart.test';

/** Says of what is kept that it was last up to date so long ago. */
async function age(page: Page, ms: number): Promise<void> {
  // A page without a script of ours, which would say otherwise.
  await page.goto('/healthz');
  await page.evaluate(
    (back) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('civstart-offline');
        request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
        request.onsuccess = () => {
          const transaction = request.result.transaction('owner', 'readwrite');
          const store = transaction.objectStore('owner');
          const read = store.get('owner');
          read.onsuccess = () => {
            const owner = read.result as { liveAt: number };
            store.put({ ...owner, liveAt: owner.liveAt - back }, 'owner');
          };
          transaction.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
      }),
    ms,
  );
}

test('back after two hours → what others did meanwhile, in one request and once; of other regions nothing', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const { page } = west;
  await untilKept(page);
  await age(page, 2 * 60 * 60_000);
  const digest = page.getByTestId('away-digest');
  try {
    await database.addSignals('AWAY', 3);
    west.forgetRequests();
    await page.goto('/');
    await expect(digest).toContainText('3 new signals');
    await expect(digest).toContainText('AWAY signal');
    await expect(digest).toContainText('You left 2 hr ago');
    expect(west.requests.filter((url) => url.includes('changes_digest'))).toHaveLength(1);
    await page.setViewportSize({ width: 390, height: 844 });
    await digest.getByRole('button', { name: 'Dismiss' }).click();
    await expect(digest).toHaveCount(0);
    await page.reload();
    await west.expectState('live');
    await expect(digest).toHaveCount(0);
  } finally {
    await database.removeSignals('AWAY');
  }
});

test('a member asks for a signal without network, reloads → it waits, nothing is paid; back → paid once', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  const { id, credits } = await market.one<{ id: string; credits: number }>(
    `select s.id, s.credits from startups s join startup_members m on m.startup_id = s.id
     join auth.users u on u.id = m.user_id where u.email = $1`,
    [FOUNDER],
  );
  const balance = async () =>
    (await market.one<{ credits: number }>('select credits from startups where id = $1', [id])).credits;
  const { cost } = await market.one<{ cost: number }>(
    `select cost from credit_configurations where kind = 'public_signal_request'`,
  );

  const founder = await Admin.signIn(browser, FOUNDER, '/portal/pool');
  const { page, context } = founder;
  const open = page.locator('[data-pool]').filter({ has: page.getByRole('button', { name: /^Request/ }) });
  const identifier = await open.first().getAttribute('data-pool');
  const item = page.locator(`[data-pool="${identifier}"]`);
  await untilKept(page);
  await context.setOffline(true);
  await founder.expectState('offline');
  await item.getByRole('button', { name: /^Request/ }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Request for/ })
    .click();
  await expect(item).toContainText('Waits to be sent');

  await page.reload();
  await founder.expectState('offline');
  await expect(item).toContainText('Waits to be sent');
  expect(await balance()).toBe(credits);
  await context.setOffline(false);
  await expect(item).toContainText('Requested');
  expect(await balance()).toBe(credits - cost);
  expect((await everythingKept(page)).stores.actions).toEqual([]);
});

test('files of versions before the last one are let go; those of the last stay for pages that are open', async ({
  browser,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('/healthz');
  await page.evaluate(async () => {
    for (const version of ['1', '2', '3']) await caches.open(`civstart-files-${version}`);
  });
  await page.goto('/sign-in');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(async () => Object.keys((await everythingKept(page)).caches))
    .toEqual(['civstart-files-3', expect.stringMatching(/^civstart-files-./)]);
});
