import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { HeldCalls } from './support/held-calls.ts';
import { OpenRecord } from './support/record.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

const PENDING = '/signals?status=pending_review';
const toast = (admin: Admin) => admin.page.locator('[data-toast]').last();

async function query(text: string, values: unknown[] = []): Promise<void> {
  const database = new pg.Client({ connectionString: stackEnv('DB_URL') });
  await database.connect();
  await database.query(text, values).finally(() => database.end());
}

test('approved → shown before the database knows, then on a colleague’s screen; Ctrl-Z → waits for review again, on both', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', PENDING);
  const west = await Admin.signIn(browser, 'west@civstart.test', PENDING);
  const shown = await owner.signals();
  const identifier = (await west.signals()).find((candidate) => shown.includes(candidate)) ?? '';
  const mine = await OpenRecord.open(west, identifier);
  const theirs = await OpenRecord.open(owner, identifier);
  const total = west.page.getByTestId('list-total');
  const before = Number.parseInt((await total.textContent()) ?? '', 10);

  const held = await HeldCalls.of(west.page, 'approve_signal');
  await mine.action('Approve').click();
  await expect(mine.status).toHaveText('Approved');
  await held.waiting();
  await expect(mine.action('Assign to a startup')).toBeVisible();
  await expect(theirs.status).toHaveText('Pending review');

  await held.release();
  await expect(theirs.status).toHaveText('Approved');
  await expect(toast(west)).toContainText(`${identifier} approved`);
  // It left the filter of both, and was no news to who did it.
  await expect(total).toContainText(`${before - 1} signals`);
  await expect(mine.status).not.toHaveAttribute('data-changed');
  await expect(theirs.section('history')).toContainText('Wendell Ortiz');

  await west.page.keyboard.press('ControlOrMeta+z');
  await expect(mine.status).toHaveText('Pending review');
  await expect(theirs.status).toHaveText('Pending review');
  await expect(total).toContainText(`${before} signals`);
});

test('an action that the database refuses → as before, with the reason and what to do', async ({
  browser,
}) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', PENDING);
  const [identifier = ''] = await west.signals();
  const record = await OpenRecord.open(west, identifier);
  const held = await HeldCalls.of(west.page, 'approve_signal');
  await record.action('Approve').click();
  await held.waiting();
  await expect(record.status).toHaveText('Approved');

  const role = 'update admins set role = $1 where user_id = (select id from auth.users where email = $2)';
  await query(role, ['viewer', 'west@civstart.test']);
  try {
    await held.release();
    await expect(toast(west)).toHaveText(
      `${identifier} was not approved: Viewers may look but not act. Ask an owner to make you an admin.`,
    );
    await expect(record.status).toHaveText('Pending review');
  } finally {
    await query(role, ['admin', 'west@civstart.test']);
  }
});

test('many at once → one message and one undo; what an action makes no sense for is named', async ({
  browser,
}) => {
  // Narrowed, so that what waits and what is approved stand close: rows out of sight are not drawn.
  const both = '/signals?status=pending_review,approved&region=west';
  const owner = await Admin.signIn(browser, 'owner@civstart.test', both);
  const { page } = owner;
  await expect(owner.cell((await owner.signals())[0] ?? '', 'approval_status')).toBeVisible();
  const statuses = page.locator('[data-signal]:visible [data-field="approval_status"]');
  const all = await statuses.allTextContents();
  const numbers = await owner.signals();
  const pick = (status: string) => numbers.filter((_, index) => all[index]?.trim() === status);
  const pending = pick('Pending review').slice(0, 2);
  const [approved = ''] = pick('Approved');
  expect([pending.length, approved]).toEqual([2, expect.stringMatching(/^SIG/)]);

  for (const identifier of [...pending, approved]) await owner.row(identifier).getByRole('checkbox').click();
  await page
    .getByRole('group', { name: 'Actions on 3 signals' })
    .getByRole('button', { name: 'Approve' })
    .click();
  await expect(page.getByTestId('bulk-failures')).toContainText('makes no sense');
  await expect(toast(owner)).toContainText('2 signals approved');
  for (const identifier of pending) {
    await expect(owner.cell(identifier, 'approval_status')).toHaveText('Approved');
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+z');
  for (const identifier of pending) {
    await expect(owner.cell(identifier, 'approval_status')).toHaveText('Pending review');
  }
});

test('a viewer → sees the record, and nothing to do with it', async ({ browser }) => {
  const viewer = await Admin.signIn(browser, 'viewer@civstart.test', '/signals');
  const [identifier = ''] = await viewer.signals();
  const record = await OpenRecord.open(viewer, identifier);
  await expect(record.heading).toBeVisible();
  await expect(record.panel.getByRole('group', { name: 'Actions' })).toHaveCount(0);
  await expect(record.panel.getByTitle('Click to edit')).toHaveCount(0);
  await viewer.page.keyboard.press('e');
  await expect(record.panel.getByTestId('editor')).toHaveCount(0);
});

test('matches are proposed and one is assigned → a colleague sees both come in, without a request', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals?status=approved');
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?status=approved');
  const [identifier = ''] = await west.signals();
  await owner.page.goto(`/signals?q=${identifier}`);
  await owner.expectState('live');
  const theirs = await OpenRecord.open(owner, identifier);
  const mine = await OpenRecord.open(west, identifier);
  await expect(theirs.section('history')).toBeVisible();
  await mine
    .section('matches')
    .getByRole('button', { name: /^Generate/ })
    .click();
  const first = mine.section('matches').getByRole('listitem').first();
  await expect(first).toBeVisible();
  await expect(theirs.section('matches').getByRole('listitem').first()).toBeVisible();

  owner.forgetRequests();
  const assign = mine
    .section('matches')
    .getByRole('button', { name: /^Assign to/ })
    .first();
  const name = ((await assign.getAttribute('aria-label')) ?? '').replace('Assign to ', '');
  await assign.click();
  await expect(mine.section('assignments')).toContainText(name);
  await expect(theirs.section('assignments')).toContainText(name);
  expect(owner.requests.filter((url) => url.includes('/rest/v1/'))).toEqual([]);
  await west.page.keyboard.press('ControlOrMeta+z');
  await expect(theirs.section('assignments')).not.toContainText(name);
});
