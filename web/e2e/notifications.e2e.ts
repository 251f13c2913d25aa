import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Marketplace } from './support/marketplace.ts';
import { test } from './support/story.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FOUNDER = 'founder@civstart.test';

test('two devices of one person → both show how many are unread, whichever of them reads', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  const person = await market.one<{ id: string }>(`select id from auth.users where email = $1`, [FOUNDER]);
  const count = async () =>
    (
      await market.one<{ n: number }>(
        `select count(*)::int as n from notifications where user_id = $1 and read_at is null`,
        [person.id],
      )
    ).n;
  const add = (title: string) =>
    market.one<{ id: string }>(
      `insert into notifications (user_id, kind, title) values ($1, 'test', $2) returning id`,
      [person.id, title],
    );
  market.later(() => market.database.query(`delete from notifications where kind = 'test'`));

  const devices = [
    await Admin.signIn(browser, FOUNDER, '/portal'),
    await Admin.signIn(browser, FOUNDER, '/portal/notifications'),
  ];
  const [phone, desk] = devices as [Admin, Admin];
  /** What is read shows at once, and is written a moment later. */
  const expectCount = async (): Promise<void> => {
    const difference = async ({ page }: Admin) => {
      const shown = Number(await page.getByTestId('bell').getAttribute('data-unread'));
      const title = Number(/^\((\d+)\) /.exec(await page.title())?.[1] ?? 0);
      const n = await count();
      return [shown - n, title - n];
    };
    await expect.poll(() => Promise.all(devices.map(difference))).toEqual(devices.map(() => [0, 0]));
  };

  const { id } = await add('One');
  await add('Two');
  await expectCount();
  await desk.page.getByRole('button', { name: 'Mark as read: One' }).click();
  await expect(desk.page.locator(`[data-notification="${id}"]`)).toHaveAttribute('data-unread', 'false');
  await expectCount();

  // One is away while others come and are read.
  await phone.context.setOffline(true);
  await phone.expectState('offline');
  await add('Three');
  await desk.page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(count).toBe(0);
  await add('Four');
  await phone.context.setOffline(false);
  await phone.expectState('live');
  await expectCount();

  await phone.page.getByTestId('bell').click();
  await expect(phone.page.getByRole('dialog').locator('[data-notification]').first()).toContainText('Four');
  await phone.page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect.poll(count).toBe(0);
  await expectCount();
});

test('silent unless asked; what is muted is not told, and the choice is kept', async ({ browser }) => {
  const { page, context } = await Admin.signIn(browser, FOUNDER, '/portal/notifications');
  const sound = page.getByRole('switch', { name: 'Sound' });
  await expect(sound).toHaveAttribute('aria-checked', 'false');
  await expect(page.getByRole('switch', { name: 'Desktop notifications' })).toHaveAttribute(
    'aria-checked',
    'false',
  );
  const news = page.getByRole('switch', { name: 'New signals for you' });
  await expect(news).toHaveAttribute('aria-checked', 'true');
  const kept = page.waitForResponse((response) => response.url().includes('/notification_rules'));
  await news.click();
  await expect(news).toHaveAttribute('aria-checked', 'false');
  expect((await kept).ok()).toBe(true);

  const again = Admin.of(context, await context.newPage());
  await again.page.goto('/portal/notifications');
  await again.expectState('live');
  const there = again.page.getByRole('switch', { name: 'New signals for you' });
  await expect(there).toHaveAttribute('aria-checked', 'false');
  const keptAgain = again.page.waitForResponse(
    (response) => response.url().includes('/notification_rules') && response.request().method() === 'POST',
  );
  await there.click();
  await expect(there).toHaveAttribute('aria-checked', 'true');
  expect((await keptAgain).ok()).toBe(true);
});

test('a view that tells → its reader is told when a record enters it, with the way to the record', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  const owner = await market.one<{ id: string }>(
    `select id from auth.users where email = 'owner@civstart.test'`,
  );
  const { id: view } = await market.one<{ id: string }>(
    `insert into saved_views (user_id, page, name, query) values ($1, 'startups', 'Awake', '?is_active=yes') returning id`,
    [owner.id],
  );
  market.later(() => market.database.query(`delete from saved_views where id = $1`, [view]));
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/notifications');
  const kept = page.waitForResponse(
    (response) => response.url().includes('/notification_rules') && response.request().method() === 'POST',
  );
  await page.getByRole('switch', { name: 'View Awake' }).click();
  expect((await kept).ok()).toBe(true);

  const { id } = await market.one<{ id: string }>(
    `insert into startups (name, is_active) values ('Tidewater Analytics', true) returning id`,
  );
  market.later(() => market.database.query(`delete from startups where id = $1`, [id]));
  market.later(() => market.database.query(`delete from notifications where kind = $1`, [`view:${view}`]));
  const told = page.locator('[data-notification]', { hasText: 'Tidewater Analytics' });
  await expect(told).toContainText('Came into your view “Awake”');
  await expect(told.getByRole('link')).toHaveAttribute('href', `/startups/${id}`);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the portal and the notifications in ${colorScheme} → nothing for axe to find, nothing wider than a phone`, async ({
    browser,
  }) => {
    const founder = await Admin.signIn(browser, FOUNDER, '/portal');
    const owner = await Admin.signIn(browser, 'owner@civstart.test', '/notifications');
    const pages = [
      ...['/portal', '/portal/pool', '/portal/connections', '/portal/notifications'].map(
        (path) => [founder.page, path] as const,
      ),
      [owner.page, '/notifications'] as const,
    ];
    for (const [page, path] of pages) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await expect(page.locator('main')).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${path} ${id}: ${html}`)),
      ).toEqual([]);
    }
    await founder.page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/portal', '/portal/pool', '/portal/connections', '/portal/notifications']) {
      await founder.page.goto(path);
      expect(await founder.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        390,
      );
    }
  });
}
