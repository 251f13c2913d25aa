import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civstartSchema } from './civstart-schema.ts';
import { webhookCell } from './records/cell-forms.ts';
import { SimulatedBase } from './simulated-base.ts';
import { SimulatorState, type Patch } from './simulator-state.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { Payload } from './webhooks/payload.ts';
import { Webhooks } from './webhooks/webhooks.ts';

const TABLES = ['Organizations', 'Contacts', 'Startups', 'Signals', 'Connections', 'Interactions'];

type Rows = Record<string, Record<string, Record<string, unknown>>>;

function openBase(recordLimit: number) {
  const clock = new VirtualClock();
  const state = new SimulatorState({
    version: 1,
    baseId: 'appReplay',
    transactionNumber: 0,
    tables: civstartSchema(),
    records: {},
    trash: {},
    webhooks: [],
  });
  const commit = (patch: Patch) => state.apply(structuredClone(patch));
  const webhooks = new Webhooks({ state, clock, commit, recordLimit: () => recordLimit });
  const base = new SimulatedBase({
    state,
    clock,
    commit,
    payloadsFor: (change) => webhooks.payloadsFor(change),
  });
  for (const table of TABLES) for (let count = 0; count < 4; count++) base.create(table);
  return { base, webhooks };
}

/** The base as a reader of webhooks would hold it: links by id alone, since names of others may change later. */
function rowsOf(base: SimulatedBase): Rows {
  const rows: Rows = {};
  for (const table of base.tables) {
    const records = base.records(table.id).map((record) => {
      const filled = table.fields.filter((field) => field.id in record.cells);
      return [
        record.id,
        Object.fromEntries(
          filled.map((field) => [
            field.id,
            withoutNames(webhookCell(field, record.cells[field.id], () => '')),
          ]),
        ),
      ];
    });
    rows[table.id] = Object.fromEntries(records) as Rows[string];
  }
  return rows;
}

function withoutNames(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item: { id: string }) => item.id) : value;
}

/** Applies payloads as their documentation says: created, then changed, then destroyed. */
function replay(rows: Rows, payloads: readonly Payload[]): Rows {
  for (const { changedTablesById = {} } of payloads) {
    for (const [tableId, changes] of Object.entries(changedTablesById)) {
      const table = (rows[tableId] ??= {});
      for (const [id, created] of Object.entries(changes.createdRecordsById ?? {})) {
        table[id] = mapValues(created.cellValuesByFieldId);
      }
      for (const [id, changed] of Object.entries(changes.changedRecordsById ?? {})) {
        const row = { ...table[id], ...mapValues(changed.current.cellValuesByFieldId) };
        table[id] = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
      }
      for (const id of changes.destroyedRecordIds ?? []) delete table[id];
    }
  }
  return rows;
}

function mapValues(cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(cells).map(([id, value]) => [id, withoutNames(value)]));
}

const operation = fc.record({
  kind: fc.constantFrom('create', 'update', 'link', 'destroy', 'restore', 'bulk'),
  table: fc.constantFrom(...TABLES),
  at: fc.nat(),
  field: fc.nat(),
  value: fc.nat(),
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function run(
  base: SimulatedBase,
  destroyed: [table: string, id: string][],
  { kind, table, at, field, value }: Operation,
): void {
  const records = base.records(table);
  const id = records[at % Math.max(1, records.length)]?.id;
  const fields = base.table(table).fields;
  const eligible = fields.filter((one) => (kind === 'link') === (one.link !== undefined));
  const chosen = eligible[field % Math.max(1, eligible.length)];
  if (kind === 'create') base.create(table, { [fields[0]?.id ?? '']: `Record ${value}` });
  else if (kind === 'restore') {
    const [gone] = destroyed.splice(at % Math.max(1, destroyed.length), 1);
    if (gone) base.restore(...gone);
  } else if (!id || !chosen) return;
  else if (kind === 'destroy') {
    base.destroy(table, id);
    destroyed.push([table, id]);
  } else if (kind === 'bulk') {
    base.bulkUpdate(
      table,
      records.map((record, index) => ({
        id: record.id,
        fields: { [fields[0]?.id ?? '']: `Bulk ${value} ${index}` },
      })),
    );
  } else if (chosen.link) {
    const targets = base.records(chosen.link.tableId).map((record) => record.id);
    base.update(table, id, { [chosen.id]: targets.filter((_, index) => (index + value) % 3 === 0) });
  } else
    base.update(table, id, {
      [chosen.id]: plainValue(chosen.type, chosen.choices?.map((choice) => choice.name) ?? [], value),
    });
}

function plainValue(type: string, choices: readonly string[], value: number): unknown {
  if (value % 5 === 0) return null;
  if (type === 'singleSelect') return choices[value % choices.length];
  if (type === 'checkbox') return value % 2 === 0;
  if (type === 'number') return value;
  return type === 'dateTime' ? new Date(value * 1000).toISOString() : `Text ${value}`;
}

test(
  'replaying every payload from cursor 1 over the first snapshot gives the base as it is',
  { timeout: 30_000 },
  () => {
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 25, size: 'max' }),
        fc.array(operation, { minLength: 20, maxLength: 70, size: 'max' }),
        fc.integer({ min: 1, max: 7 }),
        (before, after, recordLimit) => {
          const { base, webhooks } = openBase(recordLimit);
          const destroyed: [string, string][] = [];
          for (const one of before) run(base, destroyed, one);
          const { id } = webhooks.create(null, { options: { filters: { dataTypes: ['tableData'] } } });
          const snapshot = rowsOf(base);
          for (const one of after) run(base, destroyed, one);
          const payloads: Payload[] = [];
          for (let cursor = 1, more = true; more;) {
            const page = webhooks.read(id, cursor, 50);
            expect(page.cursor).toBe(cursor + page.payloads.length);
            payloads.push(...page.payloads);
            ({ cursor, mightHaveMore: more } = page);
          }
          const numbers = payloads.map((payload) => payload.baseTransactionNumber);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          expect(replay(snapshot, payloads)).toEqual(rowsOf(base));
        },
      ),
      { numRuns: 80 },
    );
  },
);

test('both sides of every link always agree', { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 20, maxLength: 80, size: 'max' }), (operations) => {
      const { base } = openBase(100);
      const destroyed: [string, string][] = [];
      for (const one of operations) run(base, destroyed, one);
      for (const table of base.tables) {
        for (const field of table.fields) {
          const { link } = field;
          if (!link) continue;
          for (const record of base.records(table.id)) {
            for (const id of (record.cells[field.id] ?? []) as readonly string[]) {
              expect(base.record(link.tableId, id)?.cells[link.inverseFieldId]).toContain(record.id);
            }
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});
