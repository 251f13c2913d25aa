import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { Authorizer } from '../authorizer.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { PostgresChanges } from '../postgres-changes/postgres-changes.ts';
import { RateCounter } from '../rate-counter.ts';
import type { RealtimeContext } from '../realtime-context.ts';
import { StreamedTransactions } from '../replication/streamed-transactions.ts';
import { Rooms } from '../room.ts';
import type { Frame } from '../wire/protocol.ts';
import { userBroadcast } from '../wire/shared-message.ts';
import { Channel } from './channel.ts';
import type { ChannelTransport, OpenChannel } from './open-channel.ts';

/** Joins wait here for as long as a test wants; no database is asked anything. */
class Gate extends StreamedTransactions {
  readonly reached = Promise.withResolvers<void>();
  readonly opened = Promise.withResolvers<void>();

  override async visible(): Promise<void> {
    this.reached.resolve();
    await this.opened.promise;
  }
}

function publicChannel() {
  const pool = new Pool();
  const log = (): void => undefined;
  const rate = (): RateCounter => new RateCounter(1e9, 5000);
  const gate = new Gate(pool, log);
  const rates = { messages: rate(), joins: rate(), presence: rate(), changes: rate() };
  const context: RealtimeContext = {
    pool,
    rates,
    log,
    limits: DEFAULT_LIMITS,
    rooms: new Rooms(),
    streamed: gate,
    authorizer: new Authorizer(pool, () => Promise.resolve()),
    changes: new PostgresChanges({ databaseUrl: '', pool, rate: rates.changes, log }),
    joinErrorDelayMs: 0,
    verify: () => Promise.resolve({ role: 'anon', exp: Date.now() / 1000 + 60 }),
    replicationReady: () => Promise.resolve(),
  };
  const sent: string[] = [];
  const closed: OpenChannel[] = [];
  const transport: ChannelTransport = {
    version: '1.0.0',
    keyToken: 'key',
    headers: {},
    channelCount: 1,
    send: ({ data }: Frame) => void sent.push((JSON.parse(data.toString()) as { event: string }).event),
    forget: (channel) => void closed.push(channel),
    disconnect: () => undefined,
  };
  const join = { joinRef: '1', ref: '1', topic: 'realtime:room', event: 'phx_join', payload: {} };
  const channel = new Channel(context, transport, join);
  channel.open('1');
  return { channel, context, gate, sent, closed };
}

const message = (id: string) =>
  userBroadcast('room', { event: id, encoding: 'json', bytes: Buffer.from('{}') }, id);

test('a message that arrives while the join is under way comes after its answer', async () => {
  const { channel, context, gate, sent } = publicChannel();
  await gate.reached.promise;
  context.rooms.broadcast(false, 'room', message('early'));
  expect(sent).toEqual([]);
  const answered = new Promise<void>((resolve) => {
    // Behind the join in the channel's own queue.
    channel.receive({ joinRef: '1', ref: '2', topic: 'realtime:room', event: 'presence', payload: {} });
    channel.receive({ joinRef: '1', ref: '3', topic: 'realtime:room', event: 'phx_leave', payload: {} });
    channel.closed.addEventListener('abort', () => resolve());
  });
  gate.opened.resolve();
  await answered;
  expect(sent).toEqual(['phx_reply', 'broadcast', 'phx_reply', 'phx_reply', 'phx_close']);
});

test('a channel abandoned during its join says nothing more and leaves its room', async () => {
  const { channel, context, gate, sent, closed } = publicChannel();
  await gate.reached.promise;
  expect(context.rooms.size).toBe(1);
  channel.abandon();
  channel.abandon();
  gate.opened.resolve();
  await gate.opened.promise;
  await Promise.resolve();
  expect(context.rooms.size).toBe(0);
  expect([sent, closed]).toEqual([[], [channel]]);
});
