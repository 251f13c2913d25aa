/**
 * `npm start`: the whole system on this machine, until Ctrl-C. `--dev` serves the page with hot reload and restarts
 * the function when its files change (`npm run dev`).
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_PORTS } from './stack/choose-ports.ts';
import { PEOPLE } from './seed/people.ts';
import { createStack, type Stack } from './stack/create-stack.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const HELP = `npm start -- [options]
  --dev                   hot reload of the page, restart of the function on change
  --dir <folder>          where data are kept (default .local)
  --api-port <port>       REST, Auth, Realtime, functions (default ${DEFAULT_PORTS.api})
  --db-port <port>        Postgres (default ${DEFAULT_PORTS.db})
  --airtable-port <port>  Airtable simulator (default ${DEFAULT_PORTS.airtable})
  --web-port <port>       web app (default ${DEFAULT_PORTS.web})
  --verbose               every part's own lines`;

function port(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new Error(`--${name}: ${value} is not a port`);
  return number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      dev: { type: 'boolean', default: false },
      dir: { type: 'string', default: '.local' },
      'api-port': { type: 'string' },
      'db-port': { type: 'string' },
      'airtable-port': { type: 'string' },
      'web-port': { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }

  const stopped = Promise.withResolvers<string | undefined>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stopped.resolve(undefined));

  const startedAt = performance.now();
  let phase: 'starting' | 'ready' | 'stopping' = 'starting';
  console.log('CivStart Live is starting …');
  const starting: Promise<Stack> = createStack({
    stateDir: resolve(ROOT, values.dir),
    ports: {
      api: port('api-port', values['api-port'], DEFAULT_PORTS.api),
      db: port('db-port', values['db-port'], DEFAULT_PORTS.db),
      airtable: port('airtable-port', values['airtable-port'], DEFAULT_PORTS.airtable),
      web: port('web-port', values['web-port'], DEFAULT_PORTS.web),
    },
    web: values.dev ? 'dev' : 'build',
    watch: values.dev,
    onProgress: (part, seconds) => console.log(`  ${part.padEnd(24)} ${seconds.toFixed(1)} s`),
    onLine: (line) => {
      // What the parts say while they are taken down is of no use to anybody.
      if (values.verbose || (phase !== 'stopping' && isWorthShowing(line))) {
        console.log(`  ${phase === 'starting' ? '· ' : ''}${line}`);
      }
    },
  });
  const stack = await Promise.race([starting, stopped.promise]);
  if (stack === undefined || typeof stack === 'string') {
    console.log('Stopping …');
    await starting.then((late) => late[Symbol.asyncDispose]()).catch(() => {});
    return 0;
  }

  phase = 'ready';
  const { env } = stack;
  console.log(`
  The admin        ${env.WEB_URL}   ${PEOPLE.map(({ email }) => email).join(', ')}
                   password ${env.DEMO_PASSWORD}
  The base         ${env.AIRTABLE_API_URL}   change a cell here, watch it change there
  API and Postgres ${env.API_URL}   ${env.DB_URL}
  Keys             ${values.dir}/stack.env
`);
  console.log(`ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s (Ctrl-C stops)`);

  const reason = await Promise.race([stopped.promise, stack.broken]);
  phase = 'stopping';
  console.log(
    reason === undefined
      ? 'Stopping …'
      : `${reason}. Stopping; the data are kept, and npm start goes on from there.`,
  );
  await stack[Symbol.asyncDispose]();
  return reason === undefined ? 0 : 1;
}

/** Routine of the parts is noise to whoever watches the page; trouble is not. */
function isWorthShowing(line: string): boolean {
  if (/"level":"info"/.test(line)) return false;
  // What a query got wrong is its sender's to tell.
  if (line.startsWith('postgres:')) return /FATAL|PANIC/.test(line);
  return /error|warn|fail|fatal|panic|lost|restart|anew|ended|refus|cannot|could not|did not|away|back|again/i.test(
    line,
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// Whatever still holds the event loop, the stack is down: nothing is left to wait for.
process.exit();
