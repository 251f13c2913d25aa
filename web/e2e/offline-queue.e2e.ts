import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Database } from './support/database.ts';
import { untilKept } from './support/kept.ts';
import { OpenRecord } from './support/record.ts';
import { test } from './support/story.ts';

test.use({ serviceWorkers: 'allow' });

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const waiting = ({ page }: Pick<Admin, 'page'>) => page.getByTestId('queue-waiting');
const parked = ({ page }: Pick<Admin, 'page'>) => page.getByTestId('queue-parked');
const queue = ({ page }: Pick<Admin, 'page'>) => page.getByTestId('queue');

async function editTitle(record: OpenRecord, title: string): Promise<void> {
  const { page } = record.admin;
  await record.edit('title');
  await page.getByTestId('editor').getByRole('textbox').fill(title);
  await page.keyboard.press('Enter');
  await expect(record.heading).toContainText(title);
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

/** The first signal of the list, open beside it, on a page that works without the server. */
async function openFirst(admin: Admin, nth = 0): Promise<{ record: OpenRecord; identifier: string }> {
  const identifier = (await admin.signals())[nth] ?? '';
  return { record: await OpenRecord.open(admin, identifier), identifier };
}

test('somebody else changed the field meanwhile → nothing is overwritten; both values, mine is kept by a word of mine', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const { page } = west;
  const { record, identifier } = await openFirst(west);
  await untilKept(page);
  const [mine, theirs] = [`Mine ${Date.now()}`, `Theirs ${Date.now()}`];
  const kept = async () =>
    (
      await database.rows<{ title: string }>('select title from signals where signal_identifier = $1', [
        identifier,
      ])
    )[0]!.title;

  await west.context.setOffline(true);
  await west.expectState('offline');
  await editTitle(record, mine);
  await database.rows(
    'update signals set title = $2, airtable_edited_at = now() where signal_identifier = $1',
    [identifier, theirs],
  );
  await west.context.setOffline(false);
  await expect(parked(west)).toContainText('1');
  await expect(record.heading).toContainText(theirs);
  expect(await kept()).toBe(theirs);

  await west.badge.click();
  const conflict = queue(west).locator('[data-conflict="title"]');
  await expect(conflict).toContainText(mine);
  await expect(conflict).toContainText(theirs);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(conflict).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await conflict.getByRole('button', { name: 'Keep mine' }).click();
  await expect(parked(west)).toHaveCount(0);
  await expect.poll(kept).toBe(mine);
});

test('one that the database refuses → put aside with the reason while the rest goes out; discarded by keyboard', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?status=pending_review');
  const { page } = west;
  const bad = await openFirst(west);
  await untilKept(page);
  await west.context.setOffline(true);
  await west.expectState('offline');
  await bad.record.action('Approve').click();
  await bad.record.action('Publish to the pool').click();
  const good = await openFirst(west, 1);
  await good.record.action('Approve').click();
  await expect(waiting(west)).toContainText('3');

  await west.badge.click();
  await expect(queue(west).getByRole('listitem')).toHaveCount(3);
  // The approval is not wanted any more; without it the signal cannot be published.
  await queue(west).getByRole('button', { name: 'Discard' }).first().click();
  await expect(waiting(west)).toContainText('2');
  await page.keyboard.press('Escape');

  await west.context.setOffline(false);
  await expect(parked(west)).toContainText('1');
  await expect(waiting(west)).toHaveCount(0);
  const status = async (identifier: string) =>
    (
      await database.rows<{ approval_status: string; is_public: boolean }>(
        'select approval_status, is_public from signals where signal_identifier = $1',
        [identifier],
      )
    )[0];
  expect(await status(bad.identifier)).toEqual({ approval_status: 'pending_review', is_public: false });
  expect(await status(good.identifier)).toMatchObject({ approval_status: 'approved' });

  await west.badge.focus();
  await page.keyboard.press('Enter');
  await expect(queue(west)).toContainText('Only an approved signal');
  const discard = queue(west).getByRole('button', { name: 'Discard' });
  await discard.focus();
  await page.keyboard.press('Enter');
  await expect(parked(west)).toHaveCount(0);
});

test('two tabs without network → each shows what the other keeps; back → sent once, by one of them', async ({
  browser,
}) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals?status=pending_review');
  const first = await openFirst(west);
  const other = Admin.of(west.context, await west.context.newPage());
  await other.page.goto('/signals?status=pending_review');
  await other.expectState('live');
  await untilKept(other.page);
  await west.context.setOffline(true);
  await west.expectState('offline');
  await other.expectState('offline');

  await first.record.action('Approve').click();
  await expect(waiting(other)).toContainText('1');
  await expect(other.cell(first.identifier, 'approval_status')).toHaveText('Approved');
  const second = await openFirst(other, 1);
  await second.record.action('Approve').click();
  await expect(waiting(west)).toContainText('2');

  const sent: string[] = [];
  for (const { page } of [west, other]) {
    page.on('request', (request) => {
      if (request.url().endsWith('/rpc/perform') && request.method() === 'POST')
        sent.push(request.postData() ?? '');
    });
  }
  await west.context.setOffline(false);
  await expect(waiting(west)).toHaveCount(0);
  await expect(waiting(other)).toHaveCount(0);
  expect(sent.map((body) => (JSON.parse(body) as { action: string }).action)).toEqual([
    'approve_signal',
    'approve_signal',
  ]);
  const statuses = await database.rows<{ approval_status: string }>(
    'select approval_status from signals where signal_identifier = any($1)',
    [[first.identifier, second.identifier]],
  );
  expect(statuses.map((row) => row.approval_status)).toEqual(['approved', 'approved']);
});

test('a text that waits is written anew → only the last one is ever sent', async ({ browser }) => {
  await using database = await Database.open();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const { page } = west;
  const { record, identifier } = await openFirst(west, 2);
  await untilKept(page);
  const [draft, final] = [`Draft ${Date.now()}`, `Final ${Date.now()}`];
  await west.context.setOffline(true);
  await west.expectState('offline');
  await editTitle(record, draft);
  await expect(waiting(west)).toContainText('1');
  await west.badge.click();
  await queue(west).getByRole('button', { name: 'Edit' }).click();
  await queue(west).getByLabel('Title').fill(final);
  await queue(west).getByRole('button', { name: 'Save' }).click();
  await expect(record.heading).toContainText(final);
  await page.keyboard.press('Escape');
  await west.context.setOffline(false);
  await expect(waiting(west)).toHaveCount(0);
  const titles = await database.rows<{ changes: unknown }>(
    `select a.changes from activity a join signals s on s.id = a.entity_id
     where s.signal_identifier = $1 and a.at > now() - interval '1 minute'`,
    [identifier],
  );
  expect(JSON.stringify(titles)).toContain(final);
  expect(JSON.stringify(titles)).not.toContain(draft);
});
