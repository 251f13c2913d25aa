import type { RealtimeChannel } from '@supabase/supabase-js';
import type { Whoami } from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';
import { ChannelSubscription } from './channel-subscription.ts';
import { PresenceBudget } from './presence-budget.ts';
import { type Place, readPlace, samePlace } from './presence-place.ts';

export interface Person {
  user_id: string;
  name: string;
  /** When they opened their first page, ISO 8601. */
  since: string;
  /** The records that they have open, one a page. */
  at: readonly Place[];
}

/**
 * Who is here, and at which record. On a channel of its own: too many track calls close a channel, and
 * that must not be one that carries changes.
 */
export class Presence {
  readonly topic: string;
  #subscription: ChannelSubscription;
  #me: Pick<Person, 'user_id' | 'name' | 'since'>;
  #at: Place | null;
  /** Where the others think that we are; undefined while they know nothing of us. */
  #told: Place | null | undefined;
  #channel: RealtimeChannel | null = null;
  #budget = new PresenceBudget();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Db, topic: string, me: Whoami, at: Place | null, changed: (people: Person[]) => void) {
    this.topic = topic;
    this.#me = { user_id: me.user_id, name: me.display_name, since: new Date().toISOString() };
    this.#at = at;
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
        joined: (channel) => {
          this.#channel = channel;
          this.#told = undefined;
          this.#tell();
        },
        broken: () => {
          this.#channel = null;
          changed([]);
        },
      },
    );
    this.#subscription.open();
  }

  /** The reader opened a record, or closed it. */
  look(at: Place | null): void {
    this.#at = at;
    this.#tell();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#channel = null;
    this.#subscription.close();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    if (!this.#channel || (this.#told !== undefined && samePlace(this.#told, this.#at))) return;
    const wait = this.#budget.wait(Date.now(), this.#told === undefined);
    this.#timer = setTimeout(() => {
      this.#budget.spend(Date.now());
      this.#told = this.#at;
      void this.#channel?.track({ ...this.#me, at: this.#at });
    }, wait);
  }
}

/** One entry a person, however many pages they have open; by name. */
export function readPeople(state: Record<string, unknown[]>): Person[] {
  const people = Object.values(state).flatMap((metas) => {
    const known = metas.filter(isPerson).sort((a, b) => a.since.localeCompare(b.since));
    const [first] = known;
    if (!first) return [];
    const at = known.map((meta) => readPlace(meta.at)).filter((place) => place !== null);
    return [{ user_id: first.user_id, name: first.name, since: first.since, at }];
  });
  return people.sort((a, b) => a.name.localeCompare(b.name));
}

type Meta = Omit<Person, 'at'> & { at?: unknown };

function isPerson(meta: unknown): meta is Meta {
  if (typeof meta !== 'object' || meta === null) return false;
  const { user_id, name, since } = meta as Partial<Meta>;
  return typeof user_id === 'string' && typeof name === 'string' && typeof since === 'string';
}
