import type { RealtimeChannel } from '@supabase/supabase-js';
import type { Whoami } from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';
import { ChannelSubscription } from './channel-subscription.ts';

export interface Person {
  user_id: string;
  name: string;
  /** When they opened their first page, ISO 8601. */
  since: string;
}

/** The server closes the channel over 5 tracks in 30 s. */
const TRACK_SPACING_MS = 7000;

/**
 * Who is here. On a channel of its own: too many track calls close a channel, and that must not be one
 * that carries changes.
 */
export class Presence {
  readonly topic: string;
  #subscription: ChannelSubscription;
  #me: Person;
  #trackedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Db, topic: string, me: Whoami, changed: (people: Person[]) => void) {
    this.topic = topic;
    this.#me = { user_id: me.user_id, name: me.display_name, since: new Date().toISOString() };
    this.#subscription = new ChannelSubscription(
      db,
      topic,
      { presence: { key: me.user_id, enabled: true } },
      {
        setUp: (channel, current) => {
          channel.on('presence', { event: 'sync' }, () => {
            if (current()) changed(readPeople(channel.presenceState()));
          });
        },
        joined: (channel) => this.#track(channel),
        broken: () => changed([]),
      },
    );
    this.#subscription.open();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#subscription.close();
  }

  #track(channel: RealtimeChannel): void {
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#trackedAt + TRACK_SPACING_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#trackedAt = Date.now();
      void channel.track({ ...this.#me });
    }, wait);
  }
}

/** One entry a person, however many pages they have open; by name. */
export function readPeople(state: Record<string, unknown[]>): Person[] {
  const people = Object.values(state).flatMap((metas) => {
    const known = metas.filter(isPerson).sort((a, b) => a.since.localeCompare(b.since));
    return known[0] ? [{ user_id: known[0].user_id, name: known[0].name, since: known[0].since }] : [];
  });
  return people.sort((a, b) => a.name.localeCompare(b.name));
}

function isPerson(meta: unknown): meta is Person {
  if (typeof meta !== 'object' || meta === null) return false;
  const { user_id, name, since } = meta as Partial<Person>;
  return typeof user_id === 'string' && typeof name === 'string' && typeof since === 'string';
}
