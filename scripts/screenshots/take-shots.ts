import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import type { Look } from './looks.ts';
import type { Shot } from './shots.ts';
import { signIn } from './sign-in.ts';

interface Order {
  shots: readonly Shot[];
  look: Look;
  folder: string;
  url: string;
  password: string;
}

/** Takes the shots in one look, each person signed in once. Resolves with how many were taken. */
export async function takeShots(
  browser: Browser,
  { shots, look, folder, url, password }: Order,
): Promise<number> {
  for (const who of new Set(shots.map((shot) => shot.who))) {
    const { name: _, ...options } = look;
    const context = await browser.newContext({
      ...options,
      baseURL: url,
      locale: 'en-US',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    if (who) await signIn(page, `${who}@civstart.test`, password);
    for (const { name, path, then } of shots.filter((shot) => shot.who === who)) {
      await context.setOffline(false);
      await page.goto(path);
      await settle(page);
      await then?.(page);
      await settle(page);
      if (look.name === 'phone') await stretch(page);
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`) });
      await page.setViewportSize(look.viewport);
    }
    await context.close();
  }
  return shots.length;
}

/** As tall as the page is, so that what is fixed to the bottom of the screen stands below the rest. */
async function stretch(page: Page): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(height, 3000) });
  await settle(page);
}

/** No request under way and no placeholder left. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('.skeleton'), null, { timeout: 10_000 });
}
