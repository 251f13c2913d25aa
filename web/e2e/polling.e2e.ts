import { expect, type WebSocketRoute } from 'playwright/test';
import { Admin, fillSignIn } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

test('WebSockets are cut while the rest works → Polling, an edit arrives by polling, and Live again when they return', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  let cut = false;
  const open: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/realtime\/v1\//, async (socket) => {
    if (cut) return socket.close();
    open.push(socket);
    socket.connectToServer();
  });
  await page.goto('/signals');
  await fillSignIn(page, 'owner@civstart.test', stackEnv('DEMO_PASSWORD'));
  const owner = Admin.of(context, page);
  await owner.expectState('live');

  const witness = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const [identifier = ''] = await owner.signals();
  const { id, fields } = await base.signal(identifier);
  const urgency = fields.Urgency === 'High' ? 'Low' : 'High';

  cut = true;
  for (const socket of open) await socket.close();
  await owner.expectState('polling');
  await expect(page.getByTestId('live-people')).toHaveCount(0);
  await base.edit(id, { Urgency: urgency });
  await expect(witness.cell(identifier, 'urgency')).toHaveText(urgency);
  await page.clock.fastForward(31_000);
  await expect(owner.cell(identifier, 'urgency')).toHaveText(urgency);
  await expect(owner.badge).toHaveAttribute('data-state', 'polling');

  cut = false;
  await page.clock.fastForward(10_000);
  await owner.expectState('live');
});
