import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PgOutputDecoder, type ColumnValue, type RowChange } from './pgoutput.ts';
import { openXLogData, standbyStatus } from './replication-protocol.ts';

function int(bytes: 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}
const int64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(value);
  return buffer;
};
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const tag = (letter: string): Buffer => Buffer.from(letter);

interface Column {
  name: string;
  isKey: boolean;
}

function relation(oid: number, schema: string, name: string, columns: Column[]): Buffer {
  const parts = columns.flatMap((column) => [
    Buffer.from([column.isKey ? 1 : 0]),
    text(column.name),
    int(4, 25),
    Buffer.from([255, 255, 255, 255]),
  ]);
  return Buffer.concat([
    tag('R'),
    int(4, oid),
    text(schema),
    text(name),
    tag('d'),
    int(2, columns.length),
    ...parts,
  ]);
}

function tuple(values: ColumnValue[]): Buffer {
  const parts = values.flatMap((value) =>
    value === null ? [tag('n')] : value === undefined ? [tag('u')] : [tag('t'), int(4, value.length), value],
  );
  return Buffer.concat([int(2, values.length), ...parts]);
}

const columns: Column[] = [
  { name: 'id', isKey: true },
  { name: 'body', isKey: false },
  { name: 'größe', isKey: false },
];
const value = fc.oneof(
  fc.constant(null),
  fc.constant(undefined),
  fc.string({ unit: 'binary' }).map((string) => Buffer.from(string)),
);
const row = fc.array(value, { minLength: 3, maxLength: 3 });

function decodeChange(bytes: Buffer): RowChange {
  const decoder = new PgOutputDecoder();
  decoder.decode(relation(7, 'public', 'notes', columns));
  return decoder.decode(bytes) as RowChange;
}

test('a relation is read with its columns and key', () => {
  expect(new PgOutputDecoder().decode(relation(7, 'public', 'notes', columns))).toEqual({
    kind: 'relation',
    oid: 7,
    schema: 'public',
    name: 'notes',
    columns: columns.map((column) => ({ ...column, typeOid: 25 })),
  });
});

test('rows read back as they were written: texts, nulls, and values left out', () => {
  fc.assert(
    fc.property(row, row, (before, after) => {
      const inserted = decodeChange(Buffer.concat([tag('I'), int(4, 7), tag('N'), tuple(after)]));
      expect(inserted).toMatchObject({ type: 'INSERT', row: after, oldRow: null });
      const plain = decodeChange(Buffer.concat([tag('U'), int(4, 7), tag('N'), tuple(after)]));
      expect(plain).toMatchObject({ type: 'UPDATE', row: after, oldRow: null });
      const full = decodeChange(
        Buffer.concat([tag('U'), int(4, 7), tag('O'), tuple(before), tag('N'), tuple(after)]),
      );
      expect(full).toMatchObject({ type: 'UPDATE', row: after, oldRow: before });
      const deleted = decodeChange(Buffer.concat([tag('D'), int(4, 7), tag('K'), tuple(before)]));
      expect(deleted).toMatchObject({ type: 'DELETE', row: null, oldRow: [before[0], undefined, undefined] });
    }),
  );
});

test('a transaction begins with the time of its commit', () => {
  const at = new Date('2026-11-23T10:20:30.456Z');
  const microseconds = BigInt(at.getTime() - Date.UTC(2000, 0, 1)) * 1000n + 789n;
  const begin = Buffer.concat([tag('B'), int64(1n), int64(microseconds), int(4, 5)]);
  expect(new PgOutputDecoder().decode(begin)).toEqual({ kind: 'begin', committedAt: at, xid: 5 });
});

test('a change of a relation that was not described is an error, other messages are passed over', () => {
  const decoder = new PgOutputDecoder();
  expect(() => decoder.decode(Buffer.concat([tag('I'), int(4, 9), tag('N'), tuple([])]))).toThrow(
    /relation 9/,
  );
  for (const letter of ['C', 'O', 'Y', 'T', 'M']) expect(decoder.decode(Buffer.alloc(30, letter))).toBeNull();
});

test('a relation described again is read anew: a column was added', () => {
  const decoder = new PgOutputDecoder();
  decoder.decode(relation(7, 'public', 'notes', columns.slice(0, 1)));
  decoder.decode(relation(7, 'public', 'notes', columns));
  const change = decoder.decode(Buffer.concat([tag('I'), int(4, 7), tag('N'), tuple([null, null, null])]));
  expect((change as RowChange).relation.columns).toHaveLength(3);
});

test('WAL is unwrapped; a sign of life is answered with the position it names', () => {
  const wal = Buffer.concat([tag('w'), int64(1n), int64(2n), int64(3n), Buffer.from('payload')]);
  expect(openXLogData(wal)).toEqual({ kind: 'data', data: Buffer.from('payload') });
  const keepalive = Buffer.concat([tag('k'), int64(0x1_2345_6789n), int64(3n), Buffer.from([1])]);
  expect(openXLogData(keepalive)).toEqual({ kind: 'keepalive', walEnd: 0x1_2345_6789n });
  const status = standbyStatus(0x1_2345_6789n, Date.UTC(2000, 0, 1, 0, 0, 1));
  const expected = [
    tag('r'),
    int64(0x1_2345_6789n),
    int64(0x1_2345_6789n),
    int64(0x1_2345_6789n),
    int64(1_000_000n),
  ];
  expect(status).toEqual(Buffer.concat([...expected, Buffer.from([0])]));
  expect(() => openXLogData(Buffer.from('x'))).toThrow(/unknown replication message/);
});
