/** Cell values by field id. A webhook gives only those that changed. */
export type Cells = Record<string, unknown>;

interface TableChanges {
  createdRecordsById?: Record<string, { createdTime?: string; cellValuesByFieldId?: Cells }>;
  changedRecordsById?: Record<string, { current?: { cellValuesByFieldId?: Cells } }>;
  destroyedRecordIds?: string[];
  createdFieldsById?: Record<string, { name?: string; type?: string }>;
  changedFieldsById?: Record<string, { current?: { name?: string; type?: string } }>;
  destroyedFieldIds?: string[];
}

/** One entry of a webhook's payload log, as far as the mirror reads it. Source: Airtable's webhooks API. */
export interface Payload {
  timestamp: string;
  baseTransactionNumber: number;
  payloadFormat?: string;
  actionMetadata?: { source: string };
  changedTablesById?: Record<string, TableChanges>;
  destroyedTableIds?: string[];
  /** The webhook is dead: it has to be made anew, and the base to be scanned. */
  error?: boolean;
  code?: string;
}

/** Answer of `GET …/payloads`. `cursor` is the number of the payload after the last one given. */
export interface PayloadList {
  payloads: Payload[];
  cursor: number;
  mightHaveMore: boolean;
}
