import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { HeldMessages } from './support/held-messages.ts';
import { OwnSystem } from './support/own-system.ts';
import { test } from './support/story.ts';
import { workOf } from './support/work-of-page.ts';

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

for (const path of ['/signals', '/', '/activity']) {
  test(`${CHANGES} changes in a second while ${path} is open → the last is on the screen, redrawn less often than told, with a handful of requests`, async ({
    browser,
  }) => {
    let held!: HeldMessages;
    const word = `Storm of ${path}`;
    const owner = await Admin.signIn(
      browser,
      'owner@civstart.test',
      system.webUrl + path,
      async (context) => {
        held = await HeldMessages.in(context, word);
      },
    );
    await owner.page.waitForLoadState('networkidle');

    // Each its own transaction; the last is of a row that is in sight.
    const [seen = 'SIG-100000'] = await owner.signals();
    await database.query(`
      do $$
      declare
        told integer := 0;
        signal uuid;
      begin
        for signal in
          select id from public.signals where signal_identifier = '${seen}' or signal_identifier between 'SIG-105001' and 'SIG-105049'
          order by signal_identifier = '${seen}'
        loop
          for again in 1 .. ${CHANGES / 50} loop
            told := told + 1;
            update public.signals set title = '${word}: ' || told where id = signal;
            commit;
          end loop;
        end loop;
      end $$`);
    await expect.poll(() => held.count).toBe(CHANGES);
    const work = await workOf(owner.page);
    owner.forgetRequests();

    held.release();
    await expect(owner.page.getByText(`${word}: ${CHANGES}`).first()).toBeVisible();
    const { redraws, longest } = await work();
    // How long depends on the machine: told, not asserted. That many messages are drawn together does not.
    process.stdout.write(`${path}: ${CHANGES} changes, ${redraws} redraws, longest task ${longest} ms\n`);
    expect(redraws).toBeLessThan(CHANGES / 2);
    expect(asked(owner).length).toBeLessThanOrEqual(8);
    await owner.expectState('live');
  });
}
