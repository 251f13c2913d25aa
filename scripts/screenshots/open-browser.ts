import bundled from '@sparticuz/chromium';
import { type Browser, chromium, type LaunchOptions } from 'playwright';

/** The Chromium of the install where there is one for this machine; elsewhere Playwright's own. */
export async function launchOptions(): Promise<LaunchOptions & { args: string[] }> {
  const ours = process.platform === 'linux' && process.arch === 'x64';
  return {
    // Root may not use the sandbox; the pages visited here are our own.
    args: ['--no-sandbox', '--disable-gpu'],
    ...(ours && { executablePath: await bundled.executablePath() }),
  };
}

export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const browser = await chromium.launch(await launchOptions());
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}
