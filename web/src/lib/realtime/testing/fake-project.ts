import { REALTIME_SUBSCRIBE_STATES } from '@supabase/supabase-js';
import type { ChannelName, Envelope, JoinableChannel } from '../../../../../supabase/types/realtime.ts';
import type { Db } from '../../supabase/schema.ts';

type SubscribeCallback = (status: REALTIME_SUBSCRIBE_STATES, error?: Error) => void;

class FakeChannel {
  joined = false;
  readonly topic: string;
  #project: FakeProject;
  #heard: ((message: { payload: unknown }) => void)[] = [];
  #status: SubscribeCallback = () => undefined;

  constructor(project: FakeProject, topic: string) {
    this.#project = project;
    this.topic = topic;
  }

  on(type: string, _filter: unknown, listener: (message: { payload: unknown }) => void): this {
    if (type === 'broadcast') this.#heard.push(listener);
    return this;
  }

  subscribe(callback: SubscribeCallback): this {
    this.#status = callback;
    this.join();
    return this;
  }

  /** Answers in a later task, as a server does. */
  join(): void {
    setTimeout(() => {
      if (!this.#project.up || !this.#project.channels.has(this)) return;
      this.joined = this.#project.mayJoin(this.topic);
      if (this.joined) this.#status(REALTIME_SUBSCRIBE_STATES.SUBSCRIBED);
      else
        this.fail(`Unauthorized: You do not have permissions to read from this Channel topic: ${this.topic}`);
    }, 5);
  }

  fail(message: string): void {
    this.joined = false;
    this.#status(REALTIME_SUBSCRIBE_STATES.CHANNEL_ERROR, new Error(message));
  }

  /** The server closed it; the library forgets it before it says so. */
  closed(): void {
    this.joined = false;
    this.#project.channels.delete(this);
    this.#status(REALTIME_SUBSCRIBE_STATES.CLOSED);
  }

  hear(payload: unknown): void {
    for (const listener of this.#heard) listener({ payload });
  }

  track = () => Promise.resolve('ok');
  presenceState = () => ({});
}

/** A project as the page's client sees it: numbered logs, joins that can be refused, a socket that breaks. */
export class FakeProject {
  up = true;
  readonly channels = new Set<FakeChannel>();
  #logs = new Map<ChannelName, { epoch: number; envelopes: Envelope[]; prunedTo: number }>();
  calls = { my_channels: 0, changes_since: 0 };

  constructor(...names: ChannelName[]) {
    for (const name of names) this.grant(name);
  }

  grant(name: ChannelName): void {
    this.#logs.set(name, { epoch: 1, envelopes: [], prunedTo: 0 });
  }

  revoke(name: ChannelName): void {
    this.raiseEpoch(name);
    this.#logs.delete(name);
  }

  raiseEpoch(name: ChannelName): void {
    const log = this.#logs.get(name);
    if (!log) return;
    this.#tellRights(name, log);
    log.epoch += 1;
  }

  /** As the database does: without a number of its own, and not in the log. */
  #tellRights(name: ChannelName, log: { epoch: number; envelopes: Envelope[] }): void {
    const at = new Date(Date.now()).toISOString();
    const seq = log.envelopes.length;
    for (const channel of this.channels) {
      if (!channel.joined || channel.topic !== `${name}:${log.epoch}`) continue;
      channel.hear({ seq, event: 'access:changed', at, source: 'system', ids: [], truncated: false });
    }
  }

  /** Forgets the log so far, as the database does after 72 hours. */
  prune(name: ChannelName): void {
    const log = this.#logs.get(name);
    if (log) log.prunedTo = log.envelopes.length;
  }

  joinable(): JoinableChannel[] {
    return [...this.#logs].map(([name, { epoch, envelopes }]) => ({
      name,
      topic: `${name}:${epoch}`,
      seq: envelopes.length,
    }));
  }

  mayJoin(topic: string): boolean {
    return this.joinable().some((channel) => channel.topic === topic);
  }

  /** Commits a change, and broadcasts it to whoever is joined unless it is dropped on the way. */
  commit(
    name: ChannelName,
    { dropped = false, ...told }: { dropped?: boolean } & Partial<Envelope> = {},
  ): Envelope | undefined {
    const log = this.#logs.get(name);
    if (!log) return undefined;
    const seq = log.envelopes.length + 1;
    const at = new Date(Date.now()).toISOString();
    const envelope: Envelope = {
      event: 'signal:updated',
      at,
      source: 'airtable',
      ids: [`${name}-${seq}`],
      truncated: false,
      ...told,
      seq,
    };
    log.envelopes.push(envelope);
    if (dropped || !this.up) return envelope;
    for (const channel of this.channels) {
      if (channel.joined && channel.topic === `${name}:${log.epoch}`) channel.hear(envelope);
    }
    return envelope;
  }

  breakSocket(): void {
    for (const channel of this.channels) channel.fail('socket closed');
  }

  /** What the library does by itself after a break. */
  rejoin(): void {
    for (const channel of this.channels) if (!channel.joined) channel.join();
  }

  closeChannel(name: ChannelName): void {
    for (const channel of [...this.channels]) if (channel.topic.startsWith(`${name}:`)) channel.closed();
  }

  get db(): Db {
    const fake = {
      channel: (topic: string) => {
        const channel = new FakeChannel(this, topic);
        this.channels.add(channel);
        return channel;
      },
      removeChannel: (channel: FakeChannel) => {
        // As the library does: CLOSED is told before the call returns.
        channel.closed();
        return Promise.resolve('ok');
      },
      rpc: (
        name: 'my_channels' | 'changes_since',
        args?: { channel: ChannelName; after: number; max: number },
      ) => new Promise((resolve) => setTimeout(() => resolve(this.#answer(name, args)), 10)),
      realtime: {
        pendingHeartbeatRef: null,
        setAuth: () => Promise.resolve(),
        connect: () => undefined,
        sendHeartbeat: () => Promise.resolve(),
      },
    };
    return fake as unknown as Db;
  }

  #answer(
    name: 'my_channels' | 'changes_since',
    args?: { channel: ChannelName; after: number; max: number },
  ) {
    if (!this.up) return { data: null, error: new Error('fetch failed') };
    this.calls[name] += 1;
    if (name === 'my_channels' || !args) return { data: this.joinable(), error: null };
    const log = this.#logs.get(args.channel);
    if (!log) return { data: null, error: new Error(`You may not join the channel ${args.channel}`) };
    const seq = log.envelopes.length;
    if (args.after < log.prunedTo || args.after > seq) return { data: { reset: true, seq }, error: null };
    // Short pages, so that catching up takes more than one.
    const changes = log.envelopes.slice(args.after, args.after + Math.min(args.max, 3));
    return { data: { changes, seq }, error: null };
  }
}
