import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { OwnSystem } from './support/own-system.ts';
import { test } from './support/story.ts';

const ROWS = 10_000;
const CHANGES = 500;

let system: OwnSystem;
let database: pg.Client;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  system = await OwnSystem.start();
  database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  await database.query(`
    insert into signals (signal_identifier, title, organization_id, approval_status)
    select 'SIG-' || n, 'Problem ' || n, (select id from organizations where region = 'west' limit 1), 'draft'
    from generate_series(${100_000}, ${100_000 + ROWS - 1}) as n`);
});
test.afterAll(async () => {
  await database.end();
  await system[Symbol.asyncDispose]();
});

/** Requests for rows, by the address that they were asked at. */
const asked = (admin: Admin) => admin.requests.filter((url) => url.includes('/rest/v1/'));

test(`a list of ${ROWS} rows → scrolled to its end, with no more rows drawn and asked for than are seen`, async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', `${system.webUrl}/signals`);
  await expect(owner.row(`SIG-${100_000 + ROWS - 1}`)).toBeVisible();
  const grid = owner.page.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', String(ROWS + 400 + 1));
  owner.forgetRequests();

  await grid.evaluate((element) => element.parentElement!.scrollTo({ top: element.scrollHeight }));
  await expect(owner.page.getByRole('row').last()).toContainText('SIG-0001');
  expect(await owner.page.getByRole('row').count()).toBeLessThan(200);
  expect(asked(owner).length).toBeLessThanOrEqual(4);

  await grid.evaluate((element) => element.parentElement!.scrollTo({ top: element.scrollHeight / 2 }));
  await expect.poll(() => owner.signals()).not.toHaveLength(0);
  expect(asked(owner).length).toBeLessThanOrEqual(8);
});

test(`${CHANGES} changes one after the other → all on the screen, with a handful of requests`, async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', `${system.webUrl}/signals`);
  const [first = ''] = await owner.signals();
  await expect(owner.cell(first, 'title')).toBeVisible();
  await owner.page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask' });
  });
  owner.forgetRequests();

  // Each its own transaction, as fast as the database commits them.
  await database.query(`
    do $$ begin
      for n in 1 .. ${CHANGES} loop
        update public.signals set title = 'Change ' || n where signal_identifier = '${first}';
        commit;
      end loop;
    end $$`);
  await expect(owner.cell(first, 'title')).toHaveText(`Change ${CHANGES}`);
  expect(asked(owner)).toEqual([]);
  await owner.expectState('live');
  const tasks = await owner.page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  // Told, not asserted: how long depends on the machine.
  test.info().annotations.push({ type: 'longest task, ms', description: String(Math.max(0, ...tasks)) });
});
