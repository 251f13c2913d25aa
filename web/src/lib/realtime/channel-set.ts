import {
  type ChannelName,
  type Envelope,
  isEnvelope,
  type JoinableChannel,
} from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchChanges } from './change-log-api.ts';
import { type ChannelLog, fill, type LogStep, receive, startLog } from './channel-log.ts';
import { ChannelSubscription } from './channel-subscription.ts';
import type { LiveChange } from './live-change.ts';

export interface ChannelSetHandlers {
  /** Called once for every envelope, in the order of its channel. */
  change: (change: LiveChange) => void;
  /** The log does not reach back to what is on the page: fetch again. */
  reset: () => void;
  /** A number is missing: catch up. */
  gap: () => void;
  /** Somebody's rights changed, perhaps this person's: other channels or topics may be the right ones now. */
  rightsChanged: () => void;
  /** Every channel is joined; what was missed meanwhile is not known yet. */
  joined: () => void;
  broken: (reason: 'lost' | 'refused') => void;
}

interface Entry {
  subscription: ChannelSubscription;
  log: ChannelLog;
  joined: boolean;
}

/** The channels that carry changes, each joined once, each with its log in order. */
export class ChannelSet {
  #db: Db;
  #handlers: ChannelSetHandlers;
  #entries = new Map<ChannelName, Entry>();

  constructor(db: Db, handlers: ChannelSetHandlers) {
    this.#db = db;
    this.#handlers = handlers;
  }

  get allJoined(): boolean {
    return [...this.#entries.values()].every(({ joined }) => joined);
  }

  /** The last number applied in each channel. */
  numbers(): Map<ChannelName, number> {
    return new Map([...this.#entries].map(([name, { log }]) => [name, log.seq]));
  }

  /** Joins the topics of the list and leaves all others. Says which channels are new, and which are gone. */
  adopt(channels: readonly JoinableChannel[]): { gained: ChannelName[]; gone: ChannelName[] } {
    const names = new Set(channels.map(({ name }) => name));
    const gone = [...this.#entries.keys()].filter((name) => !names.has(name));
    for (const name of gone) {
      this.#entries.get(name)?.subscription.close();
      this.#entries.delete(name);
    }
    const gained = channels.filter(({ name }) => !this.#entries.has(name)).map(({ name }) => name);
    for (const channel of channels) this.#join(channel);
    return { gained, gone };
  }

  /**
   * Applies what the log has beyond what was applied.
   * @param head how far the log reached when it was asked
   * @param seen the number applied before it was asked
   */
  async catchUp(name: ChannelName, head: number, seen: number): Promise<void> {
    const entry = this.#entries.get(name);
    if (!entry) return;
    // A log that ends before what we had seen is another one: the database was made anew.
    if (head < seen) {
      this.#take(name, entry, { log: startLog(head), apply: [], gap: false, reset: true }, false);
      return;
    }
    let target = head;
    while (entry.log.seq < target || entry.log.waiting.size > 0) {
      const before = entry.log.seq;
      const answer = await fetchChanges(this.#db, name, before);
      if (this.#entries.get(name) !== entry) return;
      this.#take(name, entry, fill(entry.log, answer), false);
      target = answer.reset ? answer.seq : Math.max(target, answer.seq);
      if (entry.log.seq === before && !answer.reset) {
        throw new Error(`The log of ${name} gave nothing after ${before}, though it reaches ${target}.`);
      }
    }
  }

  close(): void {
    for (const { subscription } of this.#entries.values()) subscription.close();
    this.#entries.clear();
  }

  #join({ name, topic, seq }: JoinableChannel): void {
    const known = this.#entries.get(name);
    if (known?.subscription.topic === topic) return;
    known?.subscription.close();
    const subscription = new ChannelSubscription(
      this.#db,
      topic,
      {},
      {
        setUp: (channel, current) => {
          channel.on('broadcast', { event: '*' }, ({ payload }: { payload: unknown }) => {
            if (current() && isEnvelope(payload)) this.#receive(name, entry, payload);
          });
        },
        joined: () => {
          entry.joined = true;
          if (this.allJoined) this.#handlers.joined();
        },
        broken: (reason) => {
          entry.joined = false;
          this.#handlers.broken(reason);
        },
      },
    );
    // A new epoch is a new topic of the same log: its numbers go on.
    const entry: Entry = { subscription, log: known?.log ?? startLog(seq), joined: false };
    this.#entries.set(name, entry);
    subscription.open();
  }

  #receive(name: ChannelName, entry: Entry, envelope: Envelope): void {
    // On the topic that ends it has no number of its own: the log would take it for a repetition.
    if (envelope.event === 'access:changed') this.#handlers.rightsChanged();
    const step = receive(entry.log, envelope);
    this.#take(name, entry, step, true);
    if (step.gap) this.#handlers.gap();
  }

  #take(channel: ChannelName, entry: Entry, step: LogStep, live: boolean): void {
    entry.log = step.log;
    if (step.reset) this.#handlers.reset();
    for (const envelope of step.apply) this.#handlers.change({ channel, envelope, live });
  }
}
