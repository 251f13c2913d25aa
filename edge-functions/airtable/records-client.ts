import Airtable from 'airtable';
import { z } from 'zod';
import { AirtableError, QuotaError } from './airtable-error.ts';
import { callAirtable, inTurn, type AirtableOptions } from './airtable-http.ts';
import type { Cells } from './payload.ts';

const RecordPage = z.object({
  records: z.array(
    z.object({
      id: z.string(),
      createdTime: z.string(),
      fields: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  offset: z.string().optional(),
});

/** A record as REST gives it: whole, without its empty cells, by field id. */
export interface SourceRecord {
  id: string;
  createdTime: string;
  fields: Cells;
}

export interface RecordPage {
  records: SourceRecord[];
  /** Of the next page; undefined on the last one. */
  offset?: string | undefined;
}

/** Reads records, through the `airtable` package. Rejects with `AirtableError`. */
export interface RecordsClient {
  /**
   * One page of 100. Fields are asked for by id: one that was deleted answers 422 `UNKNOWN_FIELD_NAME`, where leaving
   * it out would look as if its cells had been cleared. An offset that died answers 422
   * `LIST_RECORDS_ITERATOR_NOT_AVAILABLE`.
   */
  listRecords(
    baseId: string,
    tableId: string,
    fieldIds: readonly string[],
    offset?: string,
  ): Promise<RecordPage>;
  /** At most 100 records by id, in one request. What is not there is not in the answer. */
  readRecords(
    baseId: string,
    tableId: string,
    fieldIds: readonly string[],
    ids: readonly string[],
  ): Promise<SourceRecord[]>;
  /**
   * Changes at most 10 records, or with `mergeOn` (a field's id) makes those that there are none of with the same value.
   * Once: whether a call whose answer was lost has been carried out, only a look can tell. Not after `freshUntil`, by
   * `performance.now()`. Returns the records as they are then.
   */
  writeRecords(
    baseId: string,
    tableId: string,
    records: readonly { id?: string; fields: Cells }[],
    options: { mergeOn?: string | undefined; freshUntil: number },
  ): Promise<SourceRecord[]>;
}

type Query = Record<string, string | number | boolean | readonly string[]>;

const TIMEOUT_MS = 20_000;
const PAGE_SIZE = 100;

/**
 * `makeRequest` and not `select`: that one refuses the string offsets which the API gives, and never settles when a
 * body is not JSON.
 */
export function createRecordsClient(options: AirtableOptions): RecordsClient {
  const airtable = new Airtable({
    apiKey: options.apiKey,
    endpointUrl: options.apiUrl,
    // It would retry without end, and not wait for the 30 s.
    noRetryIfRateLimited: true,
    requestTimeout: TIMEOUT_MS,
  });

  const request = async (baseId: string, tableId: string, query: Query): Promise<RecordPage> => {
    const answer = await withinTime(
      airtable
        .base(baseId)
        .makeRequest({ path: `/${tableId}`, qs: query })
        .then(({ body }): unknown => body),
      TIMEOUT_MS,
    ).catch(async (error: unknown) => {
      const { status } = asAirtableError(error);
      if (status !== 422 && status !== 429) throw asAirtableError(error);
      // The package keeps the reason to itself: an iterator that died, a field that is gone, a pause or a quota that is
      // used up. The same call says which.
      const arrived = await options.limiter.take(baseId);
      return callAirtable(options, { path: `${baseId}/${tableId}?${queryString(query)}` }).finally(arrived);
    });
    const parsed = RecordPage.safeParse(answer);
    if (!parsed.success)
      throw new AirtableError(200, 'Airtable answered with something that is not a page of records');
    return parsed.data;
  };
  const list = (baseId: string, tableId: string, query: Query): Promise<RecordPage> =>
    inTurn(options.limiter, baseId, () =>
      request(baseId, tableId, { pageSize: PAGE_SIZE, returnFieldsByFieldId: true, ...query }),
    );

  const write = async (
    baseId: string,
    tableId: string,
    body: Record<string, unknown>,
  ): Promise<RecordPage> => {
    const answer = await withinTime(
      airtable
        .base(baseId)
        .makeRequest({ method: 'PATCH', path: `/${tableId}`, body })
        .then(({ body: records }): unknown => records),
      TIMEOUT_MS,
    ).catch(async (error: unknown) => {
      const known = asAirtableError(error);
      if (known.status !== 429) throw known;
      // Refused, so not carried out. The same call says whether a quota is used up.
      const arrived = await options.limiter.take(baseId);
      const call = { method: 'PATCH' as const, path: `${baseId}/${tableId}`, body };
      return callAirtable(options, call).finally(arrived);
    });
    const parsed = RecordPage.safeParse(answer);
    if (!parsed.success)
      throw new AirtableError(200, 'Airtable did not answer with the records that it wrote');
    return parsed.data;
  };

  return {
    async writeRecords(baseId, tableId, records, { mergeOn, freshUntil }) {
      const arrived = await options.limiter.take(baseId);
      try {
        if (performance.now() > freshUntil)
          throw new AirtableError(0, 'It took too long until the turn came; it is looked at again');
        const upsert = mergeOn === undefined ? {} : { performUpsert: { fieldsToMergeOn: [mergeOn] } };
        return (await write(baseId, tableId, { records, returnFieldsByFieldId: true, ...upsert })).records;
      } catch (error) {
        const refused = error instanceof AirtableError && error.status === 429;
        if (refused && !(error instanceof QuotaError)) await options.limiter.pause(baseId);
        throw error;
      } finally {
        await arrived();
      }
    },
    listRecords: (baseId, tableId, fields, offset) =>
      list(baseId, tableId, { fields, ...(offset === undefined ? {} : { offset }) }),
    async readRecords(baseId, tableId, fields, ids) {
      const formula = `OR(${ids.map((id) => `RECORD_ID()="${id}"`).join(',')})`;
      return (await list(baseId, tableId, { fields, filterByFormula: formula })).records;
    },
  };
}

function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'object') for (const item of value) search.append(`${name}[]`, item);
    else search.append(name, String(value));
  }
  return search.toString();
}

function asAirtableError(error: unknown): AirtableError {
  if (error instanceof AirtableError) return error;
  // The package throws plain objects.
  const {
    statusCode,
    error: type,
    message,
  } = error as { statusCode?: unknown; error?: unknown; message?: unknown };
  return new AirtableError(
    typeof statusCode === 'number' ? statusCode : 0,
    `Airtable: ${typeof message === 'string' ? message : 'the request failed'}`,
    { type: typeof type === 'string' ? type : undefined },
  );
}

/** The package's own limit ends with the headers; a body may begin and never end. */
async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AirtableError(0, 'Airtable did not finish its answer')),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
