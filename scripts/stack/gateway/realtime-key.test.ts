import { expect, test } from 'vitest';
import { createLocalKeys } from './local-keys.ts';
import { swapRealtimeKeys } from './realtime-key.ts';

const keys = await createLocalKeys();
const PATH = '/realtime/v1/websocket';

test('an sb_ key becomes its JWT in the query and in every header that may carry it', () => {
  const swapped = swapRealtimeKeys(
    `${PATH}?apikey=${keys.publishableKey}&vsn=2.0.0`,
    {
      apikey: keys.secretKey,
      'x-api-key': keys.publishableKey,
      authorization: `Bearer ${keys.secretKey}`,
      host: 'h',
    },
    keys,
  );
  expect(swapped).toEqual({
    url: `${PATH}?apikey=${keys.anonKey}&vsn=2.0.0`,
    headers: {
      apikey: keys.serviceRoleKey,
      'x-api-key': keys.anonKey,
      authorization: `Bearer ${keys.serviceRoleKey}`,
      host: 'h',
    },
  });
});

test('JWTs and unknown keys pass as they are, for Realtime to judge', () => {
  const headers = { authorization: 'Bearer a.b.c' };
  for (const url of [PATH, `${PATH}?apikey=${keys.anonKey}`, `${PATH}?apikey=sb_publishable_unknown`]) {
    expect(swapRealtimeKeys(url, headers, keys)).toEqual({ url, headers });
  }
});
