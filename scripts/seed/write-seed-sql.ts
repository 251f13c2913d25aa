// node scripts/seed/write-seed-sql.ts [--check]: writes supabase/seed.sql, or says whether it is as it should be.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateBase } from './generate-base.ts';
import { PEOPLE } from './people.ts';
import { peopleSql } from './people-sql.ts';
import { seedSql } from './seed-sql.ts';

const target = new URL('../../supabase/seed.sql', import.meta.url);

const wanted = seedSql(generateBase(), peopleSql(PEOPLE));
const found = existsSync(target) ? readFileSync(target, 'utf8') : '';

if (wanted === found) {
  console.log('supabase/seed.sql is up to date');
} else if (process.argv.includes('--check')) {
  console.error('supabase/seed.sql differs from the generator: run `node scripts/seed/write-seed-sql.ts`');
  process.exitCode = 1;
} else {
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, wanted);
  console.log('supabase/seed.sql written');
}
