import type { JoinableChannel } from '../../../../supabase/types/realtime.ts';
import type { Fields } from '../actions/map-rows.ts';
import { pendingEditsOf } from '../actions/pending-edits-of.ts';
import type { PendingEdit } from '../actions/pending-edits.ts';
import { ActionQueue, type Drained } from './action-queue.ts';
import { ABSENCE_MS, fetchDigest } from './digest.ts';
import { keptActions } from './kept-actions.ts';
import { changeRights, claimKept, keptOwner } from './kept-owner.ts';
import { keepQueries, pruneQueries, restoreQueries } from './kept-queries.ts';
import type { OfflinePage } from './offline-page.ts';
import type { NewAction, QueuedAction, Settled } from './queued-action.ts';
import { QueueMirror } from './queue-mirror.ts';
import { sendAction } from './send-action.ts';
import { type TabMessage, Tabs } from './tabs.ts';

const LOCK = 'civstart-offline-queue';
/** Pauses between attempts to reach the server, ms. */
const PAUSES_MS = [2000, 5000, 15_000, 30_000, 60_000];

/** Keeps a page, and sends what waits. Comes after the page, so that the first paint does not wait for it. */
export class OfflineWork {
  readonly queue: ActionQueue;
  #page: OfflinePage;
  #mirror: QueueMirror;
  #tabs = new Tabs((message) => this.#hear(message));
  #stops: (() => void)[] = [() => this.#tabs.close()];
  #stopped = false;
  #pauses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sent = { done: 0, refused: 0 };
  #reading: Promise<void> = Promise.resolve();

  private constructor(page: OfflinePage) {
    this.#page = page;
    const { db, user, queries } = page.options;
    this.#mirror = new QueueMirror(pendingEditsOf(queries));
    this.queue = new ActionQueue({
      store: keptActions(user),
      send: (action) => sendAction(db(), user, action),
      lead: (work) => navigator.locks.request(LOCK, work),
      isOnline: () => navigator.onLine && !this.#stopped,
      answers: async () => !(await db().rpc('my_channels')).error,
      changed: () => {
        this.#tabs.tell({ kind: 'queue' });
        void this.#read();
      },
      settled: (action, outcome) => {
        this.#tabs.tell({ kind: 'settled', action, outcome });
        this.#settle(action, outcome, true);
      },
    });
  }

  static async begin(page: OfflinePage): Promise<OfflineWork> {
    const work = new OfflineWork(page);
    try {
      await work.#begin();
    } catch (error) {
      work.stop();
      throw error;
    }
    return work;
  }

