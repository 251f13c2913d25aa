import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { Marketplace } from './support/marketplace.ts';
import { test } from './support/story.ts';

interface Startup {
  id: string;
  name: string;
  credits: number;
}
interface Signal {
  id: string;
  signal_identifier: string;
  email: string;
}

const FOUNDER = 'founder@civstart.test';
const OTHER = 'elsewhere@civstart.test';

const startupOf = (market: Marketplace) =>
  market.one<Startup>(
    `select s.id, s.name, s.credits from startups s join startup_members m on m.startup_id = s.id
     join auth.users u on u.id = m.user_id where u.email = $1`,
    [FOUNDER],
  );

/** A signal of the west that has nothing to do with the founder's startup yet. */
const freshSignal = (market: Marketplace, startup: string, isPublic: boolean) =>
  market.one<Signal>(
    `select s.id, s.signal_identifier, c.email from signals s join contacts c on c.id = s.contact_id
     where s.region = 'west' and s.approval_status = 'approved' and s.is_public = $2 and s.deleted_at is null
       and c.email is not null
       and not exists (select from connections k where k.signal_id = s.id and k.startup_id = $1)
       and not exists (select from signal_assignments a where a.signal_id = s.id and a.startup_id = $1)
     order by s.signal_identifier limit 1`,
    [startup, isPublic],
  );

const unread = async ({ page }: Admin): Promise<number> =>
  Number(await page.getByTestId('bell').getAttribute('data-unread'));

/** Requests for data; pages load their own script parts when they need them. */
const dataRequests = ({ requests }: Admin): string[] => requests.filter((url) => url.includes('/rest/v1/'));

test('an admin hands a signal to a startup → in the inbox and at the bell without a request; nobody else’s', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  await market.addMember(OTHER, 'Elsewhere');
  const startup = await startupOf(market);
  const signal = await freshSignal(market, startup.id, false);
  const west = await market.as('west@civstart.test');

  const founder = await Admin.signIn(browser, FOUNDER);
  await expect(founder.page).toHaveURL(/\/portal$/);
  const other = await Admin.signIn(browser, OTHER);
  const before = await unread(founder);
  founder.forgetRequests();

  const { id } = await west<{ id: string }>('assign_signal', { signal: signal.id, startup: startup.id });
  market.later(() => market.database.query(`delete from signal_assignments where id = $1`, [id]));
  const item = founder.page.locator(`[data-assignment="${id}"]`);
  await expect(item).toHaveAttribute('data-seen', 'false');
  await expect(founder.page.getByTestId('bell')).toHaveAttribute('data-unread', String(before + 1));
  await expect(founder.page).toHaveTitle(new RegExp(`^\\(${before + 1}\\) Inbox`));
  expect(dataRequests(founder)).toEqual([]);

  // Looked at, it has been seen; the staff see that too.
  await item.getByRole('button').first().click();
  await expect(item).toHaveAttribute('data-seen', 'true');
  await item.getByRole('button', { name: 'Decline' }).click();
  await founder.page.getByLabel('Why').fill('Outside of our region');
  await founder.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
  await expect(item).toHaveAttribute('data-answer', 'declined');
  await expect
    .poll(() => market.one(`select answer, decline_reason from signal_assignments where id = $1`, [id]))
    .toEqual({ answer: 'declined', decline_reason: 'Outside of our region' });

  expect(await unread(other)).toBe(0);
  expect(other.frames.join('\n')).not.toContain(id);
  await expect(other.page.locator('[data-assignment]')).toHaveCount(0);
});

