import type { Action } from '../records/record-changes.ts';

type CellsByFieldId = Record<string, unknown>;

export interface TablePayload {
  createdRecordsById?: Record<string, { createdTime: string; cellValuesByFieldId: CellsByFieldId }>;
  changedRecordsById?: Record<
    string,
    {
      current: { cellValuesByFieldId: CellsByFieldId };
      previous?: { cellValuesByFieldId: CellsByFieldId };
      unchanged?: { cellValuesByFieldId: CellsByFieldId };
    }
  >;
  destroyedRecordIds?: string[];
  createdFieldsById?: Record<string, { name: string; type: string }>;
  changedFieldsById?: Record<string, { current: FieldPayload; previous?: FieldPayload }>;
  destroyedFieldIds?: string[];
  changedMetadata?: { current: { name?: string }; previous: { name?: string } };
}
export interface FieldPayload {
  name?: string;
  type?: string;
}

/** One entry of a webhook's log, in Airtable's format `v0`. */
export interface Payload {
  timestamp: string;
  baseTransactionNumber: number;
  payloadFormat: 'v0';
  actionMetadata?: Action;
  changedTablesById?: Record<string, TablePayload>;
  createdTablesById?: Record<
    string,
    { metadata: { name: string }; fieldsById: Record<string, unknown>; recordsById: object }
  >;
  destroyedTableIds?: string[];
  error?: true;
  code?: string;
}
