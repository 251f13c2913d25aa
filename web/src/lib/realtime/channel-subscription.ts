import {
  REALTIME_SUBSCRIBE_STATES,
  type RealtimeChannel,
  type RealtimeChannelOptions,
} from '@supabase/supabase-js';
import type { Db } from '../supabase/schema.ts';

/** Waits this long, times 0.5 to 1.5, before a closed channel is built anew. */
const REBUILD_MS = 2000;

export interface SubscriptionHandlers {
  /** Add listeners here, before the join; `current()` is false once the channel was replaced. */
  setUp(channel: RealtimeChannel, current: () => boolean): void;
  joined(channel: RealtimeChannel): void;
  /** No longer joined. The library joins again by itself after `lost` and `refused`. */
  broken(reason: 'lost' | 'refused'): void;
}

/**
 * The one owner of a topic. `channel()` hands out shared objects, and a second `subscribe()` on one is
 * ignored, so nobody else may touch this topic.
 */
export class ChannelSubscription {
  readonly topic: string;
  #db: Db;
  #options: RealtimeChannelOptions['config'];
  #handlers: SubscriptionHandlers;
  #channel: RealtimeChannel | null = null;
  /** Callbacks of a channel that was replaced carry an older number, and are not heard. */
  #generation = 0;
  #rebuild: ReturnType<typeof setTimeout> | undefined;

  constructor(
    db: Db,
    topic: string,
    options: RealtimeChannelOptions['config'],
    handlers: SubscriptionHandlers,
  ) {
    this.topic = topic;
    this.#db = db;
    this.#options = { ...options, private: true };
    this.#handlers = handlers;
  }

  open(): void {
    const generation = ++this.#generation;
    const current = () => generation === this.#generation;
    const channel = this.#db.channel(this.topic, { config: this.#options });
    this.#channel = channel;
    this.#handlers.setUp(channel, current);
    channel.subscribe((status, error) => {
      if (!current()) return;
      switch (status) {
        case REALTIME_SUBSCRIBE_STATES.SUBSCRIBED:
          return this.#handlers.joined(channel);
        case REALTIME_SUBSCRIBE_STATES.CHANNEL_ERROR:
          return this.#handlers.broken(
            /unauthorized|permission/i.test(error?.message ?? '') ? 'refused' : 'lost',
          );
        case REALTIME_SUBSCRIBE_STATES.TIMED_OUT:
          return this.#handlers.broken('lost');
        case REALTIME_SUBSCRIBE_STATES.CLOSED:
          return this.#closed();
      }
    });
  }

  /** Leaves the topic for good. */
  close(): void {
    this.#generation += 1;
    clearTimeout(this.#rebuild);
    const channel = this.#channel;
    this.#channel = null;
    // Answers "timed out" where the socket is gone; the channel is removed all the same.
    if (channel) void this.#db.removeChannel(channel);
  }

  /** The server closed the channel: the library never joins it again. */
  #closed(): void {
    this.#generation += 1;
    this.#channel = null;
    this.#rebuild = setTimeout(() => this.open(), REBUILD_MS * (0.5 + Math.random()));
    this.#handlers.broken('lost');
  }
}
