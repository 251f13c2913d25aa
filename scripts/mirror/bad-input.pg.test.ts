import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { BackfillRequest, DrainRequest } from '../../edge-functions/airtable/requests.ts';
import { addPerson } from '../../supabase/tests/support/people.ts';
import { createTestMirror, SYNC_SECRET, type TestMirror } from './testing/test-mirror.ts';

/** `REQUESTS=50000` for a long run, `SEED=…` (printed by a failure) to see it again. */
const { REQUESTS = '4000', SEED } = process.env;
const TOKENS = { viewer: 'a.viewers.token', nobody: 'a.strangers.token' };

let mirror: TestMirror;
let webhookId: string;
let before: unknown;

beforeAll(async () => {
  const people = new Map<string, string>();
  mirror = await createTestMirror({ findUser: (token) => Promise.resolve(people.get(token)) });
  people.set(TOKENS.viewer, await addPerson(mirror.sql, 'Vic', 'viewer', ['west']));
  webhookId = await mirror.webhookId();
  before = await contents();
});
afterAll(async () => mirror[Symbol.asyncDispose]());

/** Everything that a request could have written to. */
async function contents(): Promise<unknown> {
  const tables = await mirror.sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'airtable', 'live') order by 1`;
  const all: Record<string, unknown> = {};
  for (const { name } of tables) {
    all[name] = [...(await mirror.sql.unsafe(`select to_jsonb(t)::text as row from ${name} t order by 1`))];
  }
  return all;
}

const junk = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{',
    '[]',
    'null',
    '0',
    '"text"',
    '{}x',
    '\u0000',
    '{"a":1e999}',
    '\ud800',
    '['.repeat(5000),
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(64 * 1024 + 1, 200_000).map((length) => 'x'.repeat(length)),
);
const oddId = fc.oneof(
  fc.constantFrom(
    '',
    'app',
    'tbl',
    'rec',
    "'; drop table signals; --",
    'app\u0000x',
    'rec'.padEnd(400, 'x'),
    '../..',
    'constructor',
  ),
  fc.string({ maxLength: 40 }),
  fc.constant(null),
  fc.integer(),
);
const knownHook = fc.constant(null).map(() => webhookId);
const bodies = fc.oneof(
  junk,
  fc
    .record({
      base: fc.record({ id: oddId }, { requiredKeys: [] }),
      webhook: fc.record({ id: fc.oneof(oddId, knownHook) }, { requiredKeys: [] }),
    })
    .map((ping) => JSON.stringify(ping)),
  fc
    .record(
      { baseId: oddId, tableId: oddId, recordIds: fc.oneof(fc.array(oddId, { maxLength: 5 }), oddId) },
      { requiredKeys: [] },
    )
    .map((ids) => JSON.stringify(ids)),
  fc
    .constantFrom({ background: 'yes' }, { background: null }, { baseId: 'appNobodyKnows1' })
    .map((body) => JSON.stringify(body)),
);
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const mac = fc.oneof(
  headerText,
  fc.constantFrom(
    'hmac-sha256=',
    'hmac-sha256=zz',
    'HMAC-SHA256=00',
    `hmac-sha256=${'0'.repeat(64)}`,
    `hmac-sha256=${'f'.repeat(63)}`,
  ),
);
const secret = fc.oneof(
  headerText,
  fc.constantFrom(SYNC_SECRET.slice(1), `${SYNC_SECRET} x`, SYNC_SECRET.toUpperCase(), 'x'.repeat(10_000)),
  fc.constant(SYNC_SECRET),
);
const authorization = fc.oneof(
  headerText,
  fc.constantFrom(
    'Bearer',
    'Bearer  ',
    'bearer x',
    `Bearer ${TOKENS.viewer}`,
    `Bearer ${TOKENS.nobody}`,
    'Basic eDp5',
  ),
);
const requests = fc.record({
  path: fc.constantFrom(
    '/webhook',
    '/automation',
    '/drain',
    '/backfill',
    '/health',
    '/nowhere',
    '/webhook/../drain',
    '/%00',
    '',
  ),
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE'),
  body: bodies,
  headers: fc.record(
    {
      'x-airtable-content-mac': mac,
      'x-sync-secret': secret,
      authorization,
      'content-type': fc.oneof(
        headerText,
        fc.constantFrom('application/json', 'text/plain', 'multipart/form-data'),
      ),
      'content-length': fc.constantFrom('0', '5', '99999999', 'many'),
    },
    { requiredKeys: [] },
  ),
});
type GeneratedRequest = typeof requests extends fc.Arbitrary<infer T> ? T : never;

const SHAPES = new Map<string, z.ZodType>([
  ['/drain', DrainRequest],
  ['/webhook/../drain', DrainRequest],
  ['/backfill', BackfillRequest],
]);

/** Whoever has the secret and sends what a route takes is no bad input. Of these, no base is known. */
function isGood({ path, method, body, headers }: GeneratedRequest): boolean {
  const shape = SHAPES.get(path);
  if (method !== 'POST' || headers['x-sync-secret']?.trim() !== SYNC_SECRET || !shape) return false;
  try {
    const parsed = shape.safeParse(body === '' ? {} : JSON.parse(body));
    return parsed.success && (parsed.data as { baseId?: string }).baseId === undefined;
  } catch {
    return false;
  }
}

test(`${REQUESTS} requests that nobody should send → refused with a code, nothing written, nothing secret in a log line`, async () => {
  await fc.assert(
    fc.asyncProperty(
      requests.filter((request) => !isGood(request)),
      async ({ path, method, body, headers }) => {
        const response = await mirror.request(path, { method, headers, body });
        const text = await response.text();
        expect(response.status, text).toBeGreaterThanOrEqual(400);
        expect(response.status, text).toBeLessThan(500);
        expect(JSON.parse(text)).toEqual({
          error: {
            code: expect.stringMatching(/^[A-Z_]+$/) as string,
            message: expect.any(String) as string,
          },
        });
      },
    ),
    { numRuns: Number(REQUESTS), ...(SEED ? { seed: Number(SEED) } : {}) },
  );
  expect(await contents()).toEqual(before);
  const [{ secret: macSecret }] = await mirror.sql<[{ secret: string }]>`
    select mac_secret_base64 as secret from airtable.webhooks`;
  const lines = JSON.stringify(mirror.log);
  for (const hidden of [SYNC_SECRET, macSecret, TOKENS.viewer, TOKENS.nobody, 'patMirrorTest']) {
    expect(lines).not.toContain(hidden);
  }
  expect(mirror.log.filter(({ level }) => level === 'error')).toEqual([]);
}, 300_000);
