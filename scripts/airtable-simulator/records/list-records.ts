import { AirtableError } from '../airtable-error.ts';
import type { Clock } from '../clock.ts';
import type { BaseRecord, Cell, Field, Table } from '../schema.ts';
import type { SimulatedBase } from '../simulated-base.ts';
import { parseFormula } from './formula.ts';
import type { ListParameters } from './list-parameters.ts';
import { newId } from './new-id.ts';

const ITERATOR_LIFE_MS = 5 * 60_000;

interface Iterator {
  tableId: string;
  left: string[];
  expiresAt: number;
}

/** Pages through a table. What comes next is fixed at the first page, as in Airtable; it is forgotten after minutes. */
export class RecordLister {
  readonly #base: SimulatedBase;
  readonly #clock: Clock;
  readonly #iterators = new Map<string, Iterator>();

  constructor(base: SimulatedBase, clock: Clock) {
    this.#base = base;
    this.#clock = clock;
  }

  /** @throws AirtableError 422 for an unknown field, view, formula or offset */
  list(table: Table, parameters: ListParameters): { records: BaseRecord[]; offset?: string } {
    const iterator =
      parameters.offset === undefined ? this.#open(table, parameters) : this.#find(table, parameters.offset);
    const records = iterator.left
      .splice(0, parameters.pageSize)
      .map((id) => this.#base.record(table.id, id))
      .filter((record) => record !== undefined);
    return iterator.left.length > 0 ? { records, offset: this.#keep(iterator) } : { records };
  }

  /** Forgets every scan under way: their offsets answer 422 from here on. */
  expire(): void {
    this.#iterators.clear();
  }

  #open(table: Table, { view, filterByFormula, sort, maxRecords }: ListParameters): Iterator {
    if (view !== undefined && view !== table.viewId && view !== 'Grid view') {
      throw new AirtableError(422, 'VIEW_NAME_NOT_FOUND', `View ${view} not found`);
    }
    let records = this.#base.records(table.id);
    // Without a sort there is no order to rely on: by id is none that means anything.
    records.sort((a, b) => (a.id < b.id ? -1 : 1));
    if (filterByFormula) {
      const find = (name: string) => table.fields.find((field) => field.name === name || field.id === name);
      records = records.filter(
        parseFormula(
          filterByFormula,
          (record, name) => this.#formulaCell(record, find(name)),
          (name) => find(name) !== undefined,
        ),
      );
    }
    for (const { field: name, direction } of [...(sort ?? [])].reverse()) {
      const { id } = requireField(table, name);
      records.sort((a, b) => compare(a.cells[id], b.cells[id]) * (direction === 'asc' ? 1 : -1));
    }
    return { tableId: table.id, left: records.slice(0, maxRecords).map((record) => record.id), expiresAt: 0 };
  }

  /** A formula sees the names of linked records, not their ids. */
  #formulaCell(record: BaseRecord, field: Field | undefined): Cell | undefined {
    const cell = field && record.cells[field.id];
    const { link } = field ?? {};
    return link && cell ? (cell as readonly string[]).map((id) => this.#base.nameOf(link.tableId, id)) : cell;
  }

  #keep(iterator: Iterator): string {
    const now = this.#clock.now();
    for (const [key, old] of this.#iterators) if (old.expiresAt <= now) this.#iterators.delete(key);
    const key = `${newId('itr')}/${iterator.left[0] ?? ''}`;
    this.#iterators.set(key, { ...iterator, expiresAt: now + ITERATOR_LIFE_MS });
    return key;
  }

  #find(table: Table, offset: string): Iterator {
    const iterator = this.#iterators.get(offset);
    if (!iterator || iterator.tableId !== table.id || iterator.expiresAt <= this.#clock.now()) {
      throw new AirtableError(422, 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE');
    }
    return { ...iterator, left: [...iterator.left] };
  }
}

/** By name or id. @throws AirtableError 422 */
export function requireField(table: Table, nameOrId: string): Field {
  const field = table.fields.find((candidate) => candidate.id === nameOrId || candidate.name === nameOrId);
  if (!field) throw new AirtableError(422, 'UNKNOWN_FIELD_NAME', `Unknown field name: "${nameOrId}"`);
  return field;
}

function compare(one: Cell | undefined, other: Cell | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), 'en');
}
