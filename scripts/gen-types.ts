/**
 * `npm run gen:types`: writes supabase/types/database.ts from the migrations, on a throwaway Postgres.
 * With --check it writes nothing and fails when the file is not what the migrations say.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import * as prettier from 'prettier';
import { writeGeneratedFile } from './generated-file.ts';
import { createProjectPostgres } from './stack/testing/project-postgres.ts';

const run = promisify(execFile);
const FILE = fileURLToPath(new URL('../supabase/types/database.ts', import.meta.url));
const SUPABASE = fileURLToPath(new URL('../node_modules/.bin/supabase', import.meta.url));

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

await using postgres = await createProjectPostgres();
const { stdout } = await run(
  SUPABASE,
  ['gen', 'types', 'typescript', `--remote=${postgres.url()}`, '--schema', 'public'],
  { env: { ...process.env, PGSSLMODE: 'disable', DO_NOT_TRACK: '1' }, maxBuffer: 16_000_000 },
);
const header = '// Generated from supabase/migrations by `npm run gen:types`. Do not edit.\n\n';
const types = await prettier.format(header + stdout, {
  ...(await prettier.resolveConfig(FILE)),
  filepath: FILE,
});

writeGeneratedFile('supabase/types/database.ts', types, {
  command: 'npm run gen:types',
  check: values.check,
});
