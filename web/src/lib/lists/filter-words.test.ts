import { expect, test } from 'vitest';
import { LISTS } from './lists.ts';
import { filterWords } from './filter-words.ts';
import { filterFields, readView } from './view.ts';

test.each([
  ['signals', 'urgency=high', 'Urgency is High'],
  ['signals', 'urgency=high,critical', 'Urgency is High or Critical'],
  ['signals', 'status=draft,pending_review,approved,rejected', 'Status is Draft, Pending review, or 2 more'],
  ['signals', 'public=no', 'Public is no'],
  ['signals', 'edited=1d', 'Edited today'],
  ['signals', 'edited=7d', 'Edited in the last 7 days'],
  ['signals', 'edited=2026-11-01..', 'Edited since Nov 1, 2026'],
  ['signals', 'edited=..2026-11-01', 'Edited until Nov 1, 2026'],
  ['signals', 'edited=2026-11-01..2026-11-01', 'Edited on Nov 1, 2026'],
  ['signals', 'edited=2026-11-01..2026-11-05', 'Edited Nov 1, 2026 to Nov 5, 2026'],
  ['startups', 'credits=5..', 'Credits is at least 5'],
  ['startups', 'credits=5..1000', 'Credits is 5 to 1,000'],
  ['startups', 'sector=Water', 'Sector is Water'],
] as const)('%s?%s → %s', (id, search, sentence) => {
  const view = readView(LISTS[id], new URLSearchParams(search));
  const [field] = filterFields(LISTS[id]).filter(({ key }) => view.filters[key]);
  const { verb, value } = filterWords(field!, view.filters[field!.key]!);
  expect([field!.label, verb, value].filter(Boolean).join(' ')).toBe(sentence);
});

test('a link → the names of its rows, as they become known', () => {
  const field = LISTS.signals.entity.fields.find(({ key }) => key === 'organization_id')!;
  const filter = { kind: 'one-of', values: ['1', '2'] } as const;
  expect(filterWords(field, filter, (id) => (id === '1' ? 'Mesa Verano' : undefined)).value).toBe(
    'Mesa Verano or …',
  );
});
