import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStack, type Stack } from './stack/create-stack.ts';
import { createTempFolder } from './stack/testing/temp-folder.ts';

const run = promisify(execFile);
const SEED_FULL = fileURLToPath(new URL('seed-full.ts', import.meta.url));
const folder = createTempFolder();
let stack: Stack;

beforeAll(async () => {
  stack = await createStack({
    stateDir: folder.path,
    ports: { api: 0, db: 0, airtable: 0, web: 0 },
    web: 'none',
    unsafeFast: true,
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test('npm run seed:full → whatever was there is gone, the base is connected, people sign in, all checks hold', async () => {
  const sql = postgres(stack.env.DB_URL, { max: 1, onnotice: () => {} });
  await sql`insert into organizations (name) values ('Left over')`;
  await sql`update auth.users set encrypted_password = 'nobody knows'`;
  await sql`delete from airtable.webhooks`;

  const { stdout } = await run(process.execPath, [SEED_FULL, '--dir', folder.path]);
  expect(stdout).toMatch(/Accounts: 0 made, 5 were there/);
  expect(stdout).toMatch(/ok +public signals +25 % to 35 % +30 %/);
  expect(stdout).toMatch(/ok +west@civstart\.test signs in +region:west +region:west/);
  expect(stdout).toMatch(/All \d+ checks hold\./);
  expect(stdout).not.toContain('FAILED');
  expect(await sql`select from organizations where name = 'Left over'`).toHaveLength(0);
  expect(await sql`select from airtable.webhooks`).toHaveLength(1);
  await sql.end();
});

test('a project of the environment with a wrong key → exit 1 with the reason, and nothing is lost', async () => {
  const { API_URL, DB_URL } = stack.env;
  const sql = postgres(DB_URL, { max: 1, onnotice: () => {} });
  await sql`insert into organizations (name) values ('Dear to somebody')`;
  const failed = await run(process.execPath, [SEED_FULL], {
    env: { ...process.env, API_URL, DB_URL, SECRET_KEY: 'sb_secret_of_somebody_else' },
  }).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not take the secret key') as string,
  });
  expect(await sql`select from organizations where name = 'Dear to somebody'`).toHaveLength(1);
  await sql.end();
});

test('a project of the environment → seeded, with another password where one is set', async () => {
  const { API_URL, DB_URL, SECRET_KEY } = stack.env;
  const { stdout } = await run(process.execPath, [SEED_FULL], {
    env: { ...process.env, API_URL, DB_URL, SECRET_KEY, DEMO_PASSWORD: 'not the usual one' },
  });
  expect(stdout).toMatch(/All \d+ checks hold\./);
  expect(stdout).toContain('npm run airtable:connect');
});

test('a database on another machine without --yes → refused before anything is asked of it', async () => {
  const failed = await run(process.execPath, [SEED_FULL], {
    env: {
      ...process.env,
      API_URL: 'https://project.invalid',
      DB_URL: 'postgresql://postgres:x@db.project.invalid/postgres',
      SECRET_KEY: 'x',
    },
  }).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Add --yes to mean it') as string,
  });
});
