import { jwtOfKey } from './api-keys.ts';
import type { LocalKeys } from './local-keys.ts';

/** A request's path and headers with each `sb_…` key replaced by its JWT, which is all that Realtime understands. */
export function swapRealtimeKeys<T extends Record<string, string | string[] | undefined>>(
  url: string,
  headers: T,
  keys: LocalKeys,
): { url: string; headers: T } {
  const parsed = new URL(url, 'http://localhost');
  const inQuery = parsed.searchParams.get('apikey');
  if (inQuery !== null) parsed.searchParams.set('apikey', jwtOfKey(inQuery, keys));

  const swapped: Record<string, string> = {};
  for (const name of ['apikey', 'x-api-key', 'authorization']) {
    const value = headers[name];
    if (typeof value === 'string') swapped[name] = value.replace(/sb_\S+$/, (key) => jwtOfKey(key, keys));
  }
  return { url: parsed.pathname + parsed.search, headers: { ...headers, ...swapped } };
}
