import {
  type ChannelName,
  type Envelope,
  isEnvelope,
  type JoinableChannel,
  type Whoami,
} from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchChanges, fetchChannels } from './change-log-api.ts';
import { type ChannelLog, fill, type LogStep, receive, startLog } from './channel-log.ts';
import { ChannelSubscription } from './channel-subscription.ts';
import type { LiveChange } from './live-change.ts';
import { type LiveEventName, type LiveStatus, nextStatus, SIGNED_OUT } from './live-machine.ts';
import { type Person, Presence } from './presence.ts';

/** After this long without being up to date, the page polls. */
const PATIENCE_MS = 6000;
const RETRY_MS = 2000;
const RETRY_MAX_MS = 30_000;

export interface ConnectionHandlers {
  status: (status: LiveStatus) => void;
  /** Called once for every envelope, in the order of its channel. */
  change: (change: LiveChange) => void;
  /** The log does not reach back to what is on the page: fetch again. */
  reset: () => void;
  /** These channels may not be joined any more: forget what came from them. */
  revoked: (names: ChannelName[]) => void;
  people: (people: Person[]) => void;
}

interface Entry {
  name: ChannelName;
  subscription: ChannelSubscription;
  log: ChannelLog;
  joined: boolean;
}

/**
 * Owns the socket of the page: joins what `my_channels` names, puts every channel's numbers in order,
 * fills what is missing from the change log, and says where it stands.
 */
