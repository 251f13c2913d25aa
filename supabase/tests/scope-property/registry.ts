import type { TableName } from './tables.ts';

/** The ids that a scenario has handed out, in order: changes name rows by number. */
export class Registry {
  readonly people: readonly string[];
  #scenario: number;
  #last = 0;
  #ids = new Map<string, string[]>();

  constructor(scenario: number, people: readonly string[]) {
    this.#scenario = scenario;
    this.people = people;
  }

  add(table: TableName): string {
    const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
    const id = `${hex(this.#scenario, 8)}-0000-4000-8000-${hex(++this.#last, 12)}`;
    const ids = this.#ids.get(table);
    if (ids) ids.push(id);
    else this.#ids.set(table, [id]);
    return id;
  }

  /** Undefined while the table has none. */
  pick(table: string, n: number): string | undefined {
    const ids = table === 'people' ? this.people : (this.#ids.get(table) ?? []);
    return ids[n % ids.length];
  }
}
