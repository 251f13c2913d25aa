/**
 * `npm run gen:schema`: writes supabase/schema.sql from the migrations, on a throwaway Postgres.
 * With --check it writes nothing and fails when the file is not what the migrations say.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { writeGeneratedFile } from './generated-file.ts';
import { schemaSnapshot } from './schema/schema-snapshot.ts';
import { createProjectPostgres } from './stack/testing/project-postgres.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

await using postgres = await createProjectPostgres();
const client = new pg.Client({ connectionString: postgres.url() });
await client.connect();
const snapshot = await schemaSnapshot(client).finally(() => client.end());
writeGeneratedFile('supabase/schema.sql', snapshot, { command: 'npm run gen:schema', check: values.check });
