/**
 * `npm run lighthouse`: what Lighthouse says of the running stack's pages, as an owner sees them, on a desktop and on a
 * phone. Ends with 1 where a score is below 95; not for the pace of a phone, which is this machine's divided by four.
 * Nothing else should keep the machine busy meanwhile.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { type Form, runLighthouse, type Scores } from './lighthouse/run-lighthouse.ts';
import { launchOptions } from './screenshots/open-browser.ts';
import { signIn } from './screenshots/sign-in.ts';
import { freePort } from './stack/free-port.ts';
import { readStackEnv } from './stack/stack-env.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGES = ['/', '/signals', '/connections?show=board', '/sync'];
const FORMS: readonly Form[] = ['desktop', 'phone'];
const WANTED = 95;
const { values } = parseArgs({ options: { dir: { type: 'string', default: '.local' } } });

try {
  const found = await measure();
  console.table(found);
  const low = Object.entries(found).filter(
    ([name, { performance, accessibility, bestPractices }]) =>
      Math.min(accessibility, bestPractices) < WANTED || (performance < WANTED && name.endsWith('(desktop)')),
  );
  if (low.length) {
    console.error(`Below ${WANTED}: ${low.map(([name]) => name).join('; ')}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function measure(): Promise<Record<string, Scores>> {
  const { WEB_URL, DEMO_PASSWORD } = readStackEnv(resolve(ROOT, values.dir));
  const profile = await mkdtemp(join(tmpdir(), 'civstart-lighthouse-'));
  const port = await freePort();
  const { args, ...options } = await launchOptions();
  // Lighthouse opens its page in the browser's own context, so that is where the session has to be.
  const browser = await chromium.launchPersistentContext(profile, {
    ...options,
    args: [...args, `--remote-debugging-port=${port}`],
    baseURL: WEB_URL,
  });
  const found: Record<string, Scores> = {};
  const look = async (path: string): Promise<void> => {
    for (const form of FORMS) {
      found[`${path} (${form})`] = await runLighthouse(new URL(path, WEB_URL).href, form, port);
      console.log(`${path} on a ${form}: measured`);
    }
  };
  try {
    await look('/sign-in');
    const page = await browser.newPage();
    await signIn(page, 'owner@civstart.test', DEMO_PASSWORD);
    await page.close();
    for (const path of PAGES) await look(path);
    return found;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
