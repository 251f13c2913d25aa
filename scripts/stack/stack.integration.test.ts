import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../supabase/types/database.ts';
import { createStack, type Stack } from './create-stack.ts';
import { createLiveListener } from './testing/live-listener.ts';
import { createTempFolder } from './testing/temp-folder.ts';

const folder = createTempFolder();
const OPTIONS = {
  stateDir: folder.path,
  ports: { api: 0, db: 0, airtable: 0, web: 0 },
  web: 'none',
  unsafeFast: true,
} as const;
let stack: Stack;

beforeAll(async () => {
  stack = await createStack(OPTIONS);
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The Airtable id of a signal in a region, and a title that it does not have yet. */
async function signalOf(region: 'west' | 'south'): Promise<string> {
  const admin = createClient<Database>(stack.env.API_URL, stack.env.SECRET_KEY, {
    auth: { persistSession: false },
  });
  const { data, error } = await admin
    .from('signals')
    .select('airtable_id')
    .eq('region', region)
    .limit(1)
    .single();
  if (error) throw new Error(error.message);
  return data.airtable_id!;
}

describe('one edit in Airtable', () => {
  test('reaches the admin of its region and the owner, with the row, and nobody else', async () => {
    await using west = await createLiveListener(stack.env, 'west@civstart.test');
    await using south = await createLiveListener(stack.env, 'south@civstart.test');
    await using owner = await createLiveListener(stack.env, 'owner@civstart.test');

    stack.airtable.base.update('Signals', await signalOf('west'), { Title: 'Edited in the west' });
    const title = (title: string) => (e: { event: string; records?: { title?: unknown }[] }) =>
      e.event === 'signal:updated' && e.records?.[0]?.title === title;
    const told = await west.hears(title('Edited in the west'));
    expect(told).toMatchObject({ source: 'airtable', truncated: false, records: [{ region: 'west' }] });
    await owner.hears(title('Edited in the west'));

    // What comes after, in their own region, shows that the socket of the south works and that nothing came before.
    stack.airtable.base.update('Signals', await signalOf('south'), { Title: 'Edited in the south' });
    await south.hears(title('Edited in the south'));
    expect(south.heard.filter(({ channel }) => channel !== 'region:south')).toEqual([]);
    expect(JSON.stringify(south.heard)).not.toContain('Edited in the west');
    expect(JSON.stringify(west.heard)).not.toContain('Edited in the south');
  });

  test('while a client is away → in the change log, by number', async () => {
    const away = await createLiveListener(stack.env, 'west@civstart.test');
    const { data: before } = await away.supabase.rpc('my_channels');
    const seq = before!.find(({ name }) => name === 'region:west')!.seq;
    await away.supabase.removeAllChannels();

    await using witness = await createLiveListener(stack.env, 'west@civstart.test');
    stack.airtable.base.update('Signals', await signalOf('west'), { Title: 'While you were away' });
    await witness.hears((e) => e.records?.[0]?.title === 'While you were away');

    const { data } = await away.supabase.rpc('changes_since', { channel: 'region:west', after: seq });
    expect(data).toMatchObject({
      seq: seq + 1,
      changes: [{ seq: seq + 1, records: [{ title: 'While you were away' }] }],
    });
    expect(away.heard).toEqual([]);
  });

  test('to a channel of another region: join and log are refused', async () => {
    await using south = await createLiveListener(stack.env, 'south@civstart.test');
    await using west = await createLiveListener(stack.env, 'west@civstart.test');
    const { data: channels } = await west.supabase.rpc('my_channels');
    const topic = channels!.find(({ name }) => name === 'region:west')!.topic;
    const status = await new Promise<string>((resolve) =>
      south.supabase
        .channel(topic, { config: { private: true } })
        .subscribe((s, error) => resolve(`${s} ${error?.message}`)),
    );
    expect(status).toMatch(/CHANNEL_ERROR.*Unauthorized/);
    const { error } = await south.supabase.rpc('changes_since', { channel: 'region:west', after: 0 });
    expect(error).toMatchObject({ code: '42501' });
  });
});

describe('the function', () => {
  const post = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${stack.env.FUNCTIONS_URL}/airtable/${path}`, { method: 'POST', ...init });
  const code = async (response: Response): Promise<unknown> =>
    ((await response.json()) as { error: { code: string } }).error.code;

  test('a ping with a wrong MAC → 401, of an unknown webhook → 404, malformed → 400, too large → 413', async () => {
    const [hook] = await fetchWebhooks();
    const ping = (id: string) =>
      JSON.stringify({ base: { id: 'app1' }, webhook: { id }, timestamp: '2026-01-01T00:00:00Z' });
    const mac = { 'x-airtable-content-mac': `hmac-sha256=${'0'.repeat(64)}` };
    expect(await code(await post('webhook', { body: ping(hook!), headers: mac }))).toBe('SIGNATURE_MISMATCH');
    expect(await code(await post('webhook', { body: ping('achNobody'), headers: mac }))).toBe(
      'UNKNOWN_WEBHOOK',
    );
    expect(await code(await post('webhook', { body: '{' }))).toBe('MALFORMED_BODY');
    expect(await code(await post('webhook', { body: 'x'.repeat(70_000) }))).toBe('BODY_TOO_LARGE');
    expect((await post('webhook', { body: ping(hook!), headers: mac })).status).toBe(401);
  });

  test('/drain without the secret → 401; with it → counts', async () => {
    expect((await post('drain', {})).status).toBe(401);
    expect(await code(await post('drain', { headers: { 'x-sync-secret': 'another' } }))).toBe(
      'SECRET_MISMATCH',
    );
    const drained = await post('drain', { headers: { 'x-sync-secret': stack.env.SYNC_SECRET } });
    expect(drained.status).toBe(200);
    expect(Object.values(((await drained.json()) as { webhooks: object }).webhooks)).toEqual([
      expect.objectContaining({ state: 'drained' }),
    ]);
  });

  test('killed → started again by itself, and what happened meanwhile arrives', async () => {
    await using west = await createLiveListener(stack.env, 'west@civstart.test');
    const before = stack.functions.pid('airtable')!;
    process.kill(before, 'SIGKILL');
    stack.airtable.base.update('Signals', await signalOf('west'), { Title: 'While Deno was dead' });
    await expect
      .poll(async () => (await fetch(`${stack.env.FUNCTIONS_URL}/airtable/health`)).status, {
        timeout: 20_000,
      })
      .toBe(200);
    expect(stack.functions.pid('airtable')).not.toBe(before);
    await post('drain', { headers: { 'x-sync-secret': stack.env.SYNC_SECRET } });
    await west.hears((e) => e.records?.[0]?.title === 'While Deno was dead');
  });

  async function fetchWebhooks(): Promise<string[]> {
    const response = await fetch(
      `${stack.env.AIRTABLE_API_URL}/v0/bases/${stack.env.AIRTABLE_BASE_ID}/webhooks`,
      {
        headers: { authorization: `Bearer ${stack.env.AIRTABLE_API_KEY}` },
      },
    );
    return ((await response.json()) as { webhooks: { id: string }[] }).webhooks.map((webhook) => webhook.id);
  }
});

describe('the stack', () => {
  test('a second one on the same folder → refused with what to do', async () => {
    await expect(createStack(OPTIONS)).rejects.toThrow(
      /already runs on .* Stop it first, or choose another folder/,
    );
  });

  test('a taken port → an error that names it and the option', async () => {
    using other = createTempFolder();
    const port = Number(new URL(stack.env.API_URL).port);
    await expect(
      createStack({ ...OPTIONS, stateDir: other.path, ports: { ...OPTIONS.ports, api: port } }),
    ).rejects.toThrow(
      `Port ${port} for the API is taken. Free it, or choose another with --api-port <port>.`,
    );
  });

  test('Postgres killed → it says so; the next start has the data, the webhook and the same keys', async () => {
    process.kill(stack.postgres.pid, 'SIGKILL');
    expect(await stack.broken).toBe('Postgres has ended (SIGKILL)');
    const keys = stack.env.PUBLISHABLE_KEY;
    await stack[Symbol.asyncDispose]();

    stack = await createStack(OPTIONS);
    expect(stack.env.PUBLISHABLE_KEY).toBe(keys);
    await using west = await createLiveListener(stack.env, 'west@civstart.test');
    const { data } = await west.supabase.from('signals').select('title').eq('title', 'While Deno was dead');
    expect(data).toHaveLength(1);
    stack.airtable.base.update('Signals', await signalOf('west'), { Title: 'After the restart' });
    await west.hears((e) => e.records?.[0]?.title === 'After the restart');
  });
});
