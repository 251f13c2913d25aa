import type { ChangesBinding } from '../channel/join-config.ts';
import { parseFilters, type ColumnFilter } from './postgres-changes-filter.ts';

/** An entry of a join's `postgres_changes` with the number that its changes will carry. */
export interface NumberedBinding {
  id: number;
  params: ChangesBinding;
}

/** What one entry listens to. `*` stands for all. */
export interface ParsedBinding {
  id: number;
  event: '*' | 'INSERT' | 'UPDATE' | 'DELETE';
  schema: string;
  table: string;
  filters: ColumnFilter[];
  /** null for all columns. */
  select: string[] | null;
}

const EVENTS = ['INSERT', 'UPDATE', 'DELETE'] as const;

/** Equal entries get equal numbers, whoever sends them: their changes can then share one frame. */
export function bindingsWithIds(bindings: ChangesBinding[]): NumberedBinding[] {
  return bindings.map((params) => ({ id: hash(JSON.stringify(params)), params }));
}

/** @throws {Error} with the platform's words when the entry cannot be read. */
export function parseBinding({ id, params }: NumberedBinding): ParsedBinding {
  const { schema, table, filter, select } = params;
  if (typeof schema !== 'string' && typeof table !== 'string') {
    throw new Error(
      `No subscription params provided. Please provide at least a \`schema\` or \`table\` to subscribe to: ${JSON.stringify(params)}`,
    );
  }
  const binding = {
    id,
    event: readEvent(params.event),
    schema: typeof schema === 'string' ? schema : 'public',
    table: typeof table === 'string' ? table : '*',
    filters: readFilters(filter),
    select: readSelect(select),
  };
  if (binding.select && (binding.schema === '*' || binding.table === '*')) {
    throw new Error(
      'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.',
    );
  }
  return binding;
}

/** The entry as the platform writes it into its errors. */
export function describeBinding({ event, schema, table, filters, select }: ParsedBinding): string {
  const conditions = filters.map((f) => `{"${f.column}", "${f.operator}", "${f.value}", ${f.negate}}`);
  const columns = select ? JSON.stringify(select) : 'nil';
  return `[event: ${event}, schema: ${schema}, table: ${table}, filters: [${conditions.join(', ')}], select: ${columns}]`;
}

function readEvent(event: unknown): ParsedBinding['event'] {
  const wanted = typeof event === 'string' ? event.toUpperCase() : '';
  return EVENTS.find((known) => known === wanted) ?? '*';
}

function readFilters(filter: unknown): ColumnFilter[] {
  if (typeof filter !== 'string') return [];
  try {
    return parseFilters(filter);
  } catch (error) {
    throw new Error(`Error parsing \`filter\` params: ${(error as Error).message}`, { cause: error });
  }
}

function readSelect(select: unknown): string[] | null {
  if (typeof select === 'string') {
    throw new Error(
      'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]',
    );
  }
  const names = Array.isArray(select) ? select.filter((name) => typeof name === 'string') : [];
  return names.length > 0 ? names : null;
}

/** FNV-1a, 27 bits: small enough to be an exact number everywhere. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of Buffer.from(text)) value = Math.imul(value ^ char, 0x01000193);
  return value >>> 5;
}
