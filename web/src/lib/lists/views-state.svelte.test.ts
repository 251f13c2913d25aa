import { QueryClient } from '@tanstack/svelte-query';
import { beforeEach, expect, test } from 'vitest';
import { savedViewQueries } from '../queries/saved-views.ts';
import { viewOf } from '../queries/testing/signal-records.ts';
import { FakeLive } from '../realtime/testing/fake-live.svelte.ts';
import { Toasts } from '../toasts.svelte.ts';
import { LISTS } from './lists.ts';
import type { ListState } from './list-state.svelte.ts';
import { ViewsState } from './views-state.svelte.ts';

let views: ViewsState;

function open(search: string): void {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  queries.setQueryData(savedViewQueries.of(LISTS.signals).queryKey, [
    { id: '1', name: 'Plain', query: '' },
    { id: '2', name: 'Old', query: '?urgency=high,nosuch&budget=5..&sort=-nosuch&status=drop' },
    { id: '3', name: 'Low', query: '?urgency=low' },
  ]);
  const list = { list: LISTS.signals, view: viewOf(search) } as unknown as ListState;
  new FakeLive(queries, new Toasts()).mount(() => {
    views = new ViewsState(list, 'me');
  });
}

beforeEach(() => open(''));

test.each([
  ['', 'Plain'],
  ['urgency=low', 'Low'],
  ['urgency=critical', undefined],
])('the list shows %j → the kept view is %j', (search, name) => {
  open(search);
  expect(views.current?.name).toBe(name);
});

test('a kept view with columns, values and an order that are no more → shows the rest, and is the one shown', () => {
  open('urgency=high,nosuch&budget=5..&sort=-nosuch&status=drop');
  expect([views.query, views.current?.name]).toEqual(['?urgency=high', 'Old']);
});
