import { z } from 'zod';
import { invalidRequest } from '../airtable-error.ts';

const listSchema = z.object({
  pageSize: z.coerce.number().int().min(1).max(100).default(100),
  maxRecords: z.coerce.number().int().min(1).optional(),
  offset: z.string().optional(),
  view: z.string().optional(),
  filterByFormula: z.string().optional(),
  fields: z.array(z.string()).optional(),
  sort: z
    .array(z.object({ field: z.string(), direction: z.enum(['asc', 'desc']).default('asc') }))
    .optional(),
  cellFormat: z.enum(['json', 'string']).default('json'),
  timeZone: z.string().optional(),
  userLocale: z.string().optional(),
  returnFieldsByFieldId: z.preprocess((value) => value === true || value === 'true', z.boolean()),
});
export type ListParameters = z.infer<typeof listSchema>;

/** The parameters of a list call from its query or, for POST listRecords, its body. @throws AirtableError 422 */
export function parseListParameters(
  query: URLSearchParams,
  body: Readonly<Record<string, unknown>> = {},
): ListParameters {
  const values: Record<string, unknown> = { ...queryValues(query), ...body };
  // An older name that the official client still sends.
  values['pageSize'] ??= values['limit'];
  const parsed = listSchema.safeParse(
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
  );
  if (!parsed.success) throw invalidRequest();
  const { cellFormat, timeZone, userLocale } = parsed.data;
  if (cellFormat === 'string' && (!timeZone || !userLocale)) {
    throw invalidRequest('The timeZone and userLocale parameters are required when cellFormat is string');
  }
  return parsed.data;
}

function queryValues(query: URLSearchParams): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const sort: Record<string, string>[] = [];
  for (const [key, value] of query) {
    const [, name = key, index, property] = /^(\w+)\[(\d*)\](?:\[(\w+)\])?$/.exec(key) ?? [];
    if (property !== undefined) (sort[Number(index)] ??= {})[property] = value;
    else if (index !== undefined) values[name] = [...((values[name] as string[] | undefined) ?? []), value];
    else values[name] = value;
  }
  return sort.length > 0 ? { ...values, sort: sort.filter(Boolean) } : values;
}
