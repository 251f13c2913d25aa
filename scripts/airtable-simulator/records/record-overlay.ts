import type { BaseRecord, Cell } from '../schema.ts';
import type { SimulatorState } from '../simulator-state.ts';
import { changedFieldIds, type RecordChange } from './record-changes.ts';

const ORDER = ['created', 'changed', 'destroyed'];

/** Edited records over the present state, which stays as it is. */
export class RecordOverlay {
  readonly #state: SimulatorState;
  readonly #edits = new Map<string, Map<string, BaseRecord | null>>();

  constructor(state: SimulatorState) {
    this.#state = state;
  }

  get(tableId: string, recordId: string): BaseRecord | undefined {
    const edited = this.#edits.get(tableId)?.get(recordId);
    if (edited !== undefined) return edited ?? undefined;
    return this.#state.records.get(tableId)?.get(recordId);
  }

  /** Every record of a table as it stands with the edits. */
  all(tableId: string): BaseRecord[] {
    const records = new Map<string, BaseRecord | null>(this.#state.records.get(tableId) ?? []);
    for (const [id, record] of this.#edits.get(tableId) ?? []) records.set(id, record);
    return [...records.values()].filter((record) => record !== null);
  }

  /** null destroys. */
  put(tableId: string, recordId: string, record: BaseRecord | null): void {
    const edits = this.#edits.get(tableId) ?? new Map<string, BaseRecord | null>();
    this.#edits.set(tableId, edits);
    edits.set(recordId, record);
  }

  /** Sets one cell; undefined empties it. A record that is not there is left alone. */
  setCell(tableId: string, recordId: string, fieldId: string, cell: Cell | undefined): void {
    const record = this.get(tableId, recordId);
    if (!record) return;
    const cells: Record<string, Cell> = { ...record.cells };
    if (cell === undefined) delete cells[fieldId];
    else cells[fieldId] = cell;
    this.put(tableId, recordId, { ...record, cells });
  }

  /** What differs from the state, in Airtable's order; records made and destroyed within it leave no trace. */
  changes(): RecordChange[] {
    const changes: RecordChange[] = [];
    for (const [tableId, edits] of this.#edits) {
      for (const [recordId, after] of edits) {
        const before = this.#state.records.get(tableId)?.get(recordId);
        if (after && !before) changes.push({ kind: 'created', tableId, recordId, after });
        else if (!after && before) changes.push({ kind: 'destroyed', tableId, recordId, before });
        else if (after && before && changedFieldIds(before, after).length > 0) {
          changes.push({ kind: 'changed', tableId, recordId, before, after });
        }
      }
    }
    return changes.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  }
}
