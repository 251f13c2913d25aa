import type pg from 'pg';
import { OUR_SCHEMAS, readParts } from './catalog.ts';
import * as schemaQueries from './schema-queries.ts';
import * as tableQueries from './table-queries.ts';

const HEADER = `-- What the migrations add up to, as the database's own catalogs say it.
-- Written by \`npm run gen:schema\`, to be read and to be compared in a review. Not to be run: the migrations are.`;

/**
 * Everything that our migrations made, as SQL to read: types, tables with all that hangs on them, views, functions,
 * grants. The same database gives the same text. Throws when there is a kind of thing that it has no words for.
 */
export async function schemaSnapshot(client: pg.Client): Promise<string> {
  await client.query('begin read only');
  try {
    // Every name is written with its schema.
    await client.query(`set local search_path = ''`);
    const unknown = await readParts(client, schemaQueries.UNKNOWN);
    if (unknown.length > 0) {
      const names = unknown.map(({ text }) => text).join(', ');
      throw new Error(`The schema snapshot has no words for ${names}. Give it some in scripts/schema.`);
    }
    return await writeSnapshot((query) => readGroups(client, query));
  } finally {
    await client.query('rollback');
  }
}

type Groups = Map<string, string[]>;

async function readGroups(client: pg.Client, query: string): Promise<Groups> {
  const groups: Groups = new Map();
  for (const { of, text } of await readParts(client, query)) {
    groups.set(of, [...(groups.get(of) ?? []), text]);
  }
  return groups;
}

async function writeSnapshot(read: (query: string) => Promise<Groups>): Promise<string> {
  const schemas = [await read(schemaQueries.SCHEMAS), await read(schemaQueries.SCHEMA_GRANTS)];
  const types = await read(schemaQueries.TYPES);
  const tables = await read(tableQueries.TABLE_NAMES);
  const columns = await read(tableQueries.COLUMNS);
  const constraints = await read(tableQueries.CONSTRAINTS);
  const views = await read(tableQueries.VIEWS);
  const hangingOn = [
    await read(tableQueries.COMMENTS),
    await read(tableQueries.INDEXES),
    await read(tableQueries.ROW_SECURITY),
    await read(tableQueries.POLICIES),
    await read(tableQueries.TRIGGERS),
    await read(tableQueries.TABLE_GRANTS),
  ];
  const functions = await read(schemaQueries.FUNCTION_NAMES);
  const ofFunctions = [await read(schemaQueries.FUNCTION_BODIES), await read(schemaQueries.FUNCTION_GRANTS)];

  const blocks: string[][] = [
    [HEADER],
    [heading('defaults'), ...[...(await read(schemaQueries.DEFAULT_GRANTS)).values()].flat()],
  ];
  for (const schema of OUR_SCHEMAS) {
    const inSchema = (groups: Groups): [string, string[]][] =>
      [...groups].filter(([of]) => of.startsWith(`${schema}.`));
    blocks.push(
      [heading(`schema ${schema}`), ...all(schemas, schema)],
      ...all([types], schema).map((type) => [type]),
    );
    for (const [table, [create]] of inSchema(tables)) {
      const lines = all([columns, constraints], table).map((line) => `  ${line}`);
      blocks.push([`${create} (\n${lines.join(',\n')}\n);`, ...all(hangingOn, table)]);
    }
    for (const [view, create] of inSchema(views)) blocks.push([...create, ...all(hangingOn, view)]);
    for (const name of functions.get(schema) ?? []) blocks.push(all(ofFunctions, name));
  }
  const theirs = new Set(hangingOn.flatMap((groups) => [...groups.keys()]));
  for (const ours of [...tables.keys(), ...views.keys()]) theirs.delete(ours);
  blocks.push(
    [heading("on the platform's tables")],
    ...[...theirs].sort().map((table) => all(hangingOn, table)),
  );
  return blocks.map((block) => block.join('\n') + '\n').join('\n');
}

function all(groups: readonly Groups[], of: string): string[] {
  return groups.flatMap((group) => group.get(of) ?? []);
}

function heading(title: string): string {
  return `-- ${title} `.padEnd(100, '-');
}
