/**
 * `npm run seed:full`: empties the database, applies migrations and seed, makes the demo accounts through Auth, and holds
 * what is there then against what the seed is to be. Exits with 1 and says what failed.
 *
 * The project is the running local stack, or the one of API_URL, DB_URL and SECRET_KEY (DEMO_PASSWORD for another
 * password). One that others can reach needs --yes: its data go, and accounts with a known password come.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { checkTable, type Check } from './seed/full/check.ts';
import { checkRows } from './seed/full/check-rows.ts';
import { checkSignIns } from './seed/full/check-sign-ins.ts';
import { giveRoles } from './seed/full/give-roles.ts';
import { makeAccounts, requireAdmin } from './seed/full/make-accounts.ts';
import { readSeedTarget, type SeedTarget } from './seed/full/seed-target.ts';
import { generateBase } from './seed/generate-base.ts';
import { PEOPLE } from './seed/people.ts';
import { resetDatabase, resetStack } from './stack/reset-stack.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

async function reset({ stack, databaseUrl }: SeedTarget): Promise<void> {
  if (stack) return resetStack(stack, console.log);
  await resetDatabase(databaseUrl);
  console.log('Migrations and seed applied. Connect the base again: npm run airtable:connect');
}

async function makePeople(target: SeedTarget, sql: postgres.Sql): Promise<void> {
  const accounts = await makeAccounts(PEOPLE, target);
  await giveRoles(sql, accounts);
  const made = accounts.filter(({ state }) => state === 'made').length;
  console.log(`Accounts: ${made} made, ${accounts.length - made} were there and have the password now.`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { dir: { type: 'string', default: '.local' }, yes: { type: 'boolean', default: false } },
  });
  const target = readSeedTarget(process.env, resolve(ROOT, values.dir));
  if (target.remote && !values.yes) {
    throw new Error(
      `${new URL(target.databaseUrl).hostname} is not this machine: all its data would go. Add --yes to mean it.`,
    );
  }
  if (!target.stack) await requireAdmin(target);
  await reset(target);
  const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
  let checks: Check[];
  try {
    await makePeople(target, sql);
    checks = await checkRows(sql, generateBase());
  } finally {
    await sql.end();
  }
  checks.push(...(await checkSignIns(PEOPLE, { ...target, apiKey: target.secretKey })));

  console.log(checkTable(checks));
  const failed = checks.filter(({ ok }) => !ok);
  for (const { what, expected, found } of failed)
    console.error(`${what}: expected ${expected}, found ${found}`);
  console.log(
    failed.length === 0
      ? `All ${checks.length} checks hold.`
      : `${failed.length} of ${checks.length} failed.`,
  );
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
