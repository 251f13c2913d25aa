import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { test } from './support/story.ts';

const URGENCIES = ['Low', 'Medium', 'High', 'Critical'];
/** An urgency that the signal does not have. */
const another = (urgency: unknown) => URGENCIES.find((word) => word !== urgency) ?? 'Low';

test('an edit in Airtable → on the screens of the owner and of the region’s admin, without a reload or a request', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const south = await Admin.signIn(browser, 'south@civstart.test', '/signals');
  await expect(owner.page.getByTestId('live-people')).toContainText('3');

  const shown = await owner.signals();
  const identifier = (await west.signals()).find((candidate) => shown.includes(candidate));
  if (!identifier) throw new Error('The owner’s first page shows no signal of the west.');
  const { id, fields } = await base.signal(identifier);
  const urgency = another(fields.Urgency);

  for (const admin of [owner, west]) admin.forgetRequests();
  await base.edit(id, { Urgency: urgency });
  for (const admin of [owner, west]) {
    const cell = admin.cell(identifier, 'urgency');
    await expect(cell).toHaveText(urgency);
    await expect(cell).toHaveAttribute('data-changed');
    // A part of the page's own script may come the first time that it is needed.
    expect(admin.requests.filter((url) => !url.includes('/_app/immutable/'))).toEqual([]);
  }

  // Looked at, the mark goes.
  await owner.row(identifier).hover();
  await expect(owner.cell(identifier, 'urgency')).not.toHaveAttribute('data-changed');

  // The other region: nothing on the screen, nothing on the socket.
  await expect(south.row(identifier)).toHaveCount(0);
  expect(south.frames.join('\n')).not.toContain(identifier);
  expect(owner.frames.join('\n')).toContain(identifier);
});

test('a while without network → Offline with the reason, and the missed edit filled in from the log', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const [identifier = ''] = await owner.signals();
  const { id, fields } = await base.signal(identifier);
  const before = String(fields.Urgency);
  const urgency = another(before);
  await expect(owner.cell(identifier, 'urgency')).toHaveText(before);

  // What the badge opens has come by then.
  await owner.badge.hover();
  await owner.page.waitForLoadState('networkidle');
  // Its code comes when it is first opened; without a service worker, from the network.
  await owner.badge.click();
  await expect(owner.page.getByText('Refresh now')).toBeVisible();
  await owner.page.keyboard.press('Escape');
  await owner.context.setOffline(true);
  await owner.expectState('offline');
  await owner.badge.click();
  await expect(owner.page.getByText('This device has no network.')).toBeVisible();
  await owner.page.keyboard.press('Escape');

  await base.edit(id, { Urgency: urgency });
  const witness = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  await expect(witness.cell(identifier, 'urgency')).toHaveText(urgency);
  await expect(owner.cell(identifier, 'urgency')).toHaveText(before);

  owner.forgetRequests();
  await owner.context.setOffline(false);
  await expect(owner.cell(identifier, 'urgency')).toHaveText(urgency);
  await owner.expectState('live');
  expect(owner.requests.some((url) => url.includes('/rpc/changes_since'))).toBe(true);
  expect(owner.requests.filter((url) => url.includes('/rest/v1/signals'))).toEqual([]);
});

test('the dashboard → the edited signal comes to the top of the latest, and the numbers follow', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const owner = await Admin.signIn(browser, 'owner@civstart.test');
  const latest = await owner.signals();
  const { id, fields } = await base.signal(latest.at(-1) ?? '');
  const status = fields['Approval status'] === 'Rejected' ? 'Approved' : 'Rejected';
  const rejected = owner.page.locator('dl > div', { hasText: 'Rejected' }).locator('dd');
  const count = Number(await rejected.textContent());

  await base.edit(id, { 'Approval status': status });
  await expect.poll(async () => (await owner.signals())[0]).toBe(latest.at(-1));
  await expect(owner.cell(latest.at(-1) ?? '', 'approval_status')).toHaveText(status);
  await expect(rejected).toHaveText(String(status === 'Rejected' ? count + 1 : count - 1));
});
