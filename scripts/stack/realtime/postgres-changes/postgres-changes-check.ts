import type { Pool } from 'pg';
import type { ParsedBinding } from './postgres-changes-binding.ts';
import { changeData, changeError, type TextChange } from './postgres-changes-payload.ts';
import {
  maySelectRow,
  meetsFilters,
  readTable,
  rowAsJson,
  selectableColumns,
  type RowText,
  type Table,
} from './postgres-changes-table.ts';
import type { Claims } from '../token.ts';

const NO_ROW: RowText = new Map();

/** Whether a change is of the kind and the table that a binding names. */
export function concerns(binding: ParsedBinding, change: TextChange): boolean {
  return (
    (binding.event === '*' || binding.event === change.type) &&
    (binding.schema === '*' || binding.schema === change.schema) &&
    (binding.table === '*' || binding.table === change.table)
  );
}

/**
 * Decides, for one change, who gets what. Each question is put to Postgres once: people with equal claims
 * and bindings with equal conditions share the answer.
 */
export class ChangeCheck {
  #pool: Pool;
  #change: TextChange;
  #table: Table;
  #json: Parameters<typeof changeData>[2];
  #answers = new Map<string, Promise<unknown>>();

  private constructor(pool: Pool, change: TextChange, table: Table, json: Parameters<typeof changeData>[2]) {
    this.#pool = pool;
    this.#change = change;
    this.#table = table;
    this.#json = json;
  }

  /** @returns null when the table is gone. */
  static async begin(pool: Pool, change: TextChange): Promise<ChangeCheck | null> {
    const table = await readTable(pool, change.oid);
    if (!table) return null;
    const row = change.row && (await rowAsJson(pool, table, change.row));
    const oldRow = change.oldRow && (await rowAsJson(pool, table, change.oldRow));
    return new ChangeCheck(pool, change, table, { row, oldRow });
  }

  /** @returns the data to send to a subscriber, as JSON text; null when the change is not for them. */
  async dataFor(binding: ParsedBinding, claims: Claims): Promise<string | null> {
    const { type, row, oldRow } = this.#change;
    const { oid, columns, hasRls } = this.#table;
    const readable = await this.#once(`columns ${claims.role}`, () =>
      selectableColumns(this.#pool, oid, claims.role),
    );
    const keys = columns.filter(({ isKey }) => isKey);
    if (type !== 'DELETE') {
      if (keys.length === 0) return changeError(this.#change, 'Error 400: Bad Request, no primary key');
      if (!keys.every(({ name }) => readable.has(name))) {
        return changeError(this.#change, 'Error 401: Unauthorized');
      }
    }
    const conditions = JSON.stringify(binding.filters);
    const met = await this.#once(`filters ${conditions}`, () =>
      meetsFilters(this.#pool, this.#table, row ?? oldRow ?? NO_ROW, binding.filters),
    );
    if (!met) return null;
    if (hasRls && type !== 'DELETE') {
      const visible = await this.#once(`person ${JSON.stringify(claims)}`, () =>
        maySelectRow(this.#pool, this.#table, row ?? NO_ROW, claims),
      );
      if (!visible) return null;
    }
    const { select } = binding;
    return this.#once(`data ${claims.role} ${JSON.stringify(select)}`, () => {
      const isKey = new Set(keys.map(({ name }) => name));
      const mayShow = (name: string): boolean =>
        readable.has(name) && (!select || select.includes(name) || isKey.has(name));
      return Promise.resolve(changeData(this.#change, this.#table, this.#json, mayShow));
    });
  }

  #once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    let answer = this.#answers.get(question) as Promise<T> | undefined;
    if (!answer) this.#answers.set(question, (answer = ask()));
    return answer;
  }
}
