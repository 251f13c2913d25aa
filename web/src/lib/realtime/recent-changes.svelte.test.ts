import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import { RecentChanges } from './recent-changes.svelte.ts';

test('a cell’s mark alternates with every change, and goes when the row was looked at', () => {
  const recent = new RecentChanges();
  const seen: (string | undefined)[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(recent.mark('a', 'urgency')));
  });
  flushSync();
  for (let count = 0; count < 2; count++) flushSync(() => recent.add([{ id: 'a', fields: ['urgency'] }]));
  flushSync(() => recent.seen('a'));
  stop();
  expect(seen).toEqual([undefined, 'odd', 'even', undefined]);
});

test('a change of another row → does not draw this one again', () => {
  const recent = new RecentChanges();
  let draws = 0;
  const stop = $effect.root(() => {
    $effect(() => {
      recent.mark('a', 'urgency');
      draws += 1;
    });
  });
  flushSync();
  flushSync(() => recent.add([{ id: 'a', fields: ['urgency'] }]));
  const before = draws;
  flushSync(() => recent.add([{ id: 'b', fields: ['urgency'] }]));
  stop();
  expect(before).toBe(2);
  expect(draws).toBe(before);
});

test('thousands of changed rows → the newest 500 are marked', () => {
  const recent = new RecentChanges();
  for (let index = 0; index < 2000; index++) recent.add([{ id: `row-${index}`, fields: ['title'] }]);
  expect(recent.mark('row-1999', 'title')).toBe('odd');
  expect(recent.mark('row-1499', 'title')).toBeUndefined();
});
