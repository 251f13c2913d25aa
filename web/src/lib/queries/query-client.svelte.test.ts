import { focusManager, onlineManager, QueryObserver } from '@tanstack/svelte-query';
import { expect, test, vi } from 'vitest';
import { createQueryClient } from './query-client.ts';

test('back at the tab, back on the network, shown again after an hour → nothing is asked: the log tells', async () => {
  vi.useFakeTimers();
  const client = createQueryClient();
  client.mount();
  const fetcher = vi.fn(() => Promise.resolve([]));
  const show = () =>
    new QueryObserver(client, { queryKey: ['signals'], queryFn: fetcher }).subscribe(() => undefined);
  show();
  await vi.advanceTimersByTimeAsync(3_600_000);
  focusManager.setFocused(false);
  focusManager.setFocused(true);
  onlineManager.setOnline(false);
  onlineManager.setOnline(true);
  show();
  await vi.advanceTimersByTimeAsync(1000);
  expect(fetcher).toHaveBeenCalledTimes(1);
  focusManager.setFocused(undefined);
  client.unmount();
  client.clear();
  vi.useRealTimers();
});

test('refused → asked once: the client below repeats what nobody answered', async () => {
  const client = createQueryClient();
  const fetcher = vi.fn(() => Promise.reject(new Error('no')));
  await expect(client.fetchQuery({ queryKey: ['signals'], queryFn: fetcher })).rejects.toThrow('no');
  const observer = new QueryObserver(client, { queryKey: ['startups'], queryFn: fetcher });
  const leave = observer.subscribe(() => undefined);
  await vi.waitFor(() => expect(observer.getCurrentResult().status).toBe('error'));
  expect(fetcher).toHaveBeenCalledTimes(2);
  leave();
});
