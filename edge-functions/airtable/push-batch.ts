import { AirtableError, isMissing } from './airtable-error.ts';
import { bindTables, type BoundTable } from './bindings.ts';
import { checkSchema } from './check-schema.ts';
import type { ColumnValue } from './normalize-cell.ts';
import type { Ports } from './ports.ts';
import type { Pusher } from './pusher.ts';
import type { Cells } from './payload.ts';
import type { Claim, FoundRecord, PushedCell, PushedRow, WrittenRecord } from './push-store.ts';
import { readCells } from './read-cells.ts';
import type { SourceRecord } from './records-client.ts';
import { UNKNOWN_FIELD } from './reread-records.ts';
import { writeCell } from './write-cell.ts';
import { joined, makeOrChange, type Outcome, type Write } from './write-records.ts';

/** What was decided upon is older than this: somebody else may have the lease by now. */
const FRESH_MS = 10_000;
const PARENT_WAIT_MS = 1_000;
const PARKED_MS = 3_600_000;
const UNKNOWN_CHOICE = 'INVALID_MULTIPLE_CHOICE_OPTIONS';

/** Sends one claim: makes records, or changes those that have not moved. Rejects with what stands in the way of all. */
export async function pushBatch(ports: Ports, pusher: Pusher, claim: Claim): Promise<void> {
  const { outbox, store } = ports;
  const { baseId, holder } = pusher;
  const bound = bindTables(await store.loadBindings(baseId)).get(claim.tableId);
  if (!bound) throw new AirtableError(0, 'The table is bound to nothing any more');

  const waiting = claim.rows.filter(({ cells }) => cells.some(({ value }) => isWaiting(value)));
  if (waiting.length > 0) {
    await outbox.release(baseId, holder, idsOf(waiting), {
      ms: PARENT_WAIT_MS,
      reason: 'Waits until the record that it links to has been made in Airtable',
    });
  }
  let rows = claim.rows.filter((row) => !waiting.includes(row));
  if (claim.creation) rows = await makeRecords(ports, pusher, claim, bound, rows);

  const unmade = rows.filter(({ recordId }) => recordId === null);
  if (unmade.length > 0) {
    const reason = 'Waits until its record has been made in Airtable';
    await outbox.release(baseId, holder, idsOf(unmade), { ms: PARKED_MS, reason, parked: true });
  }
  await changeRecords(
    ports,
    pusher,
    claim,
    bound,
    rows.filter(({ recordId }) => recordId !== null),
  );
}

const idsOf = (rows: readonly PushedRow[]): string[] => rows.map(({ rowId }) => rowId);
const isWaiting = (value: unknown): boolean => typeof value === 'object' && value !== null;

async function changeRecords(
  ports: Ports,
  pusher: Pusher,
  claim: Claim,
  bound: BoundTable,
  rows: readonly PushedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { outbox, records } = ports;
  const { baseId, holder } = pusher;
  const fields = [...new Set(rows.flatMap(({ cells }) => cells.map(({ fieldId }) => fieldId)))];
  let there: SourceRecord[] = [];
  try {
    const ids = rows.flatMap(({ recordId }) => recordId ?? []);
    if (fields.length > 0) there = await records.readRecords(baseId, claim.tableId, fields, ids);
  } catch (error) {
    if (error instanceof AirtableError && (error.type === UNKNOWN_FIELD || isMissing(error)))
      await checkSchema(ports, baseId);
    throw error;
  }
  const byId = new Map(there.map((record) => [record.id, record]));
  const found: FoundRecord[] = [];
  const absent: string[] = [];
  for (const { rowId, recordId } of rows) {
    const record = byId.get(recordId ?? '');
    if (record) found.push({ row_id: rowId, values: readable(bound, record, fields) });
    else absent.push(rowId);
  }
  const sends = await outbox.decide(baseId, holder, found, absent);
  const freshUntil = performance.now() + FRESH_MS;

  const write = (columnsOf: ReadonlyMap<string, ReadonlySet<string>>): Promise<Outcome> => {
    const writes = rows.flatMap((row): Write[] => {
      const columns = columnsOf.get(row.rowId);
      if (!columns || row.recordId === null) return [];
      const now = byId.get(row.recordId)?.fields ?? {};
      const cells = row.cells.filter(({ column }) => columns.has(column));
      const fields = cellsOf(bound, cells, now, pusher.choices);
      return [{ row, recordId: row.recordId, fields, columns: cells.map(({ column }) => column) }];
    });
    return makeOrChange(ports, baseId, claim, writes, freshUntil);
  };
  let outcome = await write(sends);
  const misnamed = outcome.refused.filter(({ type }) => type === UNKNOWN_CHOICE);
  if (misnamed.length > 0) {
    pusher.choices = await loadChoices(ports, baseId);
    const again = await write(new Map(misnamed.map(({ row_id, columns }) => [row_id, new Set(columns)])));
    outcome = {
      written: joined([...outcome.written, ...again.written]),
      refused: [...outcome.refused.filter((one) => !misnamed.includes(one)), ...again.refused],
    };
  }
  await note(ports, pusher, bound, outcome, false);
}

