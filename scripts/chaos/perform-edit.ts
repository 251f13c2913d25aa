import { AirtableError } from '../airtable-simulator/airtable-error.ts';
import { destroyChoice, renameChoice } from '../airtable-simulator/records/choice-edits.ts';
import {
  changeField,
  createField,
  createTable,
  destroyField,
  destroyTable,
  renameTable,
} from '../airtable-simulator/records/schema-edits.ts';
import type { Transaction } from '../airtable-simulator/records/transaction.ts';
import { expectedRow, type RowValue } from './expected-row.ts';
import { TABLE_NAMES, type MirrorColumn, type TableName } from './mirror-columns.ts';
import type { Cells, Operation } from './operation.ts';
import type { World } from './world.ts';

const TYPECAST = { typecast: true };
let renames = 0;

/** Edits the base as a person would. What cannot be done (any more) is left out. Returns false for other operations. */
export function performEdit(world: World, operation: Operation): boolean {
  try {
    return edit(world, operation);
  } catch (error) {
    // A field or table that an edit before has taken away.
    if (error instanceof AirtableError) return true;
    throw error;
  }
}

function edit(world: World, operation: Operation): boolean {
  const { base } = world.simulator;
  const change = (run: (transaction: Transaction) => unknown): true => {
    base.transaction(run);
    return true;
  };
  switch (operation.do) {
    case 'create': {
      const fields = fieldsOf(world, operation.table, operation.cells);
      return change((edit) => edit.create(world.tableId(operation.table), fields, TYPECAST));
    }
    case 'create, then fill': {
      const table = world.tableId(operation.table);
      const id = base.create(table);
      const fields = fieldsOf(world, operation.table, operation.cells);
      return change((edit) => edit.update(table, id, fields, TYPECAST));
    }
    case 'update': {
      const record = world.record(operation.table, operation.record);
      if (!record) return true;
      const fields = fieldsOf(world, operation.table, operation.cells);
      return change((edit) => edit.update(world.tableId(operation.table), record.id, fields, TYPECAST));
    }
    case 'destroy': {
      const record = world.record(operation.table, operation.record);
      return record ? destroy(world, operation.table, [record.id]) : true;
    }
    case 'destroy, then restore alone': {
      const record = world.record(operation.table, operation.record);
      if (!record) return true;
      destroy(world, operation.table, [record.id]);
      for (const column of world.columns(operation.table)) {
        const links = record.cells[world.fieldId(operation.table, column) ?? ''];
        if (column.kind === 'link' && Array.isArray(links)) destroy(world, column.to, links as string[]);
      }
      base.restore(world.tableId(operation.table), record.id);
      world.trash.splice(
        world.trash.findIndex(({ id }) => id === record.id),
        1,
      );
      return true;
    }
    case 'restore': {
      const chosen = world.trash[operation.record % world.trash.length];
      if (!chosen) return true;
      world.trash.splice(world.trash.indexOf(chosen), 1);
      world.drift.forget(chosen.id);
      base.restore(world.tableId(chosen.table), chosen.id);
      return true;
    }
    case 'bulk create': {
      const fields = fieldsOf(world, operation.table, operation.cells);
      return change((edit) => {
        for (let made = 0; made < operation.count; made++)
          edit.create(world.tableId(operation.table), fields, TYPECAST);
      });
    }
    case 'bulk update': {
      const records = world.records(operation.table);
      const fields = fieldsOf(world, operation.table, operation.cells);
      return change((edit) => {
        for (const { id } of records) edit.update(world.tableId(operation.table), id, fields, TYPECAST);
      });
    }
    case 'bulk destroy': {
      const chosen = world.records(operation.table).filter((_, index) => index % operation.every === 0);
      return destroy(
        world,
        operation.table,
        chosen.map(({ id }) => id),
      );
    }
    case 'rename field': {
      const [column, id] = columnAt(world, operation.table, operation.field);
      if (!column) return true;
      const name = `${column.field} ${(renames += 1)}`;
      return change((edit) => changeField(edit, world.tableId(operation.table), id, { name }));
    }
    case 'retype field': {
      const [column, id] = columnAt(world, operation.table, operation.field);
      if (!column || column.kind === 'link') return true;
      freeze(world, operation.table, column);
      const type = column.kind === 'text' ? 'number' : 'multilineText';
      return change((edit) => changeField(edit, world.tableId(operation.table), id, { type }));
    }
    case 'destroy field': {
      const [column, id] = columnAt(world, operation.table, operation.field);
      if (!column || id === base.table(world.tableId(operation.table)).primaryFieldId) return true;
      freeze(world, operation.table, column);
      return change((edit) => destroyField(edit, world.tableId(operation.table), id));
    }
    case 'create field':
      return change((edit) =>
        createField(edit, world.tableId(operation.table), `New ${(renames += 1)}`, 'number'),
      );
    case 'rename choice':
    case 'destroy choice': {
      const [, id] = columnAt(world, operation.table, operation.field);
      const table = world.tableId(operation.table);
      const choices = base.table(table).fields.find((field) => field.id === id)?.choices ?? [];
      const choice = choices[operation.choice % choices.length];
      if (!choice) return true;
      return change((edit) =>
        operation.do === 'rename choice'
          ? renameChoice(edit, table, id, choice.name, operation.name)
          : destroyChoice(edit, table, id, choice.name),
      );
    }
    case 'rename table':
      return change((edit) =>
        renameTable(edit, world.tableId(operation.table), `${operation.table} ${(renames += 1)}`),
      );
    case 'create table':
      return change((edit) => createTable(edit, `New ${(renames += 1)}`));
    case 'destroy table': {
      if (!world.hasTable(operation.table)) return true;
      for (const name of TABLE_NAMES) {
        for (const column of world.columns(name)) {
          const leadsThere = column.kind === 'link' && column.to === operation.table;
          if (name === operation.table || leadsThere) freeze(world, name, column);
        }
      }
      return change((edit) => destroyTable(edit, world.tableId(operation.table)));
    }
    default:
      return false;
  }
}

