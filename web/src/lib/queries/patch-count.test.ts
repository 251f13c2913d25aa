import { describe, expect, test } from 'vitest';
import { SIGNALS } from '../entities/signals.ts';
import { countMayDiffer } from './patch-count.ts';
import { change, record, row, viewOf } from './testing/signal-records.ts';

describe('how many rows a view has', () => {
  const was = row(record(1));
  test.each([
    ['a new row that matches', 'urgency=low', change('signal:created', [record(3)]), true],
    ['a new row that does not', 'urgency=high', change('signal:created', [record(3)]), false],
    [
      'a change that leaves it where it was',
      'urgency=low',
      change('signal:updated', [record(1, { title: 'T' })]),
      false,
    ],
    [
      'a change that takes it out',
      'urgency=low',
      change('signal:updated', [record(1, { urgency: 'high' })]),
      true,
    ],
    ['a change of a row that nobody knows', 'urgency=low', change('signal:updated', [record(9)]), true],
    ['a change, without a filter', '', change('signal:updated', [record(9)]), false],
    ['a removed row', '', change('signal:removed', [record(9)]), true],
    ['another kind of row', 'urgency=low', change('contact:removed', [record(9)]), false],
  ])('%s → counted again: %#', (_, search, update, again) => {
    const before = (id: string) => (id === was.id ? was : undefined);
    expect(countMayDiffer(SIGNALS, viewOf(search), update, before)).toBe(again);
  });
});
