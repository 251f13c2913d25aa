import { z } from 'zod';
import { AirtableError } from '../airtable-error.ts';
import type { Table } from '../schema.ts';

const sources = z.enum([
  'client',
  'publicApi',
  'formSubmission',
  'formPageSubmission',
  'automation',
  'system',
  'sync',
  'anonymousUser',
]);

export const specificationSchema = z.strictObject({
  options: z.strictObject({
    filters: z.strictObject({
      dataTypes: z.array(z.enum(['tableData', 'tableFields', 'tableMetadata'])).min(1),
      recordChangeScope: z.string().optional(),
      changeTypes: z.array(z.enum(['add', 'remove', 'update'])).optional(),
      fromSources: z.array(sources).optional(),
      watchDataInFieldIds: z.array(z.string()).optional(),
      watchSchemasOfFieldIds: z.array(z.string()).optional(),
    }),
    includes: z
      .strictObject({
        includeCellValuesInFieldIds: z.union([z.literal('all'), z.array(z.string())]).nullish(),
        includePreviousCellValues: z.boolean().optional(),
        includePreviousFieldDefinitions: z.boolean().optional(),
      })
      .optional(),
  }),
});

export type Specification = z.infer<typeof specificationSchema>;

/** Refuses filters that name a table or field which the base does not have. @throws AirtableError 422 */
export function checkFilters(specification: Specification, tables: readonly Table[]): void {
  const {
    recordChangeScope,
    watchDataInFieldIds = [],
    watchSchemasOfFieldIds = [],
  } = specification.options.filters;
  const fieldIds = new Set(tables.flatMap((table) => table.fields.map((field) => field.id)));
  const unknownField = [...watchDataInFieldIds, ...watchSchemasOfFieldIds].find((id) => !fieldIds.has(id));
  const known = tables.some((table) => table.id === recordChangeScope || table.viewId === recordChangeScope);
  if (unknownField !== undefined || (recordChangeScope !== undefined && !known)) {
    throw new AirtableError(
      422,
      'INVALID_FILTERS',
      `Filters name ${unknownField ?? recordChangeScope}, which does not exist`,
    );
  }
}

/** True when a field or table that the filters rest on is gone: such a hook goes into error for good. */
export function lostItsGround(specification: Specification, tables: readonly Table[]): boolean {
  try {
    checkFilters(specification, tables);
    return false;
  } catch (error) {
    if (error instanceof AirtableError) return true;
    throw error;
  }
}
