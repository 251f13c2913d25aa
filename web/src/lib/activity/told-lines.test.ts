import { expect, test } from 'vitest';
import type { ChannelName, Envelope } from '../../../../supabase/types/realtime.ts';
import type { ActivityPage } from './activity-page.ts';
import { toldLines, withTold } from './told-lines.ts';

const signal = { id: 's1', signal_identifier: 'SIG-1', title: 'Potholes', urgency: 'low', pain_points: null };
const connection = { id: 'c1', signal_id: 's1', startup_id: 't1', connection_status: 'introduced' };
const startup = { id: 't1', name: 'Kelp' };
const known: Record<string, Record<string, unknown>> = { s1: signal, c1: connection, t1: startup };

const change = (event: Envelope['event'], ids: string[], more: Partial<Envelope> = {}) => ({
  channel: 'region:west' as ChannelName,
  live: true,
  envelope: {
    seq: 7,
    event,
    at: '2026-11-24T10:00:00.500Z',
    source: 'admin',
    actor: 'ann',
    ids,
    truncated: false,
    ...more,
  } satisfies Envelope,
});
const empty: ActivityPage = { lines: [], names: {} };
const patch = (page: ActivityPage, of: ReturnType<typeof change>) => {
  const told = toldLines(of, (id) => known[id]);
  return told ? withTold(page, told) : 'ask';
};
/** Of a change that its message tells. */
const told = (page: ActivityPage, of: ReturnType<typeof change>) => {
  const patched = patch(page, of);
  if (patched === 'ask') throw new Error('The message does not tell it.');
  return patched;
};

test('an edit of a row that the page had → what changed, from what to what, and of what', () => {
  const { lines, names } = told(
    empty,
    change('signal:updated', ['s1'], { records: [{ ...signal, urgency: 'high', updated_at: 'now' }] }),
  );
  expect(lines).toMatchObject([
    {
      entity: 'signal',
      entity_id: 's1',
      action: 'updated',
      changes: { urgency: ['low', 'high'] },
      actor: 'ann',
    },
  ]);
  expect(lines[0]).not.toHaveProperty('partial');
  expect(names).toEqual({ s1: 'Potholes' });
});

test('an edit of a connection → named by its startup and its signal', () => {
  const records = [{ ...connection, connection_status: 'matched' }];
  const { names } = told(empty, change('connection:updated', ['c1'], { records }));
  expect(names).toEqual({ c1: 'Kelp for Potholes' });
});

test('an edit of a row that the page never had → a line that is partial', () => {
  const records = [{ id: 'x', full_name: 'Ann Lee' }];
  const { lines, names } = told(empty, change('contact:updated', ['x'], { records }));
  expect(lines).toMatchObject([{ entity: 'contact', changes: {}, partial: true }]);
  expect(names).toEqual({ x: 'Ann Lee' });
});

test('only bookkeeping of Airtable → no line', () => {
  const records = [{ ...signal, airtable_edited_at: 'now' }];
  const of = change('signal:updated', ['s1'], { records, source: 'airtable', actor: null });
  expect(patch(empty, of)).toBe(empty);
});

test('what the database has said already → not said again', () => {
  const page: ActivityPage = {
    names: {},
    lines: [
      {
        id: 12,
        entity: 'signal',
        entity_id: 's1',
        action: 'updated',
        changes: { urgency: ['low', 'high'] },
        source: 'admin',
        actor: 'ann',
        at: '2026-11-24T10:00:00.100Z',
      },
    ],
  };
  const records = [{ ...signal, urgency: 'high' }];
  expect(patch(page, change('signal:updated', ['s1'], { records }))).toBe(page);
  const later = change('signal:updated', ['s1'], { records, at: '2026-11-24T10:01:00Z' });
  expect(told(page, later).lines).toHaveLength(2);
});

test('an assignment → its signal and its startup', () => {
  const records = [{ id: 'a1', signal_id: 's1', startup_id: 't1' }];
  const { lines, names } = told(empty, change('signal:assigned', ['a1'], { records }));
  expect(lines).toMatchObject([{ entity: 'assignment', action: 'created' }]);
  expect(names).toEqual({ a1: 'Potholes to Kelp' });
});

test('lines of two channels with the same number → each its own', () => {
  const one = told(empty, change('signal:updated', ['s1'], { records: [{ ...signal, urgency: 'high' }] }));
  const records = ['a', 'b'].map((id) => ({ id, name: id }));
  const two = told(one, { ...change('startup:updated', ['a', 'b'], { records }), channel: 'network' });
  expect(two.lines.map(({ id }) => id)).toEqual([-3, -2, -1]);
});

test.each<[string, ReturnType<typeof change>]>([
  ['went, or went to another region', change('signal:removed', ['s1'])],
  ['is one of too many', change('signal:updated', ['s1'], { truncated: true })],
  [
    'was here before, or stood in for itself',
    change('signal:created', ['s1'], { records: [{ ...signal, created_at: '2026-11-23T10:00:00Z' }] }),
  ],
])('a row that %s → only the database knows', (_, of) => {
  expect(patch(empty, of)).toBe('ask');
});

test('rows of a seed or a scan → no line, as in the database', () => {
  const of = change('signal:created', ['s1'], { records: [signal], source: 'system', actor: null });
  expect(patch(empty, of)).toBe(empty);
});

test.each(['pool', 'startup:t1'] as const)('told again on %s → no line', (channel) => {
  const of = change('connection:updated', ['c1'], {
    records: [{ ...connection, connection_status: 'matched' }],
  });
  expect(patch(empty, { ...of, channel })).toBe(empty);
});
