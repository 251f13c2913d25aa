import { QueryClient } from '@tanstack/svelte-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OfflineOptions } from './offline-page.ts';
import { OfflineState } from './offline.svelte.ts';

const unhandled: unknown[] = [];
const noted: string[] = [];
let channels: Set<unknown>;
const note = (reason: unknown) => unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  noted.length = 0;
  channels = new Set();
  process.on('unhandledRejection', note);
  vi.spyOn(console, 'warn').mockImplementation((text: string) => noted.push(text));
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        channels.add(this);
      }
      close() {
        channels.delete(this);
      }
    },
  );
  // As where a browser lets a page keep nothing.
  vi.stubGlobal('indexedDB', {
    open: () => {
      throw new DOMException('Not here', 'SecurityError');
    },
  });
});
afterEach(() => {
  process.off('unhandledRejection', note);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const open = () =>
  new OfflineState({
    queries: new QueryClient(),
    db: () => ({}),
    user: 'u1',
    area: 'app',
    channels: [],
    away: false,
    live: { numbers: () => ({ 'region:west': 4 }), status: { kind: 'live' } },
  } as unknown as OfflineOptions);

const settled = () => new Promise((resolve) => setTimeout(resolve, 200));

test.each<[string, (offline: OfflineState) => void]>([
  ['other rights', (offline) => offline.rightsChanged()],
  ['up to date', (offline) => offline.moved('live')],
  ['no network', (offline) => offline.moved('offline')],
  ['left', () => undefined],
])(
  'a browser that keeps nothing, then %s → noted once it was tried, and nothing fails or stays open',
  async (_, happen) => {
    const offline = open();
    const stop = offline.start();
    happen(offline);
    stop();
    await settled();
    expect(unhandled).toEqual([]);
    expect(noted).toContain('This page cannot work offline:');
    expect(channels.size).toBe(0);
  },
);

test('other rights, after the work could not begin → it is tried again: what is kept must go with the right', async () => {
  const offline = open();
  offline.start();
  await settled();
  noted.length = 0;
  offline.rightsChanged();
  await settled();
  expect(unhandled).toEqual([]);
  expect(noted).toEqual(['What is kept was not told of other rights:']);
});
