import { expect, type WebSocketRoute } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { Database } from './support/database.ts';
import { Marketplace } from './support/marketplace.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

/** Every call for data since the last `forgetRequests()`. */
const asked = (person: Admin) => person.requests.filter((url) => /\/(rest|auth)\/v1\/|__data/.test(url));

test('an edit of a west signal → on every open page that may show it, without a request, and on no other', async ({
  browser,
}) => {
  const base = new AirtableBase();
  await using database = await Database.open();
  const [signal] = await database.rows<{ id: string; signal_identifier: string; connection: string }>(
    `select s.id, s.signal_identifier, c.id as connection from signals s join connections c on c.signal_id = s.id
     where s.region = 'west' and s.is_public and s.approval_status = 'approved' and s.deleted_at is null and c.deleted_at is null
       and exists (select from startups t where t.id = c.startup_id and t.deleted_at is null)
     order by s.signal_identifier desc limit 1`,
  );
  if (!signal) throw new Error('No public signal of the west has a connection.');
  const { id: record } = await base.signal(signal.signal_identifier);
  const title = `Renamed for everybody to see ${Date.now()}`;

  const open = (email: string, path: string) => Admin.signIn(browser, `${email}@civstart.test`, path);
  const narrowed = `?q=${signal.signal_identifier}`;
  const pages = [
    await open('owner', '/'),
    await open('west', `/signals${narrowed}`),
    await open('owner', `/pool${narrowed}`),
    await open('west', `/connections/${signal.connection}`),
    await open('viewer', `/signals/${signal.id}`),
    await open('founder', '/portal/pool'),
  ];
  const south = await open('south', '/signals');
  for (const { page } of [...pages, south]) await page.waitForLoadState('networkidle');
  await pages.at(-1)?.page.getByPlaceholder('Search the pool').fill(signal.signal_identifier);
  // What else belongs to a page comes when it is first used.
  for (const person of [...pages, south]) person.forgetRequests();

  await base.edit(record, { Title: title });
  for (const { page } of pages)
    await expect(page.getByText(title).filter({ visible: true }).first(), page.url()).toBeVisible();
  const [dashboard, ...lists] = pages;
  for (const person of lists) expect(asked(person), person.page.url()).toEqual([]);
  // There the signal was not: the name of its organization, which no message brings, is asked for once.
  const names = asked(dashboard!).map((url) => new URL(url).pathname);
  expect(names.length).toBeLessThanOrEqual(1);
  expect(names.filter((path) => path !== '/rest/v1/signals')).toEqual([]);
  await expect(south.page.getByText(title)).toHaveCount(0);
  // It is public: what startups see of it, every admin may hear; nothing came of the region's own.
  const heard = south.frames.filter((frame) => frame.includes(title));
  expect(heard.filter((frame) => !frame.includes('realtime:pool:'))).toEqual([]);
  expect(asked(south)).toEqual([]);
});

test('a connection is made and matched while the dashboard is open → numbers, status bar, curves and activity, without a request', async ({
  browser,
}) => {
  await using database = await Database.open();
  const owner = await Admin.signIn(browser, 'owner@civstart.test');
  const { page } = owner;
  const number = async (label: string) =>
    Number((await page.locator(`[data-metric="${label}"] p`).first().textContent())?.replace(',', ''));
  const today = async (title: string) =>
    Number.parseInt(
      (await page
        .locator(`[data-trend="${title}"]`)
        .getByText(/\d today/)
        .textContent()) ?? '',
      10,
    );
  const counted = async () => ({
    connections: await number('Connections'),
    matches: await number('Matches'),
    made: await today('Connections made'),
    matched: await today('Matches'),
  });
  await page.waitForLoadState('networkidle');
  const before = await counted();
  owner.forgetRequests();

  const [connection] = await database.rows<{ id: string }>(
    // Between those whose names stand on the page: a name that it never heard, it asks for.
    `insert into connections (organization_id, startup_id, signal_id, contact_id, connection_status, airtable_edited_at)
     select organization_id, startup_id, signal_id, contact_id, 'introduced', now()
     from connections where deleted_at is null order by airtable_edited_at desc nulls last, id limit 1 returning id`,
  );
  await expect.poll(counted).toEqual({
    ...before,
    connections: before.connections + 1,
    made: before.made + 1,
  });
  await database.rows(`update connections set connection_status = 'matched' where id = $1`, [connection?.id]);
  await expect.poll(counted).toEqual({
    connections: before.connections + 1,
    matches: before.matches + 1,
    made: before.made + 1,
    matched: before.matched + 1,
  });
  await expect(page.getByText(/changed Status from Introduced to Matched/).first()).toBeVisible();
  expect(asked(owner)).toEqual([]);

  // What went is under a day that no message tells, and its place on the card is for one that was never here. Whether it
  // went or is in another region now, the activity says, and whom its lines are about.
  await database.rows(`delete from connections where id = $1`, [connection?.id]);
  await expect.poll(counted).toEqual(before);
  await expect(page.getByText(/removed the connection/).first()).toBeVisible();
  const asks = asked(owner).map((url) => new URL(url));
  const top = asks.filter(({ searchParams }) => !searchParams.get('id')?.startsWith('in.'));
  expect(top.map(({ pathname }) => pathname).sort()).toEqual([
    '/rest/v1/activity',
    '/rest/v1/connections',
    '/rest/v1/rpc/dashboard_trends',
  ]);
  // One for each kind of record at most.
  expect(asks.length - top.length).toBeLessThanOrEqual(7);
});

