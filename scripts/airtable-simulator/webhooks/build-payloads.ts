import { webhookCell } from '../records/cell-forms.ts';
import { changedFieldIds, type Change, type RecordChange } from '../records/record-changes.ts';
import type { BaseRecord, Field, Table } from '../schema.ts';
import { hasType, tableOf, type Entry, type Filters, type Includes } from './payload-entry.ts';
import type { Payload } from './payload.ts';
import { schemaEntry } from './schema-entry.ts';
import type { Specification } from './specification.ts';

/**
 * The payloads that `change` gives a webhook with this specification: none where its filters leave nothing, several
 * where it touches more than `recordLimit` records; those share transaction number, time and metadata.
 */
export function buildPayloads(change: Change, specification: Specification, recordLimit: number): Payload[] {
  const { filters, includes = {} } = specification.options;
  if (filters.fromSources && !(filters.fromSources as string[]).includes(change.action.source)) return [];
  const entries = [
    ...change.schema.flatMap((one) => schemaEntry(one, filters, includes) ?? []),
    ...(filters.dataTypes.includes('tableData')
      ? change.records.flatMap((one) => recordEntry(one, change, filters, includes) ?? [])
      : []),
  ];
  const payloads: Payload[] = [];
  for (let start = 0; start < entries.length; start += recordLimit) {
    const payload: Payload = {
      timestamp: new Date(change.at).toISOString(),
      baseTransactionNumber: change.number,
      actionMetadata: change.action,
      payloadFormat: 'v0',
    };
    for (const write of entries.slice(start, start + recordLimit)) write(payload);
    payloads.push(payload);
  }
  return payloads;
}

const CHANGE_TYPES = { created: 'add', changed: 'update', destroyed: 'remove' } as const;

function recordEntry(
  one: RecordChange,
  change: Change,
  filters: Filters,
  includes: Includes,
): Entry | undefined {
  const table = change.tables.find((candidate) => candidate.id === one.tableId);
  if (!table || !inScope(table, filters) || !hasType(filters, CHANGE_TYPES[one.kind])) {
    return undefined;
  }
  const { recordId } = one;
  const watched = filters.watchDataInFieldIds;
  const fields = watched ? table.fields.filter((field) => watched.includes(field.id)) : table.fields;
  const cells = (record: BaseRecord, of: readonly Field[]) =>
    Object.fromEntries(
      of.map((field) => [field.id, webhookCell(field, record.cells[field.id], change.nameOf)]),
    );
  const filled = (record: BaseRecord) =>
    cells(
      record,
      fields.filter((field) => field.id in record.cells),
    );

  switch (one.kind) {
    case 'created': {
      const values = filled(one.after);
      if (watched && Object.keys(values).length === 0) return undefined;
      return (payload) => {
        const created = (tableOf(payload, table.id).createdRecordsById ??= {});
        created[recordId] = { createdTime: one.after.createdTime, cellValuesByFieldId: values };
      };
    }
    case 'changed': {
      const ids = changedFieldIds(one.before, one.after);
      const changed = fields.filter((field) => ids.includes(field.id));
      if (changed.length === 0) return undefined;
      const include = includes.includeCellValuesInFieldIds;
      const unchanged = table.fields.filter(
        (field) =>
          !ids.includes(field.id) &&
          field.id in one.after.cells &&
          (include === 'all' || include?.includes(field.id)),
      );
      return (payload) => {
        const records = (tableOf(payload, table.id).changedRecordsById ??= {});
        records[recordId] = {
          current: { cellValuesByFieldId: cells(one.after, changed) },
          ...(includes.includePreviousCellValues
            ? { previous: { cellValuesByFieldId: cells(one.before, changed) } }
            : {}),
          ...(include ? { unchanged: { cellValuesByFieldId: cells(one.after, unchanged) } } : {}),
        };
      };
    }
    case 'destroyed':
      return watched
        ? undefined
        : (payload) => {
            (tableOf(payload, table.id).destroyedRecordIds ??= []).push(recordId);
          };
  }
}

function inScope(table: Table, filters: Filters): boolean {
  const scope = filters.recordChangeScope;
  return !scope || scope === table.id || scope === table.viewId;
}
