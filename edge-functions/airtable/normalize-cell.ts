import { z } from 'zod';
import { canonicalCell, CellErrorValue, type CanonicalCell } from './canonical-cell.ts';
import type { Column, ColumnKind } from './mapping.ts';

/** A column's value as Postgres takes it in JSON; null means cleared. */
export type ColumnValue = string | number | boolean | null;

/** Says in plain words why a cell cannot become its column's value. */
export class CellError extends Error {
  override name = 'CellError';
}

/** Numbers of a computed field may fill a text, as Airtable shows them. */
const Text = z.union([z.string(), z.number().transform(String)]);
const RecordId = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
/** As Airtable writes dates and times; what else JavaScript would take for one, Postgres might read as another. */
const IsoTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/)
  .transform((text) => new Date(text))
  .refine((date) => !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1)
  .transform((date) => date.toISOString());

/** Only what is alone in its list is meant: a lookup through one link, a select of one choice. */
const alone = (cell: CanonicalCell): unknown => (Array.isArray(cell) && cell.length === 1 ? cell[0] : cell);

/** Postgres stores no zero character, and no half of a surrogate pair. */
export const cleanText = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

/** "Pending review" is pending_review. */
export const valueOfChoice = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

interface Rule {
  expected: string;
  schema: z.ZodType<ColumnValue>;
}

const rules = new Map<ColumnKind, Rule>();

function ruleFor(type: ColumnKind): Rule {
  let rule = rules.get(type);
  if (!rule) rules.set(type, (rule = makeRule(type)));
  return rule;
}

function makeRule(type: ColumnKind): Rule {
  switch (type.kind) {
    case 'text':
      return {
        expected: `text of at most ${type.maxCharacters} characters`,
        schema: z
          .union([Text, z.array(Text).transform((parts) => parts.join(', '))])
          .pipe(z.string().max(type.maxCharacters).transform(cleanText)),
      };
    case 'integer':
      return {
        expected: `a number of at least ${type.min}`,
        schema: z.preprocess(alone, z.number().transform(Math.round).pipe(z.int().min(type.min))),
      };
    case 'boolean':
      return {
        expected: 'a checkbox',
        schema: z.preprocess(
          alone,
          z.union([z.literal(true), z.literal([0, 1]).transform((number) => number === 1)]),
        ),
      };
    case 'timestamp':
      return { expected: 'a date', schema: z.preprocess(alone, IsoTime) };
    case 'enum':
      return {
        expected: `a choice that the mirror knows (${type.values.join(', ')})`,
        schema: z.preprocess(alone, z.string().transform(valueOfChoice).pipe(z.enum(type.values))),
      };
    case 'choice':
      return { expected: 'a choice', schema: z.preprocess(alone, z.string().max(1000).transform(cleanText)) };
    case 'link':
      return {
        expected: 'a list of linked records',
        schema: z
          .array(RecordId.pipe(z.string().regex(/^rec[A-Za-z0-9]+$/)))
          .transform((ids) => ids[0] ?? null),
      };
  }
}

/**
 * Turns a cell of either form, the webhooks' or the REST API's, into its column's value. Throws `CellError` for what
 * cannot be one.
 */
export function normalizeCell(column: Column, cell: unknown): ColumnValue {
  const canonical = canonicalCell(cell);
  if (canonical === undefined) return null;
  const { expected, schema } = ruleFor(column.type);
  if (canonical !== null && !(canonical instanceof CellErrorValue)) {
    const parsed = schema.safeParse(canonical);
    if (parsed.success) return parsed.data;
  }
  const shown =
    canonical instanceof CellErrorValue
      ? `the formula’s error ${canonical.name}`
      : (JSON.stringify(canonical ?? cell) ?? String(cell));
  throw new CellError(cleanText(`${column.field}: ${shown.slice(0, 200)} is not ${expected}`));
}
