import { type AuthChangeEvent, isAuthRetryableFetchError } from '@supabase/supabase-js';
import type { Db } from './supabase/schema.ts';

export interface SessionHandlers {
  /** There is a new token; the socket needs it. */
  refreshed(): void;
  signedOut(): void;
}

/**
 * Follows the session, also when it ends or changes in another tab. Another person's session means
 * another person's data: the page is loaded anew.
 */
export function watchSession(db: Db, userId: string, handlers: SessionHandlers): () => void {
  const { data } = db.auth.onAuthStateChange((event, session) => {
    // The library holds its lock during this callback, and would wait for itself: answer afterwards.
    setTimeout(() => {
      if (!session) void ended(db, event, handlers);
      else if (session.user.id !== userId) location.reload();
      else if (event === 'TOKEN_REFRESHED') handlers.refreshed();
    });
  });
  return () => data.subscription.unsubscribe();
}

/** A token that could not be renewed for want of a network is no end: it is renewed when there is one. */
async function ended(db: Db, event: AuthChangeEvent, handlers: SessionHandlers): Promise<void> {
  const { error } = event === 'INITIAL_SESSION' ? await db.auth.getSession() : { error: null };
  if (!isAuthRetryableFetchError(error)) handlers.signedOut();
}
