/**
 * `npm run screenshots`: every page of the running stack in light, dark and phone size, into web/.screenshots.
 * `-- --only team,signals` takes those whose name contains one of the words.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOOKS } from './screenshots/looks.ts';
import { openBrowser } from './screenshots/open-browser.ts';
import { SHOTS } from './screenshots/shots.ts';
import { takeShots } from './screenshots/take-shots.ts';
import { readStackEnv } from './stack/stack-env.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDER = join(ROOT, 'web/.screenshots');
const { values } = parseArgs({
  options: { dir: { type: 'string', default: '.local' }, only: { type: 'string', default: '' } },
});

try {
  const { WEB_URL, DEMO_PASSWORD } = readStackEnv(resolve(ROOT, values.dir));
  const words = values.only.split(',').filter(Boolean);
  const shots = SHOTS.filter(({ name }) => !words.length || words.some((word) => name.includes(word)));
  if (!words.length) rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await using browser = await openBrowser();
  for (const look of LOOKS) {
    const taken = await takeShots(browser, {
      shots,
      look,
      folder: FOLDER,
      url: WEB_URL,
      password: DEMO_PASSWORD,
    });
    console.log(`${look.name.padEnd(6)} ${taken} pages`);
  }
  console.log(`They are in ${FOLDER}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