  async #begin(): Promise<void> {
    const { user, area, session, channels, away, queries, live } = this.#page.options;
    if (away) this.#page.shownFrom = (await keptOwner())?.liveAt ?? null;
    else {
      const { before, dropped } = await claimKept(user, channels, area, session);
      this.#tellDropped(dropped);
      if (before && before.liveAt > 0 && Date.now() - before.liveAt > ABSENCE_MS) {
        this.#tellDigest(before.liveAt, before.numbers, numbersOf(channels));
      }
    }
    this.#stops.push(
      keepQueries({
        queries,
        user,
        channels: () => this.#channels(),
        numbers: () => (live.status.kind === 'live' ? live.numbers() : null),
      }),
      this.#wake(),
    );
    this.#beServed();
    await this.#read();
    this.drain();
    void pruneQueries().catch((error: unknown) => console.warn('Old pages could not be let go:', error));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  async keep(action: NewAction, edit?: PendingEdit): Promise<void> {
    if (edit) this.#mirror.adopt(action, edit);
    if (!(await this.queue.add(action))) throw new Error('This browser keeps the changes of somebody else.');
    this.drain();
  }

  async discard(key: string): Promise<boolean> {
    const dropped = await this.queue.discard(key);
    if (dropped) {
      this.#mirror.drop(key);
      this.#tabs.tell({ kind: 'dropped', key });
    }
    return dropped;
  }

  /** Sends what was put aside again. */
  async retry(key: string): Promise<void> {
    await this.queue.retry(key);
    this.drain();
  }

  /** Decides one field of a conflict; sends the rest when it was the last. */
  async decide(key: string, field: string, whose: 'mine' | 'theirs'): Promise<void> {
    await this.queue.decide(key, field, whose);
    this.drain();
  }

  /** False when it is too late: it may have been done. */
  async edit(key: string, args: Fields, fields: Fields): Promise<boolean> {
    const edited = await this.queue.edit(key, args, fields);
    this.drain();
    return edited;
  }

  /** Sends what waits; again after a while where nobody answered. */
  drain(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || !navigator.onLine) return;
    this.queue.drain().then(
      (drained) => this.#drained(drained),
      (error: unknown) => {
        console.warn('The changes that wait could not be read:', error);
        this.#later();
      },
    );
  }

  rightsChanged(channels: readonly string[]): void {
    changeRights(this.#page.options.user, channels)
      .then((dropped) => {
        this.#tellDropped(dropped);
        if (!this.#stopped) this.#tabs.tell({ kind: 'rights' });
        return this.#read();
      })
      .catch((error: unknown) => console.warn('What is kept could not be sorted out:', error));
  }

  moved(kind: 'offline' | 'live'): void {
    const { queries, user, channels, live, returned } = this.#page.options;
    if (kind === 'offline') {
      // What was let go of in memory is still kept.
      void restoreQueries(queries, user).catch((error: unknown) =>
        console.warn('What is kept could not be read:', error),
      );
      return;
    }
    this.#pauses = 0;
    this.drain();
    const { shownFrom } = this.#page;
    if (shownFrom === null) return;
    this.#page.shownFrom = null;
    if (Date.now() - shownFrom > ABSENCE_MS) this.#tellDigest(shownFrom, numbersOf(channels), live.numbers());
    returned();
  }

  #drained(drained: Drained): void {
    // What waits is sent after the next sign-in, which says so.
    if (drained === 'signed_out') return this.#page.options.signedOut();
    if (drained === 'unreached') this.#later();
    else this.#pauses = 0;
    const { done, refused } = this.#sent;
    this.#sent = { done: 0, refused: 0 };
    const changes = (count: number) => (count === 1 ? '1 change' : `${count} changes`);
    const { toasts } = this.#page.options;
    if (refused) {
      const also = done ? `${changes(done)} sent. ` : '';
      toasts.refuse(`${also}${changes(refused)} put aside. Open the badge at the top to decide.`);
    } else if (done) toasts.done(`${changes(done)} sent`);
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const pause = PAUSES_MS[Math.min(this.#pauses++, PAUSES_MS.length - 1)]!;
    this.#timer = setTimeout(() => this.drain(), pause * (0.75 + Math.random() / 2));
  }

  #wake(): () => void {
    const online = () => this.drain();
    window.addEventListener('online', online);
    return () => window.removeEventListener('online', online);
  }

  /** A page that was on its way when its service worker began is not served by it, unless it asks. */
  #beServed(): void {
    const { serviceWorker } = navigator;
    void serviceWorker?.ready.then(({ active }) => {
      if (!serviceWorker.controller) active?.postMessage('serve me');
    });
  }

  #hear(message: TabMessage): void {
    if (this.#stopped) return;
    switch (message.kind) {
      case 'queue':
        return void this.#read();
      case 'settled':
        return this.#settle(message.action, message.outcome, false);
      case 'dropped':
        return this.#mirror.drop(message.key);
      case 'rights':
        return this.#page.options.live.check();
      case 'forgotten':
        return this.stop();
    }
  }

  #settle(action: QueuedAction, outcome: Settled, here: boolean): void {
    this.#mirror.settle(action, outcome);
    if (!here) return;
    if (outcome.ok) this.#sent.done += 1;
    else this.#sent.refused += 1;
  }

  /** One reading after the other: an older list must not follow a newer one. */
  #read(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      if (this.#stopped) return;
      const actions = await this.queue.all();
      this.#mirror.show(actions);
      this.#page.actions = actions;
    });
    return this.#reading.catch((error: unknown) => {
      this.#reading = Promise.resolve();
      console.warn('The changes that wait could not be read:', error);
    });
  }

  #tellDropped(dropped: number): void {
    if (!dropped) return;
    const many = dropped === 1 ? 'A change that waited was' : `${dropped} changes that waited were`;
    this.#page.options.toasts.refuse(`${many} for rows that are no longer yours: not sent, and gone.`);
  }

  /** The names of the channels that the page has joined, or will have in a moment. */
  #channels(): string[] {
    const { live, channels } = this.#page.options;
    const joined = Object.keys(live.numbers());
    return joined.length ? joined : Object.keys(numbersOf(channels));
  }

  #tellDigest(since: number, before: Record<string, number>, now: Record<string, number>): void {
    fetchDigest(this.#page.options.db(), since, before, now).then(
      (digest) => {
        this.#page.digest = digest;
      },
      (error: unknown) => console.warn('What changed meanwhile could not be read:', error),
    );
  }
}

const numbersOf = (channels: readonly JoinableChannel[]): Record<string, number> =>
  Object.fromEntries(
    channels.filter(({ name }) => name !== 'presence:admins').map(({ name, seq }) => [name, seq]),
  );
