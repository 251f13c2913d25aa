import type { Cells, Payload } from './payload.ts';

/** A cell that holds what a canary may have written. Whether it is the one that is waited for, the database decides. */
export interface CanaryProof {
  table_id: string;
  field_id: string;
  record_id: string;
  nonce: string;
}

const NONCE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC · [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A value that was never written before. It begins with the time: whoever looks into the table sees when it was. */
export function createNonce(now = new Date()): string {
  return `${now.toISOString().slice(0, 19).replace('T', ' ')} UTC · ${crypto.randomUUID()}`;
}

/** The cells of these payloads, of any table, that look as if a canary had written them. */
export function canaryProofs(payloads: readonly Payload[]): CanaryProof[] {
  const proofs: CanaryProof[] = [];
  for (const { changedTablesById = {} } of payloads) {
    for (const [table_id, table] of Object.entries(changedTablesById)) {
      const look = (record_id: string, cells: Cells = {}): void => {
        for (const [field_id, nonce] of Object.entries(cells)) {
          if (typeof nonce === 'string' && NONCE.test(nonce))
            proofs.push({ table_id, field_id, record_id, nonce });
        }
      };
      for (const [id, record] of Object.entries(table.createdRecordsById ?? {}))
        look(id, record.cellValuesByFieldId);
      for (const [id, record] of Object.entries(table.changedRecordsById ?? {}))
        look(id, record.current?.cellValuesByFieldId);
    }
  }
  return proofs;
}
