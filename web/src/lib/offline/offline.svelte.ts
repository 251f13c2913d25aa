import { createContext } from 'svelte';
import type { Outbox } from '../actions/outbox.ts';
import type { PendingEdit } from '../actions/pending-edits.ts';
import { loadPart } from '../load-part.ts';
import type { LiveKind } from '../realtime/live-machine.ts';
import type { Digest } from './digest.ts';
import type { OfflineOptions, OfflinePage } from './offline-page.ts';
import type { OfflineWork } from './offline-work.ts';
import type { NewAction, QueuedAction } from './queued-action.ts';

/** What pages know of working offline. What does the work comes after the page. */
export class OfflineState implements Outbox, OfflinePage {
  /** What waits to be sent, or was put aside, oldest first. */
  actions = $state.raw<readonly QueuedAction[]>([]);
  /** Of a page that was opened without the server: when its data were last up to date, ms since 1970. */
  shownFrom = $state.raw<number | null>(null);
  /** What others did while the reader was away; null for nothing to tell. */
  digest = $state.raw<Digest | null>(null);
  readonly options: OfflineOptions;
  #work: Promise<OfflineWork> | null = null;

  constructor(options: OfflineOptions) {
    this.options = options;
  }

  /** Begins to keep the page. Returns how to stop. */
  start(): () => void {
    this.work().catch((error: unknown) => console.warn('This page cannot work offline:', error));
    return () => this.#tell((work) => work.stop());
  }

  /** Where the page stands: it lost the server, reached it, or is up to date. */
  moved(kind: LiveKind): void {
    if (kind === 'offline' || kind === 'live') this.#tell((work) => work.moved(kind));
  }

  mustKeep(id: string): boolean {
    return !navigator.onLine || this.actions.some((action) => action.id === id && action.state !== 'parked');
  }

  async keep(action: NewAction, edit?: PendingEdit): Promise<void> {
    await (await this.work()).keep(action, edit);
  }

  async discard(key: string): Promise<boolean> {
    return (await this.work()).discard(key);
  }

  /** The person may join other channels than before. */
  rightsChanged(): void {
    // As they are now: the page may be gone when the work gets to it.
    const channels = Object.keys(this.options.live.numbers());
    // Where it could not begin it is tried again: what is kept must go with the right.
    this.work()
      .then((work) => work.rightsChanged(channels))
      .catch((error: unknown) => console.warn('What is kept was not told of other rights:', error));
  }

  /** To the work that there is. What kept it from beginning was noted where it was begun. */
  #tell(say: (work: OfflineWork) => void): void {
    this.#work?.then(say, () => undefined);
  }

  work(): Promise<OfflineWork> {
    const begun = (this.#work ??= loadPart(() => import('./offline-work.ts')).then(({ OfflineWork: Work }) =>
      Work.begin(this),
    ));
    begun.catch(() => {
      this.#work = null;
    });
    return begun;
  }
}

export const [useOffline, setOffline] = createContext<OfflineState>();
