import fc from 'fast-check';
import { MIRROR, type MirrorColumn, type TableName } from './mirror-columns.ts';
import type { Cells } from './operation.ts';

const texts = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', 'null', "'; --", 'a\u0000b', '\u202Eright to left', '👩‍👩‍👧', 'e\u0301'),
  },
);

/** Fractions are rounded; what is below 0 or beyond 2^53 has no place in the mirror. */
const numbers = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 10_000_000 }) },
  { weight: 2, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(-5, 1e300, -0.4) },
);

const dates = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .date({ min: new Date('1990-01-01'), max: new Date('2050-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
  { weight: 1, arbitrary: fc.constantFrom('0001-01-01', '9999-12-31T23:59:59.999Z') },
);

function labels(values: readonly string[] = ['Water', 'Seed', 'Housing', 'a/b']): fc.Arbitrary<string> {
  const known = values.map((value) => value[0]?.toUpperCase() + value.slice(1).replaceAll('_', ' '));
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: fc.constantFrom('Purple', 'unheard of') },
  );
}

function cellOf(column: MirrorColumn): fc.Arbitrary<Cells[string]> {
  const filled = ((): fc.Arbitrary<Cells[string]> => {
    switch (column.kind) {
      case 'text':
        return texts;
      case 'number':
        return numbers;
      case 'checkbox':
        return fc.boolean();
      case 'dateTime':
        return dates;
      case 'choice':
        return labels(column.values);
      case 'link':
        return fc.array(fc.nat({ max: 1000 }), { maxLength: 2 });
    }
  })();
  return fc.oneof({ weight: 6, arbitrary: filled }, { weight: 1, arbitrary: fc.constant(null) });
}

/** Cells for some of a table's fields. null clears. */
export function cellsOf(table: TableName): fc.Arbitrary<Cells> {
  const { columns } = MIRROR[table];
  return fc.record(Object.fromEntries(columns.map((column) => [column.field, cellOf(column)])), {
    requiredKeys: [],
  });
}
