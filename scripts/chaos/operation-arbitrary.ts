import fc from 'fast-check';
import { cellsOf } from './cell-arbitrary.ts';
import { TABLE_NAMES, type TableName } from './mirror-columns.ts';
import type { CallFailure, Operation, Scenario, WriteStep } from './operation.ts';

const table = fc.constantFrom(...TABLE_NAMES);
const nth = fc.nat({ max: 1000 });
const soon = fc.nat({ max: 40 });

function withCells<T extends Operation>(
  build: (table: TableName) => fc.Arbitrary<T>,
): fc.Arbitrary<Operation> {
  return table.chain(build);
}

const edits: fc.WeightedArbitrary<Operation>[] = [
  {
    weight: 10,
    arbitrary: withCells((name) =>
      fc.record({ do: fc.constant('create' as const), table: fc.constant(name), cells: cellsOf(name) }),
    ),
  },
  {
    weight: 14,
    arbitrary: withCells((name) =>
      fc.record({
        do: fc.constant('update' as const),
        table: fc.constant(name),
        record: nth,
        cells: cellsOf(name),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: withCells((name) =>
      fc.record({
        do: fc.constant('create, then fill' as const),
        table: fc.constant(name),
        cells: cellsOf(name),
      }),
    ),
  },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('destroy' as const), table, record: nth }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('destroy, then restore alone' as const), table, record: nth }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('restore' as const), record: nth }) },
];

/** What is done in the app, often to the same few records and fields as in the base. */
const acts: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: withCells((name) =>
      fc.record({
        do: fc.constant('act' as const),
        table: fc.constant(name),
        record: nth,
        cells: cellsOf(name),
      }),
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('make here' as const), record: nth }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), wait: fc.boolean() }) },
);

const bulk = (most: number): fc.Arbitrary<Operation> =>
  fc.oneof(
    withCells((name) =>
      fc.record({
        do: fc.constant('bulk create' as const),
        table: fc.constant(name),
        count: fc.integer({ min: 2, max: most }),
        cells: cellsOf(name),
      }),
    ),
    withCells((name) =>
      fc.record({ do: fc.constant('bulk update' as const), table: fc.constant(name), cells: cellsOf(name) }),
    ),
    fc.record({ do: fc.constant('bulk destroy' as const), table, every: fc.integer({ min: 1, max: 5 }) }),
  );

const schema: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rename field' as const), table, field: nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('destroy field' as const), table, field: nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retype field' as const), table, field: nth }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('create field' as const), table }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rename choice' as const),
      table,
      field: nth,
      choice: nth,
      name: fc.constantFrom('Purple', 'Unheard of', 'ARCHIVED', 'In-progress'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('destroy choice' as const), table, field: nth, choice: nth }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rename table' as const), table }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('create table' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('destroy table' as const), table }) },
);

const pings: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constant('pings' as const), drop: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('pings' as const), delayMs: fc.constantFrom(0, 5, 30) }),
  fc.record({ do: fc.constant('pings' as const), repeat: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant('pings' as const), reorder: fc.constant(true) }),
  fc.record({ do: fc.constant('spurious ping' as const), times: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('split payloads' as const), at: fc.integer({ min: 1, max: 4 }) }),
);

const failure = fc.constantFrom<CallFailure>(500, 502, 503, 429, 'hang', 'reset', 'truncate', 'lose answer');
const faults: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        do: fc.constant('fail calls' as const),
        count: fc.integer({ min: 1, max: 3 }),
        how: failure,
        path: fc.constantFrom('/payloads', '/meta/', '/tbl'),
      },
      { requiredKeys: ['do', 'count', 'how'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop calls' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        do: fc.constant('late answers' as const),
        count: fc.integer({ min: 1, max: 3 }),
        ms: fc.integer({ min: 5, max: 120 }),
        path: fc.constantFrom('/payloads', '/tbl'),
      },
      { requiredKeys: ['do', 'count', 'ms'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('disable pings' as const) }) },
);

/** What makes payloads get lost, so that only a scan can put things right. */
const losses: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire hook' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('kill hook' as const),
      code: fc.constantFrom('INVALID_HOOK', 'INTERNAL_ERROR', 'SOMETHING_NEW'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trim log' as const), keep: fc.nat({ max: 2 }) }) },
);

const step = fc.constantFrom<WriteStep>('webhook', 'receipts', 'signals', 'interactions', 'channels');
const crashes: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill function' as const), afterMs: soon }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill function in a write' as const), waitsFor: step }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cut database' as const), afterMs: soon }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('cut database in a write' as const), waitsFor: step }),
  },
  {
    weight: 9,
    arbitrary: withCells((name) =>
      fc.record({
        do: fc.constant('stall function' as const),
        reading: fc.constantFrom('log' as const, 'base' as const, 'base, awake' as const),
        table: fc.constant(name),
        record: nth,
        before: cellsOf(name),
        after: fc.oneof(
          { weight: 3, arbitrary: cellsOf(name) },
          { weight: 1, arbitrary: fc.constant('destroyed' as const) },
        ),
      }),
    ),
  },
);

const reads: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('drain' as const), wait: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: soon }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('let time pass' as const),
      minutes: fc.integer({ min: 1, max: 60 }),
    }),
  },
);

const rereads: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('automation' as const),
      table,
      records: fc.array(nth, { minLength: 1, maxLength: 4 }),
      wait: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('backfill' as const), wait: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire iterators' as const) }) },
);

export interface Abilities {
  /** The function has /automation and /backfill. */
  rereads: boolean;
  /** It scans by itself where payloads were lost. */
  recovers: boolean;
}

const clockAheadMs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -30_000, max: 30_000 }) },
);

/** Random lives. Every so often one of the bulk edits is of thousands. */
export function scenarioArbitrary(abilities: Abilities): fc.Arbitrary<Scenario> {
  return fc.record({
    clockAheadMs,
    records: fc.constantFrom(1, 2, 5, 0),
    operations: operationsArbitrary(abilities),
  });
}

function operationsArbitrary({ rereads: canReread, recovers }: Abilities): fc.Arbitrary<Operation[]> {
  const operation = fc.oneof(
    ...edits,
    { weight: 22, arbitrary: acts },
    { weight: 3, arbitrary: bulk(150) },
    { weight: 4, arbitrary: schema },
    { weight: 8, arbitrary: pings },
    { weight: 5, arbitrary: faults },
    { weight: 6, arbitrary: crashes },
    { weight: 9, arbitrary: reads },
    ...(canReread ? [{ weight: 6, arbitrary: rereads }] : []),
    ...(recovers ? [{ weight: 2, arbitrary: losses }] : []),
  );
  const lives = fc.array(operation, { minLength: 1, maxLength: 40, size: 'max' });
  return fc.oneof(
    { weight: 40, arbitrary: lives },
    {
      weight: 1,
      arbitrary: fc
        .tuple(lives, bulk(3000), lives)
        .map(([before, thousands, after]) => [...before.slice(0, 10), thousands, ...after.slice(0, 10)]),
    },
  );
}
