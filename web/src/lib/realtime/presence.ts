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
  /** When they last changed somebody's rights, or were given others, ISO 8601. */
  rights: string | null;
}

/** What a page says of its reader, as it changes. */
export interface Told {
  at: Place | null;
  rights: string | null;
}

/**
 * Who is here, and at which record. On a channel of its own: too many track calls close a channel, and
 * that must not be one that carries changes.
 */
export class Presence {
  readonly topic: string;
  #subscription: ChannelSubscription;
  #me: Pick<Person, 'user_id' | 'name' | 'since'>;
  #news: Told;
  /** What the others know of us; null while they know nothing. */
  #told: Told | null = null;
  #channel: RealtimeChannel | null = null;
  #budget = new PresenceBudget();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Db, topic: string, me: Whoami, news: Told, changed: (people: Person[]) => void) {
    this.topic = topic;
    this.#me = { user_id: me.user_id, name: me.display_name, since: new Date().toISOString() };
    this.#news = news;
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
          this.#told = null;
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

  /** The reader opened a record or closed it, or rights were changed. */
  tell(news: Told): void {
    this.#news = news;
    this.#tell();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#channel = null;
    this.#subscription.close();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    if (!this.#channel || (this.#told && same(this.#told, this.#news))) return;
    const wait = this.#budget.wait(Date.now(), this.#told === null);
    this.#timer = setTimeout(() => {
      this.#budget.spend(Date.now());
      this.#told = this.#news;
      void this.#channel?.track({ ...this.#me, ...this.#news });
    }, wait);
  }
}

const same = (a: Told, b: Told) => a.rights === b.rights && samePlace(a.at, b.at);

/** One entry a person, however many pages they have open; by name. */
export function readPeople(state: Record<string, unknown[]>): Person[] {
  const people = Object.values(state).flatMap((metas) => {
    const known = metas.filter(isPerson).sort((a, b) => a.since.localeCompare(b.since));
    const [first] = known;
    if (!first) return [];
    const at = known.map((meta) => readPlace(meta.at)).filter((place) => place !== null);
    const rights = known.map((meta) => (typeof meta.rights === 'string' ? meta.rights : ''));
    const [latest] = rights.sort().reverse();
    return [{ user_id: first.user_id, name: first.name, since: first.since, at, rights: latest || null }];
  });
  return people.sort((a, b) => a.name.localeCompare(b.name));
}

type Meta = Omit<Person, 'at' | 'rights'> & { at?: unknown; rights?: unknown };

function isPerson(meta: unknown): meta is Meta {
  if (typeof meta !== 'object' || meta === null) return false;
  const { user_id, name, since } = meta as Partial<Meta>;
  return typeof user_id === 'string' && typeof name === 'string' && typeof since === 'string';
}
