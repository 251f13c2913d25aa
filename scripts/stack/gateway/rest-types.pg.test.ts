import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from './testing/test-gateway.ts';

const SCHEMA = `
  create type public.mood as enum ('calm', 'busy');
  create table public.all_types (
    id uuid primary key default gen_random_uuid(), small smallint, whole int, big bigint, exact numeric(20, 2), single real,
    double double precision, flag boolean, words text, code varchar(9), raw bytea, doc json, docb jsonb,
    at timestamptz, local timestamp, day date, noon time, span interval, mood public.mood,
    ats timestamptz[], exacts numeric[], names text[], moods public.mood[], docs jsonb[], period tstzrange, ip inet
  );
  insert into public.all_types values
    (default, 1, 2, 9007199254740991, 4.50, 1.25, 0.1, true, 'a "b"', 'x', '\\x00ff', '{"k": [1, null]}', '[{"k": 1.50}]',
     '2026-11-23 10:00:00.123456+00', '2026-11-23 10:00:00', '2026-11-23', '12:00', '1 day 02:00', 'busy',
     '{2026-11-23 10:00:00+00, 2026-01-01 00:00:00+00}', '{1.0, 2.50}', '{a, b, "c d"}', '{calm}', '{"{}"}', '[2026-01-01, 2026-02-01)', '10.0.0.1'),
    (default, null, null, null, 'NaN', null, 1e300, null, '', null, null, null, null,
     'infinity', '-infinity', null, null, null, null, '{}', '{}', '{}', '{}', '{}', null, null);
  create function public.kinds(a jsonb, b json) returns text[] language sql as $$
    select array[jsonb_typeof(a), json_typeof(b), a::text] $$;
  grant execute on function public.kinds(jsonb, json) to service_role;
`;

let stack: TestGateway;

beforeAll(async () => {
  stack = await createTestGateway(SCHEMA);
});
afterAll(() => stack[Symbol.asyncDispose]());

test('a row looks like to_json of it, whatever the types', async () => {
  const { rows } = await stack.sql('select to_json(v) as row from public.all_types v order by id');
  const { data } = await stack.client(stack.keys.secretKey).from('all_types').select().order('id');
  expect(data).toEqual((rows as { row: unknown }[]).map(({ row }) => row));
});

test('what is written comes back as it was sent', async () => {
  const row = {
    id: '00000000-0000-4000-8000-000000000001',
    exact: 12.5,
    flag: false,
    words: "it's",
    raw: '\\x00ff',
    docb: { k: [1, { deep: null }], text: '"quoted"' },
    at: '2026-11-23T10:00:00.123456+00:00',
    day: '2026-11-23',
    mood: 'busy',
    ats: ['2026-11-23T10:00:00+00:00'],
    names: ['a', 'c "d"', ''],
  };
  const client = stack.client(stack.keys.secretKey);
  const inserted = await client.from('all_types').insert(row).select(Object.keys(row).join()).single();
  expect(inserted.data).toEqual(row);
  const changed = { docb: ['list'], words: null };
  const updated = await client
    .from('all_types')
    .update(changed)
    .eq('id', row.id)
    .select('docb, words')
    .single();
  expect(updated.data).toEqual(changed);
  const upserted = await client
    .from('all_types')
    .upsert({ id: row.id, words: 'again' })
    .select('words')
    .single();
  expect(upserted.data).toEqual({ words: 'again' });
  expect(await client.from('all_types').delete({ count: 'exact' }).eq('id', row.id)).toMatchObject({
    status: 204,
    count: 1,
  });
});

test.each([
  [{ k: [1, 'x'] }, ['object', 'object', '{"k": [1, "x"]}']],
  [
    [1, { k: '"' }],
    ['array', 'array', '[1, {"k": "\\""}]'],
  ],
  ['text', ['string', 'string', '"text"']],
])('rpc with %j for json → that, not a text of it', async (value, kinds) => {
  const answer = await stack.client(stack.keys.secretKey).rpc('kinds', { a: value, b: value });
  expect(answer.data).toEqual(kinds);
});
