import { z } from 'zod';
import { AirtableError, invalidRequest } from '../airtable-error.ts';
import type { Fields } from '../records/transaction.ts';

const RECORDS_PER_CALL = 10;
const fieldsSchema = z.record(z.string(), z.unknown());

/** The records of a batch call. @throws AirtableError 422 unless there are one to ten */
export function recordsOf(body: Readonly<Record<string, unknown>>, verb: string): Record<string, unknown>[] {
  const list = body['records'];
  if (
    !Array.isArray(list) ||
    !list.every((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
  ) {
    throw new AirtableError(
      422,
      'INVALID_REQUEST_MISSING_FIELDS',
      'Could not find field "records" in the request body',
    );
  }
  checkCount(list.length, verb);
  return list;
}

export function checkCount(count: number, verb: string): void {
  if (count >= 1 && count <= RECORDS_PER_CALL) return;
  throw new AirtableError(
    422,
    'INVALID_RECORDS',
    `A maximum of ${RECORDS_PER_CALL} records can be ${verb} per request but you have provided ${count}.`,
  );
}

/** The fields of one record. @throws AirtableError 422 */
export function fieldsOf(input: Readonly<Record<string, unknown>>): Fields {
  if (input['fields'] === undefined) {
    throw new AirtableError(
      422,
      'INVALID_REQUEST_MISSING_FIELDS',
      'Could not find field "fields" in the request body',
    );
  }
  return parseInput(fieldsSchema, input['fields']);
}

/** @throws AirtableError 422 where `value` has another form */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest();
  return parsed.data;
}
