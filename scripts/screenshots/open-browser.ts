import bundled from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright';

/** The Chromium of the install where there is one for this machine; elsewhere Playwright's own. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const ours = process.platform === 'linux' && process.arch === 'x64';
  const browser = await chromium.launch({
    // Root may not use the sandbox; the pages visited here are our own.
    args: ['--no-sandbox', '--disable-gpu'],
    ...(ours && { executablePath: await bundled.executablePath() }),
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}
