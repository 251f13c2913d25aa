import chromium from '@sparticuz/chromium';
import { defineConfig } from 'playwright/test';
import { stackCount, stackEnv } from './e2e/support/stack-env.ts';

/** The Chromium of the install where there is one for this machine; elsewhere Playwright's own. */
const bundled = process.platform === 'linux' && process.arch === 'x64';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'test-results',
  // The stories of a worker change the one base that they share.
  workers: stackCount(),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    baseURL: stackEnv('WEB_URL'),
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    // What was done and what the page was: pictures besides would be drawn and encoded all the time, to be thrown away.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    // Stories hold and count requests, which those of a service worker escape. Those of working offline allow it.
    serviceWorkers: 'block',
    launchOptions: {
      // Root may not use the sandbox; the pages visited here are our own.
      args: ['--no-sandbox', '--disable-gpu'],
      ...(bundled && { executablePath: await chromium.executablePath() }),
    },
  },
});
