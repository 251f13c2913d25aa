import { expect } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { OwnSystem } from './support/own-system.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

test('the servers go away and come back → the page says so, returns to Live by itself, and goes on', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const system = await OwnSystem.start();
  try {
    const context = await browser.newContext({ baseURL: system.webUrl });
    const page = await context.newPage();
    await page.goto('/signals');
    await fillSignIn(page, 'owner@civstart.test', stackEnv('DEMO_PASSWORD'));
    const owner = Admin.of(context, page);
    await owner.expectState('live');
    const [identifier = ''] = await owner.signals();
    const base = new AirtableBase(system.airtableUrl);
    const { id } = await base.signal(identifier);

    await system.stop();
    await owner.expectState('polling');
    await expect(owner.row(identifier)).toBeVisible();

    await system.start();
    await owner.expectState('live');
    const title = `After the restart ${Date.now()}`;
    await base.edit(id, { Title: title });
    await expect(page.getByText(title).first()).toBeVisible();
  } finally {
    await system[Symbol.asyncDispose]();
  }
});
