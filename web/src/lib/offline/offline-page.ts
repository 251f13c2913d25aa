import type { QueryClient } from '@tanstack/svelte-query';
import type { JoinableChannel } from '../../../../supabase/types/realtime.ts';
import type { LiveState } from '../realtime/live.svelte.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import type { Digest } from './digest.ts';
import type { Area } from './kept-owner.ts';
import type { QueuedAction } from './queued-action.ts';

export interface OfflineOptions {
  queries: QueryClient;
  db: () => Db;
  user: string;
  area: Area;
  toasts: Toasts;
  /** What the server told the layout, to be told again without it; null when it was told from here. */
  session: unknown;
  /** As they were read with the session; of a page from here, as they were left. */
  channels: readonly JoinableChannel[];
  /** The page was opened without the server. */
  away: boolean;
  live: Pick<LiveState, 'numbers' | 'check' | 'status'>;
  /** The server answers again, for the first time since the page was opened without it. */
  returned: () => void;
  /** Nobody is signed in any more. */
  signedOut: () => void;
}

/** The page as the work for it knows it, and what the work tells it. */
export interface OfflinePage {
  readonly options: OfflineOptions;
  /** What waits to be sent, or was put aside, oldest first. */
  actions: readonly QueuedAction[];
  /** Of a page that was opened without the server: when its data were last up to date, ms since 1970. */
  shownFrom: number | null;
  /** What others did while the reader was away; null for nothing to tell. */
  digest: Digest | null;
}