function destroy(world: World, table: TableName, ids: readonly string[]): true {
  world.simulator.base.transaction((edit) => {
    for (const id of ids) edit.destroy(world.tableId(table), id);
  });
  for (const id of ids) {
    world.trash.push({ table, id });
    world.drift.forget(id);
  }
  return true;
}

/** Cells by field id, links as ids of records that are there. Fields that are gone are left out. */
function fieldsOf(world: World, table: TableName, cells: Cells): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const column of world.columns(table)) {
    const value = cells[column.field];
    const id = world.fieldId(table, column);
    if (value === undefined || id === undefined) continue;
    fields[id] =
      column.kind === 'link' && Array.isArray(value)
        ? value.flatMap((nth: number) => world.record(column.to, nth)?.id ?? [])
        : value;
  }
  return fields;
}

function columnAt(
  world: World,
  table: TableName,
  nth: number,
): [column: MirrorColumn, fieldId: string] | [undefined, ''] {
  const columns = world.columns(table);
  const column = columns[nth % columns.length];
  const id = column && world.fieldId(table, column);
  return column && id !== undefined ? [column, id] : [undefined, ''];
}

/** The column keeps what it holds from here on. */
function freeze(world: World, table: TableName, column: MirrorColumn): void {
  const values = new Map<string, RowValue>();
  for (const record of world.records(table)) {
    const row = expectedRow(world.columns(table), record, (one) => world.fieldId(table, one));
    if (row.bad.length > 0) world.undecided.add(record.id);
    const value = row.values.get(column.column);
    if (value !== undefined && row.bad.length === 0) values.set(record.id, value);
  }
  world.drift.freeze(table, column, values);
}
