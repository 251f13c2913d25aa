import { expect, test } from 'vitest';
import { readStoredBroadcast } from './database-broadcast.ts';
import type { RowChange } from './pgoutput.ts';

const NAMES = ['topic', 'extension', 'payload', 'event', 'private', 'id', 'binary_payload'];
const MESSAGE = {
  topic: 'region:west',
  extension: 'broadcast',
  payload: '{"a": 1}',
  event: 'e',
  private: 't',
  id: '1-2',
};

function change(
  row: Record<string, string | null>,
  relation = 'messages_2026_11_23',
  type: RowChange['type'] = 'INSERT',
): RowChange {
  return {
    kind: 'change',
    type,
    relation: {
      kind: 'relation',
      oid: 1,
      schema: 'realtime',
      name: relation,
      columns: NAMES.map((name) => ({ name, isKey: false, typeOid: 25 })),
    },
    row: NAMES.map((name) => (row[name] == null ? null : Buffer.from(row[name]))),
    oldRow: null,
  };
}

test('a stored message is read from a partition', () => {
  expect(readStoredBroadcast(change(MESSAGE))).toEqual({
    id: '1-2',
    topic: 'region:west',
    private: true,
    user: { event: 'e', encoding: 'json', bytes: Buffer.from('{"a": 1}') },
  });
  expect(readStoredBroadcast(change({ ...MESSAGE, private: 'f' }))?.private).toBe(false);
});

test('bytes are read from their hex', () => {
  const bytes = { ...MESSAGE, payload: null, binary_payload: '\\x00ff' };
  expect(readStoredBroadcast(change(bytes))?.user).toEqual({
    event: 'e',
    encoding: 'binary',
    bytes: Buffer.from([0, 255]),
  });
});

test('the payload is a copy: the stream reuses its memory', () => {
  const stored = change(MESSAGE);
  const read = readStoredBroadcast(stored)!;
  (stored.row![2] as Buffer).fill(0);
  expect(read.user.bytes.toString()).toBe('{"a": 1}');
});

test.each([
  ['without a topic', change({ ...MESSAGE, topic: null })],
  ['without an event', change({ ...MESSAGE, event: null })],
  ['neither public nor private', change({ ...MESSAGE, private: null })],
  ['without a payload', change({ ...MESSAGE, payload: null })],
  ['that was updated', change(MESSAGE, 'messages', 'UPDATE')],
  ['of another table', change(MESSAGE, 'messages2')],
])('a message %s is passed over', (_, stored) => {
  expect(readStoredBroadcast(stored)).toBeNull();
});
