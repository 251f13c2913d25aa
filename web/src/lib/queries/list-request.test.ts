import { createClient } from '@supabase/supabase-js';
import { expect, test } from 'vitest';
import { LISTS } from '../lists/lists.ts';
import { readView } from '../lists/view.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchRows } from './list-request.ts';

test.each([
  ['sector=Water', '("Water")'],
  ['sector="', '("\\"")'],
  ['sector=a\\', '("a\\\\")'],
  ['sector=Pipes (3"),Water', '("Pipes (3\\")","Water")'],
])('%s → asked for as it is written, whatever signs are in it', async (search, asked) => {
  let url = '';
  const fetch = (request: RequestInfo | URL) => {
    url = request instanceof Request ? request.url : String(request);
    return Promise.resolve(new Response('[]'));
  };
  const db: Db = createClient('http://project.test', 'key', { global: { fetch } });
  const view = readView(LISTS.startups, new URLSearchParams(search));
  await fetchRows(db, LISTS.startups.entity, view, { from: 0, size: 1 });
  expect(new URL(url).searchParams.get('sector')).toBe(`in.${asked}`);
});
