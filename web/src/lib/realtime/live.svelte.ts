import type { QueryClient } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import type { Envelope, JoinableChannel, LiveEvent, Whoami } from '../../../../supabase/types/realtime.ts';
import { pendingEditsOf } from '../actions/pending-edits-of.ts';
import { journalOf } from '../queries/change-journal.ts';
import type { Db } from '../supabase/schema.ts';
import { now } from '../clock.svelte.ts';
import { type ChangeListener, ChangeListeners } from './change-listeners.ts';
import { Freshness } from './freshness.ts';
import type { LiveChange } from './live-change.ts';
import { LiveConnection } from './live-connection.ts';
import type { LiveStatus } from './live-machine.ts';
import { Poller } from './poller.ts';
import type { Person } from './presence.ts';
import { type Place, samePlace } from './presence-place.ts';
import { RecentChanges } from './recent-changes.svelte.ts';
import { RowVersions } from './row-versions.ts';
import { listenForWake } from './wake-signals.ts';

const POLL_MS = 30_000;

export interface LiveOptions {
  queries: QueryClient;
  me: Whoami;
  /** The person lost channels: what the page shows must be asked for again from the top. */
  onRevoked: () => void;
  /** The person may join other channels than before. */
  onRights?: () => void;
}

/** What pages know of the live data: where it stands, who is here, and every change as it is applied. */
export class LiveState {
  readonly recent: RecentChanges;
  /** Where the page stands, why, and since when. */
  status = $state.raw<LiveStatus>({ kind: 'connecting', reason: 'starting', since: 0 });
  /** Who has a page open, this page's reader too; empty while not connected. */
  people = $state.raw<readonly Person[]>([]);
  #measured = $state.raw(0);
  #options: LiveOptions;
  #freshness = new Freshness();
  #versions = new RowVersions();
  #listeners = new ChangeListeners();
  #connection: LiveConnection | null = null;
  #place: Place | null = null;
  #poller = new Poller(() => void this.refresh(), POLL_MS);

  constructor(options: LiveOptions) {
    this.#options = options;
    // What the reader changed is on the screen already.
    this.recent = new RecentChanges((id, field) => pendingEditsOf(options.queries).covers(id, field));
  }

  /** Median time from edit to screen over the last minute, ms; null without an edit in it. */
  get delay(): number | null {
    // Read anew after each measurement, and as the minute passes.
    return this.#freshness.p50(Math.max(now(), this.#measured));
  }

  /** Calls `listener` for every applied change of these events. Returns how to stop. */
  on(events: readonly LiveEvent[], listener: ChangeListener): () => void {
    return this.#listeners.add(events, listener);
  }

  /** Connects, from the numbers that were read before the data on the page. Returns how to stop. */
  start(db: Db, channels: JoinableChannel[]): () => void {
    const connection = new LiveConnection(db, this.#options.me, {
      status: (status) => {
        this.status = status;
        this.#poller.set(status.kind === 'polling');
      },
      change: (change) => this.#apply(change),
      reset: () => void this.refresh(),
      revoked: () => this.#purge(),
      rights: () => this.#options.onRights?.(),
      people: (people) => {
        this.people = people;
      },
    });
    this.#connection = connection;
    connection.look(this.#place);
    const stopListening = listenForWake({
      networkDown: () => connection.networkDown(),
      networkUp: () => connection.networkUp(),
      woken: () => connection.check(),
    });
    void connection.start(channels);
    if (!navigator.onLine) connection.networkDown();
    return () => {
      stopListening();
      connection.stop();
      this.#poller.set(false);
    };
  }

  /** The reader has this record open; null when it was closed. */
  look(place: Place | null): void {
    this.#place = place;
    this.#connection?.look(place);
  }

  /** The reader changed somebody's rights: colleagues who look at the team look again. */
  rightsChanged(): void {
    this.#connection?.rightsChanged();
  }

  /** Who else has a record open. */
  othersAt(place: Place): readonly Person[] {
    return this.people.filter(
      ({ user_id, at }) => user_id !== this.#options.me.user_id && at.some((one) => samePlace(one, place)),
    );
  }

  /** Fetches again what is on the page; what is not is fetched when it is opened. */
  async refresh(): Promise<void> {
    await this.#options.queries.invalidateQueries();
  }

  /** "Refresh now": the data, and a look at the socket. */
  async refreshNow(): Promise<void> {
    this.#connection?.check();
    await this.refresh();
  }

  /** How far the log of each channel that the page has joined is applied to it. */
  numbers(): Record<string, number> {
    return Object.fromEntries(this.#connection?.numbers() ?? []);
  }

  /** Looks whether the channels are still the right ones. */
  check(): void {
    this.#connection?.check();
  }

  async reauthorize(): Promise<void> {
    await this.#connection?.reauthorize();
  }

  #apply(change: LiveChange): void {
    const admitted = this.#versions.admit(change);
    if (!admitted) return;
    journalOf(this.#options.queries).add(admitted);
    // What the reader just changed stays on top until the database has answered.
    pendingEditsOf(this.#options.queries).during(admitted, () => this.#listeners.tell(admitted));
    if (change.live) this.#measure(change);
  }

  #measure({ envelope }: LiveChange): void {
    const began = editTime(envelope);
    const shown = () => {
      this.#measured = Date.now();
      this.#freshness.add(began, this.#measured);
    };
    // A hidden page draws no frames.
    if (document.visibilityState === 'visible') requestAnimationFrame(shown);
  }

  /** Rows of a lost region may be in any cache: all are emptied, and only what is allowed comes back. */
  #purge(): void {
    this.recent.clear();
    this.#versions.clear();
    this.#options.queries.removeQueries({ type: 'inactive' });
    void this.#options.queries.resetQueries();
    this.#options.onRevoked();
  }
}

/** A row may also change without an edit of its own, and then its last edit is long ago. */
const EDIT_AGE_MAX_MS = 10 * 60_000;

function editTime(envelope: Envelope): number {
  const committed = Date.parse(envelope.at);
  const times = [envelope.edited_at, envelope.received_at].map((time) => Date.parse(time ?? ''));
  return times.find((time) => committed - time < EDIT_AGE_MAX_MS) ?? committed;
}

export const [useLive, setLive] = createContext<LiveState>();
