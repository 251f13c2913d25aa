import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnOf, columnsOf, MIRRORED_TABLES, type Column, type MirroredTable } from './mapping.ts';
import { normalizeCell, type ColumnValue } from './normalize-cell.ts';
import { writeCell } from './write-cell.ts';

const column = (table: MirroredTable, name: string): Column => columnOf(table, name)!;
const write = (
  [table, name]: readonly [MirroredTable, string],
  value: ColumnValue,
  there?: unknown,
  choices?: readonly string[],
): unknown => writeCell(column(table, name), value, there, choices);

const TITLE = ['signals', 'title'] as const;
const POPULATION = ['organizations', 'population'] as const;
const PUBLIC = ['signals', 'is_public'] as const;
const OCCURRED_AT = ['interactions', 'occurred_at'] as const;
const STATUS = ['signals', 'approval_status'] as const;
const REGION = ['organizations', 'region'] as const;
const SECTOR = ['startups', 'sector'] as const;
const ORGANIZATION = ['signals', 'organization_id'] as const;

describe('text, numbers and times go as they are', () => {
  test.each([
    [TITLE, 'Flood', 'Flood'],
    [TITLE, '0', '0'],
    [TITLE, 'false', 'false'],
    [TITLE, ' two\nlines ', ' two\nlines '],
    [TITLE, '🌊 مرحبا “quoted” \\ "', '🌊 مرحبا “quoted” \\ "'],
    [TITLE, 'x'.repeat(100_000), 'x'.repeat(100_000)],
    [TITLE, '', null],
    [TITLE, null, null],
    [POPULATION, 0, 0],
    [POPULATION, 999_999_999_999_999, 999_999_999_999_999],
    [POPULATION, null, null],
    [OCCURRED_AT, '2026-01-05T10:00:00+00:00', '2026-01-05T10:00:00+00:00'],
    [OCCURRED_AT, '2024-02-29T23:59:59.999999+00:00', '2024-02-29T23:59:59.999999+00:00'],
    [OCCURRED_AT, null, null],
    [SECTOR, 'Water & waste', 'Water & waste'],
    [SECTOR, '', null],
    [SECTOR, null, null],
  ] as const)('%j: %j', (of, value, cell) => {
    expect(write(of, value)).toBe(cell);
  });
});

test.each([
  [true, true],
  [false, false],
  // A checkbox has no empty cell: unset is off.
  [null, false],
  // Only what is true is checked.
  ['true', false],
  [1, false],
] as const)('a checkbox: %j → %j', (value, cell) => {
  expect(write(PUBLIC, value)).toBe(cell);
});

describe('a select whose choices are an enum', () => {
  test.each([
    [
      'of which no name is known → as the base of the set-up calls it',
      'pending_review',
      undefined,
      'Pending review',
    ],
    ['that is called so there', 'pending_review', ['Draft', 'Pending review'], 'Pending review'],
    ['that is called otherwise there', 'pending_review', ['DRAFT', 'Pending - Review'], 'Pending - Review'],
    ['of which there are two → the first', 'draft', ['draft', 'Draft'], 'draft'],
    ['that is not there any more → Airtable says so', 'draft', ['Approved'], 'Draft'],
    ['among none', 'draft', [], 'Draft'],
    ['that no column has → empty', 'unheard_of', ['Unheard of'], null],
    ['that is a name and no value → empty', 'Draft', ['Draft'], null],
    ['that is nothing', null, ['Draft'], null],
    ['that is no text', 1, ['1'], null],
  ] as const)('a value %s', (_, value, choices, cell) => {
    expect(write(STATUS, value, undefined, choices)).toBe(cell);
  });

  test('no region → an empty cell: it is no choice there', () => {
    expect(write(REGION, 'unassigned', 'West', ['West', 'Unassigned'])).toBeNull();
  });
});

describe('a link', () => {
  test.each([
    ['of an empty cell', 'recA', undefined, ['recA']],
    ['in place of the first → the others stay', 'recC', ['recA', 'recB', 'recD'], ['recC', 'recB', 'recD']],
    ['that is the first already', 'recA', ['recA', 'recB'], ['recA', 'recB']],
    ['that is one of the others → is there once', 'recB', ['recA', 'recB', 'recC'], ['recB', 'recC']],
    ['that is taken away → all are', null, ['recA', 'recB'], []],
    ['that was none', null, undefined, []],
    ['of a cell that is no list', 'recA', 'recB', ['recA']],
  ] as const)('%s', (_, value, there, cell) => {
    expect(write(ORGANIZATION, value, there)).toEqual(cell);
  });

  test('leaves the cell that was read as it is', () => {
    const there = ['recA', 'recB'];
    write(ORGANIZATION, 'recC', there);
    expect(there).toEqual(['recA', 'recB']);
  });
});

/** Values as a row of ours can hold them. */
function valueOf({ type }: Column): fc.Arbitrary<ColumnValue> {
  const empty = fc.constant(null);
  switch (type.kind) {
    case 'text':
    case 'choice':
      return fc.oneof(
        empty,
        fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
          .filter((text) => !text.includes('\u0000')),
      );
    case 'integer':
      return fc.oneof(empty, fc.integer({ min: type.min, max: Number.MAX_SAFE_INTEGER }));
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.oneof(
        empty,
        fc
          .date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
          .map((at) => at.toISOString()),
      );
    case 'enum':
      return fc.oneof(empty, fc.constantFrom(...type.values));
    case 'link':
      return fc.oneof(empty, fc.stringMatching(/^rec[A-Za-z0-9]{14}$/));
  }
}

const ALL = MIRRORED_TABLES.flatMap((table) => columnsOf(table).map((name) => [table, name] as const));
test.each(ALL)('%s.%s: what is written is read back as the same value', (table, name) => {
  const one = column(table, name);
  const there = fc.option(fc.array(fc.stringMatching(/^rec[A-Za-z0-9]{14}$/), { maxLength: 4 }), {
    nil: undefined,
  });
  fc.assert(
    fc.property(valueOf(one), there, (value, before) => {
      const back = normalizeCell(one, writeCell(one, value, before, undefined));
      expect(back).toBe(one.type.kind === 'boolean' && value === false ? null : value);
    }),
    { numRuns: 50 },
  );
});