export class LiveConnection {
  #db: Db;
  #me: Whoami;
  #handlers: ConnectionHandlers;
  #status: LiveStatus = SIGNED_OUT;
  #entries = new Map<ChannelName, Entry>();
  #presence: Presence | null = null;
  #stopped = false;
  #settling = false;
  #settleAgain = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Db, me: Whoami, handlers: ConnectionHandlers) {
    this.#db = db;
    this.#me = me;
    this.#handlers = handlers;
  }

  /** Joins. `channels` was read before the data on the page: what follows its numbers is filled in. */
  async start(channels: JoinableChannel[]): Promise<void> {
    this.#fire('start');
    await this.reauthorize();
    if (!this.#stopped) this.#adopt(channels);
  }

  /** Leaves every channel; nothing is reported afterwards. */
  stop(): void {
    this.#fire('sign_out');
    this.#stopped = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#patience);
    this.#presence?.close();
    for (const { subscription } of this.#entries.values()) subscription.close();
    this.#entries.clear();
  }

  /** Gives the socket the current token: a stored one is sent again and again after it expired. */
  async reauthorize(): Promise<void> {
    await this.#db.realtime.setAuth();
  }

  networkDown(): void {
    this.#fire('network_down');
    // A second heartbeat while one is unanswered ends the socket now, not at the next timeout.
    void this.#db.realtime.sendHeartbeat();
    void this.#db.realtime.sendHeartbeat();
  }

  networkUp(): void {
    this.#fire('network_up');
    this.#db.realtime.connect();
  }

  /** Looks at the log and the socket, whatever the socket says of itself. */
  check(): void {
    if (this.#status.kind === 'offline') return this.networkUp();
    this.#db.realtime.connect();
    if (!this.#db.realtime.pendingHeartbeatRef) void this.#db.realtime.sendHeartbeat();
    void this.#settle();
  }

  #fire(event: LiveEventName): void {
    if (this.#stopped) return;
    const before = this.#status;
    this.#status = nextStatus(before, event, Date.now());
    if (this.#status === before) return;
    if (this.#status.kind !== before.kind) {
      clearTimeout(this.#patience);
      if (this.#status.kind === 'connecting' || this.#status.kind === 'catching_up') {
        this.#patience = setTimeout(() => this.#fire('slow'), PATIENCE_MS);
      }
    }
    this.#handlers.status(this.#status);
  }

  /** Makes the joined channels those of the list: joins new topics, leaves old ones. */
  #adopt(channels: JoinableChannel[]): void {
    const named = new Map(channels.map((channel) => [channel.name, channel]));
    const revoked = [...this.#entries.values()].filter(({ name }) => !named.has(name));
    for (const { name, subscription } of revoked) {
      subscription.close();
      this.#entries.delete(name);
    }
    this.#adoptPresence(named.get('presence:admins'));
    named.delete('presence:admins');
    for (const channel of named.values()) this.#adoptChannel(channel);
    if (revoked.length) this.#handlers.revoked(revoked.map(({ name }) => name));
  }

  #adoptChannel({ name, topic, seq }: JoinableChannel): void {
    const known = this.#entries.get(name);
    if (known?.subscription.topic === topic) return;
    known?.subscription.close();
    const entry: Entry = {
      name,
      log: known?.log ?? startLog(seq),
      joined: false,
      subscription: new ChannelSubscription(
        this.#db,
        topic,
        {},
        {
          setUp: (channel, current) => {
            channel.on('broadcast', { event: '*' }, ({ payload }: { payload: unknown }) => {
              if (current() && isEnvelope(payload)) this.#receive(entry, payload);
            });
          },
          joined: () => this.#joined(entry),
          broken: (reason) => this.#broken(entry, reason),
        },
      ),
    };
    this.#entries.set(name, entry);
    entry.subscription.open();
  }

  #adoptPresence(channel: JoinableChannel | undefined): void {
    if (channel?.topic === this.#presence?.topic) return;
    this.#presence?.close();
    this.#handlers.people([]);
    this.#presence = channel ? new Presence(this.#db, channel.topic, this.#me, this.#handlers.people) : null;
  }

  #joined(entry: Entry): void {
    entry.joined = true;
    if (![...this.#entries.values()].every(({ joined }) => joined)) return;
    this.#fire('subscribed');
    void this.#settle();
  }

  #broken(entry: Entry, reason: 'lost' | 'refused'): void {
    entry.joined = false;
    this.#fire(reason);
    this.reauthorize().catch((error: unknown) => console.warn('No fresh token for the socket yet:', error));
    // Refused: perhaps the topic has a new epoch, perhaps the right is gone. my_channels knows.
    if (reason === 'refused') this.#settleLater();
  }

  #receive(entry: Entry, envelope: Envelope): void {
    const gap = this.#take(entry, receive(entry.log, envelope), true);
    if (gap) this.#fire('gap');
    if (gap || envelope.event === 'access:changed') void this.#settle();
  }

  #take(entry: Entry, step: LogStep, live: boolean): boolean {
    entry.log = step.log;
    if (step.reset) this.#handlers.reset();
    for (const envelope of step.apply) this.#handlers.change({ channel: entry.name, envelope, live });
    return step.gap;
  }

  /**
   * Asks what may be joined and how far each log reaches, and fills what is behind. One at a time; asked
   * for meanwhile, it looks once more, because the first answer may be older than the reason to ask.
   */
  async #settle(): Promise<void> {
    if (this.#settling) {
      this.#settleAgain = true;
      return;
    }
    this.#settling = true;
    clearTimeout(this.#retry);
    try {
      do {
        this.#settleAgain = false;
        const seen = new Map([...this.#entries].map(([name, { log }]) => [name, log.seq]));
        const channels = await fetchChannels(this.#db);
        if (this.#stopped) return;
        this.#adopt(channels);
        for (const { name, seq } of channels) await this.#catchUp(name, seq, seen.get(name) ?? 0);
      } while (this.#settleAgain && !this.#stopped);
      this.#failures = 0;
      if ([...this.#entries.values()].every(({ joined }) => joined)) this.#fire('caught_up');
    } catch (error) {
      console.warn('Could not catch up with the change log; trying again:', error);
      this.#fire('lost');
      this.#settleLater();
    } finally {
      this.#settling = false;
    }
  }

  #settleLater(): void {
    if (this.#stopped) return;
    clearTimeout(this.#retry);
    const wait = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.#failures++) * (0.5 + Math.random());
    this.#retry = setTimeout(() => void this.#settle(), wait);
  }

  /** @param seen the number applied before `head` was asked for */
  async #catchUp(name: ChannelName, head: number, seen: number): Promise<void> {
    const entry = this.#entries.get(name);
    if (!entry) return;
    // A log that ends before what we had seen is another one: the database was set up anew.
    if (head < seen) {
      this.#take(entry, { log: startLog(head), apply: [], gap: false, reset: true }, false);
      return;
    }
    let target = head;
    while (entry.log.seq < target || entry.log.waiting.size > 0) {
      const before = entry.log.seq;
      const answer = await fetchChanges(this.#db, name, before);
      if (this.#entries.get(name) !== entry) return;
      this.#take(entry, fill(entry.log, answer), false);
      target = answer.reset ? answer.seq : Math.max(target, answer.seq);
      if (entry.log.seq === before && !answer.reset) {
        throw new Error(
          `The change log of ${name} gave nothing after ${before}, though it reaches ${target}.`,
        );
      }
    }
  }
}
