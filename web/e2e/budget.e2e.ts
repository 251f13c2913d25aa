import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { test } from './support/story.ts';

const JAVASCRIPT_MAX_BYTES = 180_000;
const SHIFT_MAX = 0.005;

test(`a first visit of the dashboard → less than ${JAVASCRIPT_MAX_BYTES / 1000} kB of JavaScript as it is served, and nothing shifts`, async ({
  browser,
}) => {
  const { context } = await Admin.signIn(browser, 'owner@civstart.test');
  const session = await context.storageState();
  // Nothing in its cache yet.
  const fresh = await browser.newContext({ storageState: session });
  const page = await fresh.newPage();
  const scripts: Promise<{ path: string; size: number }>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script' && !request.url().endsWith('.js')) return;
    const path = new URL(request.url()).pathname;
    scripts.push(request.sizes().then(({ responseBodySize: size }) => ({ path, size })));
  });
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    // What is fetched ahead of need, seconds after the page is there, is no part of the visit.
    const start = window.setTimeout.bind(window);
    const soon = (handler: TimerHandler, ms = 0, ...rest: unknown[]) =>
      ms >= 3000 ? 0 : start(handler, ms, ...rest);
    Object.assign(window, { setTimeout: soon });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto('/');
  await Admin.of(fresh, page).expectState('live');
  await page.waitForLoadState('networkidle');

  const loaded = await Promise.all(scripts);
  const bytes = loaded.reduce((sum, { size }) => sum + size, 0);
  test.info().annotations.push({ type: 'bytes of JavaScript', description: String(bytes) });
  expect(bytes).toBeGreaterThan(100_000);
  const largest = loaded.sort((a, b) => b.size - a.size).map(({ path, size }) => `${size} ${path}`);
  expect(bytes, largest.join('\n')).toBeLessThan(JAVASCRIPT_MAX_BYTES);
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(SHIFT_MAX);
});
