import fc from 'fast-check';
import { actionsOf, type Action } from './actions.ts';
import { LINKS, TABLES, VALUES, type TableName } from './tables.ts';

/** Rows, people and startups are named by number, and found when the step is made: so every subset of steps makes sense. */
export type Change =
  | Action
  | {
      do: 'insert';
      table: TableName;
      count: number;
      set: Record<string, unknown>;
      links: Record<string, number>;
    }
  | { do: 'update'; table: TableName; row: number | 'all'; set: Record<string, unknown> }
  | { do: 'link'; table: TableName; row: number; column: string; to: number }
  | { do: 'tombstone' | 'restore' | 'delete'; table: TableName; row: number }
  | { do: 'role'; who: number; role: 'owner' | 'admin' | 'viewer' | null }
  | { do: 'region'; who: number; region: Region; has: boolean }
  | { do: 'member'; who: number; startup: number; has: boolean }
  | { do: 'delete account'; who: number };

export type Step =
  | { step: 'transaction'; changes: Change[]; ends: 'commit' | 'rollback' }
  /** The first has done all its work before the second begins; `publish first`: both have told before either commits. */
  | { step: 'two at once'; first: Change[]; second: Change[]; order: 'commit first' | 'publish first' }
  /** Lets the log forget its first half. */
  | { step: 'trim log' }
  /** The client of a slow person learns of its rights only now. */
  | { step: 'catch up'; who: number };

export const PEOPLE = 4;
export const STARTUPS = 2;
const REGIONS = ['west', 'south', 'midwest'] as const;
type Region = (typeof REGIONS)[number];

export interface Person {
  role: 'owner' | 'admin' | 'viewer' | null;
  regions: Region[];
  startups: number[];
  /** Prompt: follows `access:changed` at once. Slow: later. Hostile: never, and stays on every topic it has. */
  client: 'prompt' | 'slow' | 'hostile';
}

export interface Scenario {
  people: Person[];
  steps: Step[];
  /** Of ten messages that reach a client, so many are lost on the way. */
  lost: number;
}

const tables = Object.keys(TABLES) as TableName[];
const row = fc.nat(11);
const who = fc.nat(PEOPLE - 1);
const valuesOf = (table: TableName): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(VALUES[table], { requiredKeys: [] });

const insert = fc.constantFrom(...tables).chain((table) =>
  fc.record({
    do: fc.constant('insert' as const),
    table: fc.constant(table),
    count: fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: 49, max: 52 }) },
    ),
    set: valuesOf(table),
    links: fc.record(Object.fromEntries(Object.keys(LINKS[table]).map((column) => [column, row]))),
  }),
);
const update = fc.constantFrom(...tables).chain((table) =>
  fc.record({
    do: fc.constant('update' as const),
    table: fc.constant(table),
    row: fc.oneof({ weight: 6, arbitrary: row }, { weight: 1, arbitrary: fc.constant('all' as const) }),
    set: valuesOf(table).filter((set) => Object.keys(set).length > 0),
  }),
);
const link = fc
  .constantFrom(...tables.filter((table) => Object.keys(LINKS[table]).length > 0))
  .chain((table) =>
    fc.record({
      do: fc.constant('link' as const),
      table: fc.constant(table),
      row,
      column: fc.constantFrom(...Object.keys(LINKS[table])),
      to: row,
    }),
  );
const remove = fc.record({
  do: fc.constantFrom('tombstone' as const, 'tombstone' as const, 'restore' as const, 'delete' as const),
  table: fc.constantFrom(...tables),
  row,
});
const rights: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    do: fc.constant('role' as const),
    who,
    role: fc.constantFrom('owner', 'admin', 'viewer', null),
  }),
  fc.record({
    do: fc.constant('region' as const),
    who,
    region: fc.constantFrom(...REGIONS),
    has: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('region' as const),
    who,
    region: fc.constantFrom(...REGIONS),
    has: fc.boolean(),
  }),
  fc.record({ do: fc.constant('member' as const), who, startup: fc.nat(STARTUPS - 1), has: fc.boolean() }),
  fc.record({ do: fc.constant('member' as const), who, startup: fc.nat(STARTUPS - 1), has: fc.boolean() }),
  fc.record({ do: fc.constant('delete account' as const), who }),
);
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: insert },
  { weight: 8, arbitrary: update },
  { weight: 3, arbitrary: link },
  { weight: 3, arbitrary: remove },
  { weight: 4, arbitrary: rights },
  { weight: 6, arbitrary: actionsOf(who) },
);
const changes = fc.array(change, { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      step: fc.constant('transaction' as const),
      changes,
      ends: fc.constantFrom(
        'commit' as const,
        'commit' as const,
        'commit' as const,
        'commit' as const,
        'rollback' as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant('two at once' as const),
      first: changes,
      second: changes,
      order: fc.constantFrom('commit first' as const, 'publish first' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('trim log' as const) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('catch up' as const), who }) },
);

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  people: fc.array(
    fc.record({
      role: fc.constantFrom('owner', 'admin', 'admin', 'viewer', 'viewer', null, null),
      regions: fc.subarray([...REGIONS]),
      startups: fc.oneof(
        fc.constant<number[]>([]),
        fc.subarray(Array.from({ length: STARTUPS }, (_, i) => i)),
      ),
      client: fc.constantFrom('prompt', 'prompt', 'slow', 'hostile'),
    }),
    { minLength: PEOPLE, maxLength: PEOPLE },
  ),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  lost: fc.constantFrom(0, 0, 3, 7, 10),
});
