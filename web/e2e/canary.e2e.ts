import { AxeBuilder } from '@axe-core/playwright';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Database } from './support/database.ts';
import { Simulator } from './support/simulator.ts';
import { test } from './support/story.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const TABLE = 'Live canary';
const simulator = new Simulator();

const card = ({ page }: Admin) => page.locator('[data-section="Canary"]');
const toggle = (owner: Admin) => card(owner).getByRole('switch', { name: 'Prove that Live works' });
const proof = ({ badge }: Admin) => badge.getByTestId('live-proof');

// Every other story finds it as it is in a new system: off.
test.afterEach(async () => {
  await using database = await Database.open();
  await database.rows('delete from airtable.canaries');
  await database.rows('select airtable.tell_proof()');
});

test('an owner switches the canary on → the badge of an admin in another window says proven, and counts; off → Live alone', async ({
  browser,
}) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  await expect(west.badge.getByRole('status')).toHaveText('Live');
  await expect(proof(west)).toHaveCount(0);
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  await expect(card(owner).getByTestId('canary-cost')).toContainText('About 17,300 API calls a month');

  west.forgetRequests();
  await toggle(owner).focus();
  await owner.page.keyboard.press('Space');
  await expect(toggle(owner)).toBeChecked();
  await expect(proof(west)).toHaveText(/^,\sproven \d+ s ago$/, { timeout: 45_000 });
  await expect(proof(west)).toHaveAttribute('title', /^Written to Airtable and back in .*(ms|s), /);
  // It was told, not asked for.
  expect(west.requests.filter((url) => /\/rest\/v1\/rpc\/live_proof/.test(url))).toEqual([]);
  await expect(card(owner).locator('[data-round="proven"]')).toHaveCount(1);
  await expect(card(owner).locator('[data-state="Proven"]')).toBeVisible();

  // It ticks, and nothing moves.
  const width = async () => (await west.badge.boundingBox())!.width;
  const [before, text] = [await width(), await proof(west).textContent()];
  await expect(proof(west)).not.toHaveText(text ?? '');
  expect(await width()).toBe(before);
  // Who opens a page later finds it there.
  const viewer = await Admin.signIn(browser, 'viewer@civstart.test', '/');
  await expect(proof(viewer)).toHaveText(/proven \d+ s ago$/);
  expect(viewer.requests.filter((url) => /\/rest\/v1\/rpc\/live_proof/.test(url))).toEqual([]);
  await west.badge.click();
  await expect(west.page.getByTestId('live-card-proof')).toHaveText(/(ms|s),\sproven \d+ (s|min) ago/);

  await card(owner).getByText('15 min', { exact: true }).click();
  await expect(card(owner).getByTestId('canary-cost')).toContainText('About 5,800 API calls a month');
  for (const colorScheme of ['light', 'dark'] as const) {
    await owner.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page: owner.page })
      .include('[data-section="Canary"]')
      .include('[data-testid="live-badge"]')
      .withTags(RULES)
      .analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  }
  await owner.page.setViewportSize({ width: 390, height: 844 });
  expect(await owner.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await toggle(owner).click();
  await expect(proof(west)).toHaveCount(0);
  await expect(west.badge.getByRole('status')).toHaveText('Live');
});

test('its table is deleted in the base while it flies → the owner is told what to add; it is added → proven again', async ({
  browser,
}) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/sync');
  await toggle(owner).click();
  await expect(proof(west)).toHaveText(/proven \d+ s ago$/, { timeout: 45_000 });
  await simulator.editSchema({ edit: 'destroy table', table: TABLE });
  const error = card(owner).getByTestId('canary-error');
  try {
    await expect(error).toContainText('The base has no table “Live canary”', { timeout: 45_000 });
    await expect(error).toContainText('npm run airtable:connect');
    await expect(proof(west)).toHaveText(/^,\snot proven since \d\d:\d\d$/);
    await expect(west.badge).toHaveAttribute('data-state', 'live');
  } finally {
    await simulator.editSchema({ edit: 'create table', name: TABLE });
    const type = 'singleLineText';
    await simulator.editSchema({ edit: 'create field', table: TABLE, name: 'Proof', type });
  }
  await expect(proof(west)).toHaveText(/proven \d+ s ago$/, { timeout: 45_000 });
  await expect(error).toHaveCount(0);
  const proven = card(owner).locator('[data-round="proven"]');
  await expect(proven).toHaveCount(2);
  await card(owner).getByRole('button', { name: 'Prove now' }).click();
  await expect(proven).toHaveCount(3, { timeout: 45_000 });
});
