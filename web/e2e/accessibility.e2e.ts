import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { test } from './support/story.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page is the same in light and dark but for its colours: of the dark one, what depends on them is looked at. */
const ABOUT_COLOURS = ['color-contrast', 'link-in-text-block'];

async function violations(page: Page): Promise<string[]> {
  const look = async (builder: AxeBuilder, scheme: string) =>
    (await builder.analyze()).violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${scheme}: ${id}: ${node.html} ${node.failureSummary ?? ''}`),
    );
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const light = await look(new AxeBuilder({ page }).withTags(RULES), 'light');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  return [...light, ...(await look(new AxeBuilder({ page }).withRules(ABOUT_COLOURS), 'dark'))];
}

test('every page in light and dark → nothing for axe to find', async ({ browser }) => {
  // A dozen pages, of which axe looks at every element.
  test.slow();
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/', async (context) => {
    const visitor = await context.newPage();
    await visitor.goto('/sign-in');
    expect(await violations(visitor)).toEqual([]);
    await visitor.close();
  });
  const { page } = owner;
  for (const path of [
    '/',
    '/signals',
    '/signals?urgency=high,critical&q=nothing+at+all',
    '/pool',
    '/connections',
    '/connections?show=board',
    '/startups',
    '/organizations',
    '/contacts',
    '/interactions',
    '/activity',
    '/notifications',
    '/sync',
    '/team',
    '/settings',
    '/nowhere',
  ]) {
    if (path !== '/') await page.goto(path);
    expect(await violations(page), path).toEqual([]);
  }
  await page.goto('/signals');
  await owner.expectState('live');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('[data-signal] a').first().click();
  await expect(page).toHaveURL(/\/signals\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await page.goto('/signals');
  await page.getByTestId('live-badge').click();
  await expect(page.getByText('Refresh now')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Urgency' }).click();
  await page.getByLabel('Critical', { exact: true }).check();
  await expect(page).toHaveURL('/signals?urgency=critical');
  expect(await violations(page)).toEqual([]);
});

test('on a phone → a list in place of the table, a bar at the bottom, and nothing wider than the screen', async ({
  browser,
}) => {
  const { page } = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole('columnheader')).toHaveCount(0);
  await expect(page.locator('[data-signal]:visible').first()).toBeVisible();
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await violations(page)).toEqual([]);
});
