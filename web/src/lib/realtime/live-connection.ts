import type { ChannelName, JoinableChannel, Whoami } from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';
import { fetchChannels } from './change-log-api.ts';
import { ChannelSet } from './channel-set.ts';
import type { LiveChange } from './live-change.ts';
import { type LiveEventName, type LiveStatus, nextStatus, SIGNED_OUT } from './live-machine.ts';
import { type Person, Presence, type Told } from './presence.ts';
import type { Place } from './presence-place.ts';
import { SettlingTask } from './settling-task.ts';

/** After this long without being up to date, the page polls. */
const PATIENCE_MS = 6000;

export interface ConnectionHandlers {
  status: (status: LiveStatus) => void;
  /** Called once for every envelope, in the order of its channel. */
  change: (change: LiveChange) => void;
  /** What is on the page cannot be brought up to date from the log: fetch again. */
  reset: () => void;
  /** These channels may not be joined any more: forget what came from them. */
  revoked: (names: ChannelName[]) => void;
  /** Other channels than before may be joined. */
  rights?: () => void;
  people: (people: Person[]) => void;
}

/**
 * Owns the socket of the page: joins what `my_channels` names, fills from the change log what the socket
 * did not bring, and says where it stands.
 */
export class LiveConnection {
  #db: Db;
  #me: Whoami;
  #handlers: ConnectionHandlers;
  #status: LiveStatus = SIGNED_OUT;
  #channels: ChannelSet;
  #presence: Presence | null = null;
  #told: Told = { at: null, rights: null };
  #settling: SettlingTask;
  #stopped = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(db: Db, me: Whoami, handlers: ConnectionHandlers) {
    this.#db = db;
    this.#me = me;
    this.#handlers = handlers;
    this.#channels = new ChannelSet(db, {
      change: handlers.change,
      reset: handlers.reset,
      gap: () => {
        this.#fire('gap');
        this.#settling.request();
      },
      rightsChanged: () => this.#settling.request(),
      joined: () => {
        this.#fire('subscribed');
        this.#settling.request();
      },
      broken: (reason) => this.#broken(reason),
    });
    this.#settling = new SettlingTask(() => this.#settle(), {
      done: () => {
        if (this.#channels.allJoined) this.#fire('caught_up');
      },
      failed: (error) => {
        console.warn('Could not catch up with the change log; trying again:', error);
        this.#fire('lost');
      },
    });
  }

  /** Joins. `channels` was read before the data on the page: what follows its numbers is filled in. */
  async start(channels: JoinableChannel[]): Promise<void> {
    this.#fire('start');
    // The library sends the first join without waiting for a token, and a private channel refuses it.
    await this.reauthorize();
    if (!this.#stopped) this.#adopt(channels);
  }

  /** Leaves every channel; nothing is reported afterwards. */
  stop(): void {
    this.#fire('sign_out');
    this.#stopped = true;
    clearTimeout(this.#patience);
    this.#settling.stop();
    this.#presence?.close();
    this.#channels.close();
  }

  /** Gives the socket the current token: a stored one is sent again and again after it expired. */
  async reauthorize(): Promise<void> {
    await this.#db.realtime.setAuth();
  }

  /** Tells the others which record the reader has open; null for none. */
  look(place: Place | null): void {
    this.#tell({ at: place });
  }

  /** Tells the others that rights were changed: each person hears only of their own. */
  rightsChanged(): void {
    this.#tell({ rights: new Date().toISOString() });
  }

  #tell(news: Partial<Told>): void {
    this.#told = { ...this.#told, ...news };
    this.#presence?.tell(this.#told);
  }

  /** The last number applied in each channel that is joined. */
  numbers(): ReadonlyMap<ChannelName, number> {
    return this.#channels.numbers();
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
    this.#settling.request();
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

  #broken(reason: 'lost' | 'refused'): void {
    this.#fire(reason);
    this.reauthorize().catch((error: unknown) => console.warn('No fresh token for the socket yet:', error));
    // Refused: perhaps the topic has a new epoch, perhaps the right is gone. my_channels knows.
    if (reason === 'refused') this.#settling.requestLater();
  }

  async #settle(): Promise<void> {
    const seen = this.#channels.numbers();
    const channels = await fetchChannels(this.#db);
    if (this.#stopped) return;
    const { gained, gone } = this.#adopt(channels);
    if (gone.length || gained.length) {
      this.rightsChanged();
      this.#handlers.rights?.();
    }
    if (gone.length) this.#handlers.revoked(gone);
    // Rows of a new channel were never on the page, and its log does not tell of them.
    else if (gained.length) this.#handlers.reset();
    for (const { name, seq } of channels) await this.#channels.catchUp(name, seq, seen.get(name) ?? 0);
  }

  #adopt(channels: readonly JoinableChannel[]) {
    const presence = channels.find(({ name }) => name === 'presence:admins');
    if (presence?.topic !== this.#presence?.topic) {
      this.#presence?.close();
      this.#handlers.people([]);
      this.#presence = presence
        ? new Presence(this.#db, presence.topic, this.#me, this.#told, this.#handlers.people)
        : null;
    }
    return this.#channels.adopt(channels.filter((channel) => channel !== presence));
  }
}
