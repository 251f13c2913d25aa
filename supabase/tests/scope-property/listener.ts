import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import type { Envelope } from '../../types/realtime.ts';

/** What reached a socket, and on which topic. */
export interface Heard {
  topic: string;
  channel: string;
  envelope: Envelope;
}

const FENCE = 'fence';

/** The socket of one person: notes everything that reaches it. */
export class Listener {
  readonly heard: Heard[] = [];
  #client: SupabaseClient;
  #joined = new Map<string, RealtimeChannel>();
  #fences = new Map<number, () => void>();

  constructor(client: SupabaseClient) {
    this.#client = client;
  }

  get topics(): string[] {
    return [...this.#joined.keys()];
  }

  /** Joins a public channel too: what is sent there comes after everything that was sent before. */
  async open(): Promise<void> {
    const fence = this.#client.channel(FENCE);
    fence.on('broadcast', { event: '*' }, (message) => {
      const { n } = message.payload as { n: number };
      this.#fences.get(n)?.();
      this.#fences.delete(n);
    });
    await subscribed(fence);
  }

  /** @returns why it was refused; null when it was not. */
  async join(topic: string): Promise<string | null> {
    const channel = this.#client.channel(topic, { config: { private: true } });
    channel.on('broadcast', { event: '*' }, (message) => {
      // realtime.send adds the id of the message to what it was given.
      const { id: _id, ...envelope } = message.payload as Envelope & { id: string };
      this.heard.push({ topic, channel: topic.slice(0, topic.lastIndexOf(':')), envelope });
    });
    try {
      await subscribed(channel);
    } catch (error) {
      await this.#client.removeChannel(channel);
      return (error as Error).message;
    }
    this.#joined.set(topic, channel);
    return null;
  }

  async leave(topic: string): Promise<void> {
    const channel = this.#joined.get(topic);
    this.#joined.delete(topic);
    if (channel) await this.#client.removeChannel(channel);
  }

  /** Resolves when the fence with this number has come, and with it all that was sent before. */
  fence(n: number): Promise<void> {
    return new Promise((resolve) => this.#fences.set(n, resolve));
  }
}

/** For the SQL that sends a fence. */
export const FENCE_TOPIC = FENCE;

function subscribed(channel: RealtimeChannel): Promise<void> {
  return new Promise((resolve, reject) =>
    channel.subscribe((status: string, error) => {
      if (status === 'SUBSCRIBED') resolve();
      else reject(error ?? new Error(status));
    }),
  );
}
