import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createRestService } from './rest-service.ts';
import { seedUser } from './testing/seed-user.ts';
import { createTestGateway, type TestGateway } from './testing/test-gateway.ts';

const SCHEMA = `
  create table public.regions (name text primary key, label text not null);
  create table public.signals (
    id int primary key, title text not null, urgency text not null check (urgency in ('low', 'high')),
    region text references public.regions (name), score numeric(4, 2), tags text[] not null default '{}',
    details jsonb, day date, edited_at timestamptz not null default '2026-11-23 10:00:00.123456+00'
  );
  create table public.secrets (id int primary key);
  insert into public.regions values ('west', 'The West'), ('south', 'The South');
  insert into public.signals (id, title, urgency, region, score, tags, details, day)
    select n, 'Signal ' || n, case when n % 2 = 0 then 'high' else 'low' end,
      case when n <= 6 then 'west' else 'south' end, n * 1.5, array['a', 'b'], '{"k": [1, null]}', '2026-11-23'
    from generate_series(1, 12) n;

  alter table public.regions enable row level security;
  alter table public.signals enable row level security;
  alter table public.secrets enable row level security;
  revoke all on public.regions, public.signals, public.secrets from anon, authenticated, service_role;
  grant select on public.regions to authenticated, service_role;
  grant select, insert, update, delete on public.signals to authenticated, service_role;
  create policy "signed-in people read regions" on public.regions for select to authenticated using (true);
  create policy "people read the west" on public.signals for select to authenticated using (region = 'west');
  create policy "people write the west" on public.signals for insert to authenticated with check (region = 'west');

  create function public.whoami() returns jsonb language sql stable as $$
    select jsonb_build_object('uid', auth.uid(), 'role', auth.role(), 'email', auth.jwt() ->> 'email', 'as', current_user,
      'timeout', current_setting('statement_timeout'), 'path', current_setting('request.path'),
      'key', current_setting('request.headers')::jsonb ->> 'apikey')
  $$;
  create function public.high_signals(minimum int default 0) returns setof public.signals language sql stable as $$
    select * from public.signals where urgency = 'high' and id >= minimum
  $$;
  create function public.refuse() returns void language plpgsql as $$
    begin raise exception 'not on a Sunday' using hint = 'try Monday', detail = 'day 7'; end
  $$;
  create function public.cancelled() returns void language plpgsql as $$
    begin raise exception 'canceling statement due to statement timeout' using errcode = 'query_canceled'; end
  $$;
`;

const GRANTS = `
  select relname, relacl::text from pg_class
  where relnamespace in ('public'::regnamespace, 'auth'::regnamespace, 'realtime'::regnamespace) and relkind in ('r', 'p')
  union all
  select format('default %s %s', defaclnamespace::regnamespace, defaclobjtype), defaclacl::text from pg_default_acl
  order by 1, 2`;

let stack: TestGateway;
let userId: string;
let grantsBefore: unknown[];

beforeAll(async () => {
  stack = await createTestGateway(SCHEMA);
  userId = await seedUser(stack, 'west@civstart.test', 'correct horse');
  grantsBefore = (await stack.sql(GRANTS)).rows;
});
afterAll(() => stack[Symbol.asyncDispose]());

async function signedIn(): Promise<ReturnType<TestGateway['client']>> {
  const client = stack.client();
  const { error } = await client.auth.signInWithPassword({
    email: 'west@civstart.test',
    password: 'correct horse',
  });
  expect(error).toBeNull();
  return client;
}

test('anon is refused where nothing was granted, signed-in people see what their policy shows, the secret key sees all', async () => {
  expect(await stack.client().from('signals').select()).toMatchObject({
    status: 401,
    error: { code: '42501' },
  });
  const mine = await (await signedIn()).from('signals').select('id');
  expect(mine.data).toHaveLength(6);
  const all = await stack.client(stack.keys.secretKey).from('signals').select('id');
  expect(all.data?.length).toBeGreaterThan(6);
});

test('a list with embed, count, range, order and or', async () => {
  const { data, count, status, error } = await (
    await signedIn()
  )
    .from('signals')
    .select('id, title, regions(label)', { count: 'exact' })
    .or('urgency.eq.high,id.eq.1')
    .order('id', { ascending: false })
    .range(1, 2);
  expect(error).toBeNull();
  expect({ data, count, status }).toEqual({
    data: [
      { id: 4, title: 'Signal 4', regions: { label: 'The West' } },
      { id: 2, title: 'Signal 2', regions: { label: 'The West' } },
    ],
    count: 4,
    status: 206,
  });
});

test('no request gets more rows than config.toml allows', async () => {
  const { data, count } = await stack
    .client(stack.keys.secretKey)
    .from('signals')
    .select('id', { count: 'exact' });
  expect([data?.length, count]).toEqual([10, 12]);
});

test('rpc answers json, sets, and knows who calls', async () => {
  const client = await signedIn();
  expect((await client.rpc('whoami')).data).toEqual({
    uid: userId,
    role: 'authenticated',
    email: 'west@civstart.test',
    as: 'authenticated',
    timeout: '8s',
    path: '/rpc/whoami',
    key: stack.keys.publishableKey,
  });
  const { data } = await client.rpc('high_signals', { minimum: 3 }).select('id').order('id');
  expect(data).toEqual([{ id: 4 }, { id: 6 }]);
});

