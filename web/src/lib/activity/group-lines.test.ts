import { expect, test } from 'vitest';
import type { ActivityLine } from './activity-line.ts';
import { groupLines } from './group-lines.ts';

let id = 100;
const line = (more: Partial<ActivityLine> = {}): ActivityLine => ({
  id: id--,
  entity: 'signal',
  entity_id: `s${id}`,
  action: 'updated',
  changes: { approval_status: ['draft', 'approved'] },
  source: 'admin',
  actor: 'ann',
  at: '2026-11-23T10:00:00Z',
  ...more,
});
const sizes = (lines: ActivityLine[]) => groupLines(lines).map((deed) => deed.lines.length);

test('twelve rows approved at once → one deed, whatever they were before', () => {
  const lines = Array.from({ length: 11 }, () => line());
  expect(sizes([...lines, line({ changes: { approval_status: ['rejected', 'approved'] } })])).toEqual([12]);
});

test.each<[string, Partial<ActivityLine>]>([
  ['a moment later', { at: '2026-11-23T10:00:01Z' }],
  ['by somebody else', { actor: 'bea' }],
  ['from Airtable', { source: 'airtable' }],
  ['to another value', { changes: { approval_status: ['draft', 'rejected'] } }],
  ['another action', { action: 'created', changes: {} }],
  ['another kind of row', { entity: 'contact' }],
])('%s → a deed of its own', (_, more) => {
  expect(sizes([line(), line(more)])).toEqual([1, 1]);
});