/** Returns the rows whose cells have to be held against what is there. */
async function makeRecords(
  ports: Ports,
  pusher: Pusher,
  claim: Claim,
  bound: BoundTable,
  rows: readonly PushedRow[],
): Promise<PushedRow[]> {
  const { outbox } = ports;
  const { baseId, holder } = pusher;
  const liveId = claim.liveId ?? '';
  const freshUntil = performance.now() + FRESH_MS;
  const whole = (row: PushedRow): Write => ({
    row,
    fields: { [liveId]: row.rowId, ...cellsOf(bound, row.cells, {}, pusher.choices) },
    columns: row.cells.map(({ column }) => column),
  });
  const bare = (row: PushedRow): Write => ({ row, fields: { [liveId]: row.rowId }, columns: [] });

  const fresh = rows.filter(({ recordId, attempts }) => recordId === null && attempts === 1);
  const first = await makeOrChange(ports, baseId, claim, fresh.map(whole), freshUntil, { split: false });
  await note(ports, pusher, bound, { ...first, refused: [] }, true);

  // What was tried before, or has a cell that is refused: that there is a record comes first, its cells one by one after.
  const refused = new Set(first.refused.map(({ row_id }) => row_id));
  const again = rows.filter(
    ({ rowId, recordId, attempts }) => recordId === null && (attempts > 1 || refused.has(rowId)),
  );
  const second = await makeOrChange(ports, baseId, claim, again.map(bare), freshUntil);
  for (const { row_id: rowId, error } of second.refused)
    await outbox.release(baseId, holder, [rowId], { ms: PARKED_MS, reason: error, parked: true });
  await outbox.adopt(
    baseId,
    holder,
    second.written.map(({ row, record }) => ({
      row_id: row.rowId,
      record_id: record.id,
      made_at: record.createdTime,
    })),
  );
  const made = second.written.map(({ row, record }) => ({ ...row, recordId: record.id }));
  return [...rows.filter(({ recordId }) => recordId !== null), ...made];
}

async function note(
  { outbox }: Ports,
  { baseId, holder, push }: Pusher,
  bound: BoundTable,
  { written, refused }: Outcome,
  creation: boolean,
): Promise<void> {
  if (written.length + refused.length === 0) return;
  const notes = written.map(({ row, record, columns }): WrittenRecord => ({
    row_id: row.rowId,
    record_id: record.id,
    made_at: creation ? record.createdTime : null,
    values: only(readCells(bound, record.fields, true).values, columns),
  }));
  await outbox.record(baseId, holder, notes, refused);
  push.written += written.length;
  push.refused += new Set(refused.map(({ row_id }) => row_id)).size;
}

type Choices = ReadonlyMap<string, readonly string[]>;

/** Read only once a choice was refused: mostly they are called as here. */
async function loadChoices({ airtable }: Ports, baseId: string): Promise<Choices> {
  const fields = await airtable.listFields(baseId);
  return new Map(fields.map(({ field_id, choices = [] }) => [field_id, choices]));
}

function cellsOf(
  bound: BoundTable,
  cells: readonly PushedCell[],
  there: Cells,
  choices: Choices = new Map(),
): Cells {
  return Object.fromEntries(
    cells.flatMap(({ fieldId, value }) => {
      const field = bound.fields.get(fieldId);
      if (!field) return [];
      const known = choices.get(fieldId);
      return [[fieldId, writeCell(field.column, value as ColumnValue, there[fieldId], known)]];
    }),
  );
}

/** Of the fields that were asked for: whole, so that a gap is an empty cell. What cannot be read is left out. */
function readable(bound: BoundTable, record: SourceRecord, fields: readonly string[]): Values {
  const columns = fields.flatMap((id) => bound.fields.get(id)?.columnName ?? []);
  return only(readCells(bound, record.fields, true).values, columns);
}

type Values = Record<string, ColumnValue>;

const only = (values: Values, columns: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([column]) => columns.includes(column)));