test.each(['publishableKey', 'anonKey', 'secretKey', 'serviceRoleKey'] as const)(
  'the %s stands for its role',
  async (name) => {
    const role = name === 'publishableKey' || name === 'anonKey' ? 'anon' : 'service_role';
    const answer = await stack.client(stack.keys[name]).rpc('whoami');
    expect(answer.data).toMatchObject({ uid: null, role, as: role, timeout: role === 'anon' ? '3s' : '8s' });
  },
);

test('an insert against the policy → 403, with it → 201 and the row', async () => {
  const client = await signedIn();
  const south = await client.from('signals').insert({ id: 100, title: 'x', urgency: 'low', region: 'south' });
  expect(south).toMatchObject({ status: 403, error: { code: '42501' } });
  const west = await client
    .from('signals')
    .insert({ id: 101, title: 'x', urgency: 'low', region: 'west' })
    .select('id');
  expect(west).toMatchObject({ status: 201, data: [{ id: 101 }] });
  await stack.sql('delete from public.signals where id = 101');
});

test.each([
  [
    'raise exception',
    {
      status: 400,
      error: { code: 'P0001', message: 'not on a Sunday', details: 'day 7', hint: 'try Monday' },
    },
  ],
  ['a check constraint', { status: 400, error: { code: '23514' } }],
  ['a duplicate', { status: 409, error: { code: '23505' } }],
  ['a missing reference', { status: 409, error: { code: '23503' } }],
  ['a timeout', { status: 500, error: { code: '57014' } }],
  ['a missing table', { status: 404, error: { code: 'PGRST205' } }],
  ['a schema that is not exposed', { status: 406, error: { code: 'PGRST106' } }],
])('%s is answered as by PostgREST', async (what, expected) => {
  const client = stack.client(stack.keys.secretKey);
  const signals = client.from('signals');
  const answer = await {
    'raise exception': () => client.rpc('refuse'),
    'a check constraint': () => signals.insert({ id: 50, title: 'x', urgency: 'none' }),
    'a duplicate': () => signals.insert({ id: 1, title: 'x', urgency: 'low' }),
    'a missing reference': () => signals.insert({ id: 50, title: 'x', urgency: 'low', region: 'moon' }),
    'a timeout': () => client.rpc('cancelled'),
    'a missing table': () => client.from('nothing').select(),
    'a schema that is not exposed': () => client.schema('auth').from('users').select(),
  }[what]!();
  expect(answer).toMatchObject(expected);
});

test('what the library prints of a refused request goes to the log, as one line', async () => {
  stack.lines.length = 0;
  await stack.client(stack.keys.secretKey).from('nothing').select();
  expect(stack.lines).toEqual([`rest: Could not find the table 'public.nothing' in the schema cache`]);
});

test('a browser of any origin may call, and the preflight is answered without a key', async () => {
  const url = `${stack.gateway.url}/rest/v1/signals`;
  const origin = 'http://127.0.0.1:5173';
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'apikey,authorization,x-client-info,x-sync-secret',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('x-sync-secret');
  const refused = await fetch(url, { headers: { origin } });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  expect(refused.headers.get('x-powered-by')).toBeNull();
});

test('DDL is seen without a restart, and so is a drop', async () => {
  const client = stack.client(stack.keys.secretKey);
  await stack.sql(`create table public.later (id int); insert into public.later values (7)`);
  await vi.waitFor(async () => expect((await client.from('later').select()).data).toEqual([{ id: 7 }]));
  await stack.sql('alter table public.later rename column id to number');
  await vi.waitFor(async () =>
    expect((await client.from('later').select('number')).data).toEqual([{ number: 7 }]),
  );
  await stack.sql('drop table public.later');
  await vi.waitFor(async () =>
    expect((await client.from('later').select()).error).toMatchObject({ code: 'PGRST205' }),
  );
});

test('rights are what the migrations made them, after all of these requests', async () => {
  const denied = await (await signedIn()).from('secrets').select();
  expect(denied).toMatchObject({ status: 403, error: { code: '42501' } });
  expect((await stack.sql(GRANTS)).rows).toEqual(grantsBefore);
  const { rows } = await stack.sql(`
    select has_table_privilege('anon', 'public.secrets', 'select') as anon,
           has_table_privilege('service_role', 'public.secrets', 'select') as service_role`);
  expect(rows).toEqual([{ anon: false, service_role: false }]);
});

test('nothing is granted even where the connection could: as the owner of every table', async () => {
  await using rest = await createRestService({
    authenticatorUrl: stack.database.url(),
    catalogUrl: stack.database.url(),
    keys: stack.keys,
    maxRows: 10,
    onLine: () => {},
  });
  const headers = { apikey: stack.keys.secretKey };
  const response = await rest.fetch(new Request('http://localhost/rest/v1/signals', { headers }));
  expect(response.status).toBe(200);
  expect((await stack.sql(GRANTS)).rows).toEqual(grantsBefore);
});
