import { type BrowserContext, expect, type Page } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Marketplace } from './support/marketplace.ts';
import { test } from './support/story.ts';

const EMAIL = 'alerts@civstart.test';

interface Told {
  sounds: number;
  desktop: string[];
}

/** Writes down what the page plays and shows, and lets the story turn it to the background. */
const listen = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(() => {
    const told: Told = { sounds: 0, desktop: [] };
    // A machine without loudspeakers never comes to a note's end.
    OscillatorNode.prototype.start = function () {
      told.sounds += 1;
      queueMicrotask(() => this.dispatchEvent(new Event('ended')));
    };
    OscillatorNode.prototype.stop = () => {};
    class Shown extends EventTarget {
      static permission = 'granted';
      static requestPermission = () => Promise.resolve('granted');
      constructor(title: string) {
        super();
        told.desktop.push(title);
      }
      close(): void {}
    }
    let hidden = false;
    Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
    Object.assign(window, { told, Notification: Shown, turnAway: (away: boolean) => (hidden = away) });
  });
};

const toldTo = (page: Page) => page.evaluate(() => (window as unknown as { told: Told }).told);
const turnAway = (page: Page, away: boolean) =>
  page.evaluate((so) => (window as unknown as { turnAway: (away: boolean) => void }).turnAway(so), away);

test('silent until asked; then a sound, the desktop while nobody looks, and neither in quiet hours', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  await market.addMember(EMAIL, 'Alerts of the story');
  const { id } = await market.one<{ id: string }>(`select id from auth.users where email = $1`, [EMAIL]);
  const { page } = await Admin.signIn(browser, EMAIL, '/portal/notifications', listen);
  const bell = page.getByTestId('bell');
  let sent = 0;
  /** A notification that has reached the page. */
  const notify = async (title: string): Promise<void> => {
    await market.one(
      `insert into notifications (user_id, kind, title) values ($1, 'test', $2) returning id`,
      [id, title],
    );
    await expect(bell).toHaveAttribute('data-unread', String(++sent));
  };
  const turnOn = async (name: string): Promise<void> => {
    const kept = page.waitForResponse((response) => response.url().includes('/notification_rules'));
    await page.getByRole('switch', { name }).click();
    expect((await kept).ok()).toBe(true);
    await expect(page.getByRole('switch', { name })).toHaveAttribute('aria-checked', 'true');
  };

  // The first click lets a page sound; without a wish it does not.
  await page.getByRole('heading', { name: 'How you are told' }).click();
  await notify('Unasked');
  await turnAway(page, true);
  await notify('Unasked and unseen');
  await turnAway(page, false);
  expect(await toldTo(page)).toEqual({ sounds: 0, desktop: [] });

  await turnOn('Sound');
  await notify('Heard');
  await expect.poll(() => toldTo(page)).toEqual({ sounds: 2, desktop: [] });

  await turnOn('Desktop notifications');
  await notify('Seen on the page');
  await expect.poll(async () => (await toldTo(page)).sounds).toBe(4);
  expect((await toldTo(page)).desktop).toEqual([]);
  await turnAway(page, true);
  await notify('Seen on the desktop');
  await expect.poll(async () => (await toldTo(page)).desktop).toEqual(['Seen on the desktop']);

  await turnAway(page, false);
  const { sounds } = await toldTo(page);
  await turnOn('Quiet hours');
  await page.getByLabel('from', { exact: true }).fill('00:00');
  const kept = page.waitForResponse((response) => response.url().includes('/notification_rules'));
  await page.getByLabel('until', { exact: true }).fill('23:59');
  await kept;
  await turnAway(page, true);
  await notify('At rest');
  expect(await toldTo(page)).toEqual({ sounds, desktop: ['Seen on the desktop'] });
});