test('edits of a contact while the activity is open → their lines, without a request; to whom they belong, and where they fit', async ({
  browser,
}) => {
  await using database = await Database.open();
  const [contact] = await database.rows<{ id: string; name: string }>(
    `select id, full_name as name from contacts where region = 'west' and deleted_at is null order by id desc limit 1`,
  );
  const name = contact?.name ?? '';
  const become = (title: string) =>
    database.rows(`update contacts set title = $1 where id = $2`, [title, contact?.id]);
  const open = async (email: string, search = '') => {
    const admin = await Admin.signIn(browser, `${email}@civstart.test`, `/activity${search}`);
    // Lines that say less than all are asked for under the pointer.
    await admin.page.mouse.move(0, 0);
    return admin;
  };
  const [owner, west, south] = [await open('owner'), await open('west'), await open('south')];
  const startups = await open('owner', '?entity=startup');
  const everybody = [owner, west, south, startups];
  for (const { page } of everybody) await page.waitForLoadState('networkidle');
  for (const person of everybody) person.forgetRequests();

  const lines = ({ page }: Admin) => page.locator('main li').filter({ hasText: name });
  await become('Clerk');
  for (const person of [owner, west]) await expect(lines(person).first()).toContainText('edited the contact');
  await become('Mayor');
  for (const person of [owner, west])
    await expect(lines(person).first()).toContainText('changed Title from Clerk to Mayor');
  for (const person of everybody) expect(asked(person), person.page.url()).toEqual([]);
  await expect(lines(south)).toHaveCount(0);
  expect(south.frames.filter((frame) => frame.includes(name))).toEqual([]);
  await expect(lines(startups)).toHaveCount(0);

  // What the first edit replaced, no message said: whoever looks, asks once.
  await lines(owner).first().hover();
  await expect(lines(owner).nth(1)).toContainText('to Clerk');
  await expect(lines(owner).first()).toContainText('from Clerk to Mayor');
  expect(asked(owner).filter((url) => url.includes('/rest/v1/activity?'))).toHaveLength(1);
});

test('the team stays open → no request, until another owner changes somebody’s rights', async ({
  browser,
}) => {
  await using market = await Marketplace.open();
  const email = 'second-owner@civstart.test';
  await market.addOwner(email, 'Otis Second');
  const second = await Admin.signIn(browser, email, '/team');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  const owner = Admin.of(context, page);
  await page.goto('/team');
  await fillSignIn(page, 'owner@civstart.test', stackEnv('DEMO_PASSWORD'));
  await owner.expectState('live');
  const [theirs, seen] = [second, owner].map((of) => of.page.locator(`[data-person="${email}"]`));
  await expect(seen!.getByTitle('Has a page open')).toBeVisible();
  await page.waitForLoadState('networkidle');
  owner.forgetRequests();

  await page.clock.fastForward(90_000);
  await theirs!.getByRole('button', { name: 'Change the rights' }).click();
  const dialog = second.page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Otis Renamed');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(seen!).toContainText('Otis Renamed');
  expect(asked(owner).map((url) => new URL(url).pathname)).toEqual(['/rest/v1/rpc/people_directory']);
});

test('while Polling → each query on the page once in 30 s, and nothing between', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  let cut = false;
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/realtime\/v1\//, async (socket) => {
    if (cut) return socket.close();
    sockets.push(socket);
    socket.connectToServer();
  });
  const owner = Admin.of(context, page);
  await page.goto('/signals');
  await fillSignIn(page, 'owner@civstart.test', stackEnv('DEMO_PASSWORD'));
  await owner.expectState('live');
  cut = true;
  for (const socket of sockets) await socket.close();
  await owner.expectState('polling');
  await page.clock.runFor(30_000);
  await page.waitForLoadState('networkidle');

  /** Calls for what the page shows; looking whether the socket may come back is another matter. */
  const polled = () =>
    asked(owner)
      .map((url) => new URL(url))
      .filter(({ pathname }) => !/my_channels|changes_since|\/auth\//.test(pathname))
      .map(({ pathname, search }) => pathname + search)
      .sort();
  const rounds: string[][] = [];
  for (let round = 0; round < 2; round++) {
    owner.forgetRequests();
    await page.clock.runFor(30_000);
    await page.waitForLoadState('networkidle');
    rounds.push(polled());
  }
  const [first = [], second] = rounds;
  expect(first.some((url) => url.startsWith('/rest/v1/signals?'))).toBe(true);
  expect(first).toEqual([...new Set(first)]);
  expect(second).toEqual(first);
});
