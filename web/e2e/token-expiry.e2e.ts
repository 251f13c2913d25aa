import { decodeJwt, SignJWT } from 'jose';
import { type BrowserContext, expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

const SECONDS = 8;

/** Has every token that this browser gets end after a few seconds, as if the project's expiry were so short. */
async function shortenTokens(context: BrowserContext): Promise<void> {
  await context.route(/\/auth\/v1\/token/, async (route) => {
    const response = await route.fetch();
    const session = (await response.json()) as { access_token?: string };
    if (!session.access_token) return route.fulfill({ response });
    const expires_at = Math.floor(Date.now() / 1000) + SECONDS;
    const access_token = await new SignJWT({ ...decodeJwt(session.access_token), exp: expires_at })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode(stackEnv('JWT_SECRET')));
    return route.fulfill({ response, json: { ...session, access_token, expires_at, expires_in: SECONDS } });
  });
}

/** Says in the cookies that the session's token is over. Its length stays, and so does how it is spread over cookies. */
async function endSession(context: BrowserContext): Promise<void> {
  const parts = (await context.cookies()).filter(({ name }) => name.includes('auth-token'));
  parts.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const [, encoded] = /^base64-(.*)$/.exec(parts.map(({ value }) => value).join('')) ?? [];
  const session = Buffer.from(encoded!, 'base64url').toString();
  const over = session.replace(/("expires_at":)\d{10}/, `$1${Math.floor(Date.now() / 1000) - 10}`);
  let rest = `base64-${Buffer.from(over).toString('base64url')}`;
  await context.addCookies(
    parts.map((part) => {
      const value = rest.slice(0, part.value.length);
      rest = rest.slice(part.value.length);
      return { ...part, value };
    }),
  );
}

test('tokens run out while an admin looks → others are fetched, the page stays live, and edits go on arriving', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const [identifier = ''] = await owner.signals();
  const { id } = await base.signal(identifier);
  const tokens = () =>
    new Set(owner.sent.flatMap((text) => /"access_token":"([^"]+)"/.exec(text)?.[1] ?? []));
  const isOver = (token: string) => (decodeJwt(token).exp ?? 0) * 1000 < Date.now();

  await shortenTokens(owner.context);
  await endSession(owner.context);
  // The page asks for a new token when it is looked at again; from here on no token lasts.
  await owner.page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  for (let round = 1; round <= 2; round++) {
    await expect
      .poll(() => [...tokens()].filter(isOver).length, { timeout: 40_000 })
      .toBeGreaterThanOrEqual(round);
    await owner.expectState('live');
    const title = `Token ${round} of ${Date.now()}`;
    await base.edit(id, { Title: title });
    await expect(owner.page.getByText(title).first()).toBeVisible();
  }
});
