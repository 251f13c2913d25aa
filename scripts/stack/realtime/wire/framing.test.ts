import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame } from './decode-frame.ts';
import { encodeBroadcast, encodeMessage } from './encode-frame.ts';
import { MalformedFrameError, type ProtocolVersion } from './protocol.ts';

const VERSIONS = ['1.0.0', '2.0.0'] as const;
const short = fc.string({ unit: 'binary', maxLength: 60 });
const ref = fc.option(fc.nat().map(String));
const message = fc.record({ joinRef: ref, ref, topic: short, event: short, payload: fc.jsonValue() });

test.each(VERSIONS)('%s: whatever is written as text reads back the same', (version) => {
  fc.assert(
    fc.property(message, (written) => {
      const { data, binary } = encodeMessage(version, written);
      // The wire knows no -0, and reads a payload that is null as an empty one.
      const payload: unknown = JSON.parse(JSON.stringify(written.payload)) ?? {};
      expect(decodeFrame(version, data, binary)).toEqual({ ...written, payload });
    }),
  );
});

test.each(VERSIONS)('%s: a payload given as JSON text stands in the place of the payload', (version) => {
  fc.assert(
    fc.property(message, (written) => {
      const raw = JSON.stringify(written.payload);
      expect(encodeMessage(version, { ...written, payload: null }, raw)).toEqual(
        encodeMessage(version, written),
      );
    }),
  );
});

/** As the official client writes them. */
function push(
  joinRef: string,
  ref: string,
  topic: string,
  event: string,
  meta: string,
  encoding: number,
  rest: Buffer,
): Buffer {
  const parts = [joinRef, ref, topic, event, meta].map((part) => Buffer.from(part));
  return Buffer.concat([Buffer.from([3, ...parts.map(({ length }) => length), encoding]), ...parts, rest]);
}

test('a binary broadcast of a client reads back in all its parts, with names in any script', () => {
  const bytes = fc.uint8Array().map((array) => Buffer.from(array));
  fc.assert(
    fc.property(short, short, short, short, bytes, (joinRef, ref, topic, event, rest) => {
      const read = decodeFrame('2.0.0', push(joinRef, ref, topic, event, '{}', 0, rest), true);
      expect(read).toMatchObject({ joinRef: joinRef || null, ref: ref || null, topic, event: 'broadcast' });
      expect(read.broadcast).toEqual({ event, encoding: 'binary', bytes: rest });
    }),
  );
});

test('a binary broadcast to clients has its parts where the official client looks for them', () => {
  fc.assert(
    fc.property(short, short, fc.jsonValue(), fc.boolean(), (topic, event, payload, withMeta) => {
      const meta = withMeta ? { id: 'b2f1' } : null;
      const bytes = Buffer.from(JSON.stringify(payload));
      const { data, binary } = encodeBroadcast('2.0.0', topic, { event, encoding: 'json', bytes }, meta)!;
      expect([binary, data[0], data[4]]).toEqual([true, 4, 1]);
      let offset = 5;
      const parts = [data[1]!, data[2]!, data[3]!].map((length) =>
        data.toString('utf8', offset, (offset += length)),
      );
      expect(parts).toEqual([topic, event, meta ? JSON.stringify(meta) : '']);
      expect(data.subarray(offset)).toEqual(bytes);
    }),
  );
});

test('a broadcast for version 1.0.0 is the JSON of the same message', () => {
  fc.assert(
    fc.property(short, short, fc.jsonValue(), (topic, event, payload) => {
      const bytes = Buffer.from(JSON.stringify(payload));
      const { data } = encodeBroadcast('1.0.0', topic, { event, encoding: 'json', bytes }, { id: '1' })!;
      const expected = {
        event,
        payload: JSON.parse(bytes.toString()) as unknown,
        type: 'broadcast',
        meta: { id: '1' },
      };
      expect(JSON.parse(data.toString())).toEqual({
        topic,
        event: 'broadcast',
        payload: expected,
        ref: null,
        join_ref: null,
      });
    }),
  );
});

test.each([
  ['bytes in version 1.0.0', '1.0.0', { event: 'e', encoding: 'binary', bytes: Buffer.alloc(1) }, 't'],
  [
    'an event over 255 bytes',
    '2.0.0',
    { event: 'é'.repeat(128), encoding: 'json', bytes: Buffer.alloc(1) },
    't',
  ],
  [
    'a topic over 255 bytes',
    '2.0.0',
    { event: 'e', encoding: 'json', bytes: Buffer.alloc(1) },
    't'.repeat(256),
  ],
] as const)('%s cannot be carried', (_, version, user, topic) => {
  expect(encodeBroadcast(version, topic, user, null)).toBeNull();
});

test.each(VERSIONS)(
  '%s: any bytes either read as a message or are malformed, nothing else happens',
  (version) => {
    const frame = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
      fc.uint8Array({ minLength: 7 }).map((array) => Buffer.from([3, ...array])),
    );
    fc.assert(
      fc.property(frame, fc.boolean(), (data, binary) => {
        try {
          expect(typeof decodeFrame(version, data, binary).topic).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedFrameError);
        }
      }),
      { numRuns: 1000 },
    );
  },
);

test.each<[string, ProtocolVersion, Buffer, boolean]>([
  ['a frame cut off in its header', '2.0.0', Buffer.from([3, 0, 0]), true],
  [
    'a frame cut off in its parts',
    '2.0.0',
    push('1', '2', 'topic', 'event', '', 0, Buffer.alloc(0)).subarray(0, 12),
    true,
  ],
  [
    'JSON that is none in a JSON broadcast',
    '2.0.0',
    push('1', '2', 't', 'e', '', 1, Buffer.from('1}')),
    true,
  ],
  ['another kind', '2.0.0', Buffer.from([4, 0, 0, 0, 0, 0, 0]), true],
  ['a binary frame in version 1.0.0', '1.0.0', push('', '', 't', 'e', '', 0, Buffer.alloc(0)), true],
  ['four elements', '2.0.0', Buffer.from('[null,null,"t","e"]'), false],
])('%s is malformed', (_, version, data, binary) => {
  expect(() => decodeFrame(version, data, binary)).toThrow(MalformedFrameError);
});