test('a startup requests a signal → the balance falls, staff are told; declined → the credits return, once', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  await market.addMember(OTHER, 'Elsewhere');
  const startup = await startupOf(market);
  const signal = await freshSignal(market, startup.id, true);
  const west = await market.as('west@civstart.test');
  const founder = await Admin.signIn(browser, FOUNDER, '/portal/pool');
  const other = await Admin.signIn(browser, OTHER, '/portal/pool');
  const admin = await Admin.signIn(browser, 'west@civstart.test', '/notifications');
  const credits = founder.page.getByTestId('credits');
  await expect(credits).toContainText(`${startup.credits}`);

  await founder.page.getByLabel('Search the pool').fill(signal.signal_identifier);
  const row = founder.page.locator(`[data-pool="${signal.signal_identifier}"]`);
  await row.getByRole('button', { name: /^Request · 5/ }).click();
  await founder.page.getByRole('button', { name: 'Request for 5 credits' }).click();
  await expect(row.getByRole('link', { name: 'Requested' })).toBeVisible();
  await expect(credits).toContainText(`${startup.credits - 5}`);
  const asked = admin.page.locator('[data-notification]', {
    hasText: `${startup.name} asks for ${signal.signal_identifier}`,
  });
  await expect(asked).toHaveAttribute('data-unread', 'true');

  const connection = await market.one<{ id: string }>(
    `select id from connections where signal_id = $1 and startup_id = $2 and deleted_at is null`,
    [signal.id, startup.id],
  );
  market.later(() => market.database.query(`delete from connections where id = $1`, [connection.id]));
  await row.getByRole('link', { name: 'Requested' }).click();
  const shown = founder.page.locator(`[data-connection="${connection.id}"]`);
  await expect(shown).toHaveAttribute('data-status', 'pending_review');
  // Not before an introduction: neither on the screen nor on the socket.
  expect(founder.frames.join('\n')).not.toContain(signal.email);

  founder.forgetRequests();
  await asked.getByRole('button', { name: 'Decline' }).click();
  await admin.page.getByLabel('Why').fill('The city has chosen another one');
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
  await expect(shown).toHaveAttribute('data-status', 'declined');
  await expect(shown).toContainText('The city has chosen another one');
  await expect(credits).toContainText(`${startup.credits}`);
  expect(dataRequests(founder)).toEqual([]);
  await expect(west('decline_request', { connection: connection.id, reason: 'Again' })).rejects.toMatchObject(
    {
      details: 'ANSWERED',
    },
  );

  await expect(asked.getByRole('button', { name: 'Decline' })).toHaveCount(0);
  await expect(asked).toHaveAttribute('data-unread', 'false');

  expect(other.frames.join('\n')).not.toContain(connection.id);
  expect(await unread(other)).toBe(0);
});

test('a signal leaves the pool → for every member at once; introduced → the contact appears', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  await market.addMember(OTHER, 'Elsewhere');
  const startup = await startupOf(market);
  const signal = await freshSignal(market, startup.id, true);
  const west = await market.as('west@civstart.test');
  const members = [
    await Admin.signIn(browser, FOUNDER, '/portal/pool'),
    await Admin.signIn(browser, OTHER, '/portal/pool'),
  ];
  const { signal_identifier: identifier } = signal;
  for (const { page } of members) {
    await page.getByLabel('Search the pool').fill(identifier);
    await expect(page.locator(`[data-pool="${identifier}"]`)).toHaveAttribute('data-gone', 'false');
  }
  await west('unpublish_signal', { signal: signal.id });
  market.later(() => west('publish_signal', { signal: signal.id }));
  for (const { page } of members) {
    await expect(page.locator(`[data-pool="${identifier}"]`)).toHaveAttribute('data-gone', 'true');
    await expect(page.getByRole('button', { name: /^Request ·/ })).toHaveCount(0);
  }

  const { id } = await west<{ id: string }>('assign_signal', { signal: signal.id, startup: startup.id });
  market.later(() => market.database.query(`delete from signal_assignments where id = $1`, [id]));
  const founder = members[0]!;
  await founder.page.goto(`/portal?open=${id}`);
  await founder.expectState('live');
  await founder.page.getByRole('button', { name: 'Accept · 2 credits' }).click();
  await founder.page.getByRole('button', { name: 'Accept for 2 credits' }).click();
  await expect(founder.page.locator(`[data-assignment="${id}"]`)).toHaveAttribute('data-answer', 'accepted');
  await expect(founder.page.getByTestId('credits')).toContainText(`${startup.credits - 2}`);

  const connection = await market.one<{ id: string }>(
    `select id from connections where signal_id = $1 and startup_id = $2 and deleted_at is null`,
    [signal.id, startup.id],
  );
  market.later(async () => {
    await market.database.query(`update connections set connection_status = 'pending_review' where id = $1`, [
      connection.id,
    ]);
    await west('decline_request', { connection: connection.id, reason: 'End of the story' });
    await market.database.query(`delete from connections where id = $1`, [connection.id]);
  });
  await founder.page.getByRole('link', { name: 'Connections' }).click();
  const shown = founder.page.locator(`[data-connection="${connection.id}"]`);
  await expect(shown).not.toContainText(signal.email);
  await west('accept_request', { connection: connection.id });
  await expect(shown).toHaveAttribute('data-status', 'introduced');
  await expect(shown).toContainText(signal.email);
});
