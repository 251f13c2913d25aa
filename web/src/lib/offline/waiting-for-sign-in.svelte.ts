import { loadPart } from '../load-part.ts';
import { browserClient } from '../supabase/browser-client.ts';

/** What the last person left behind who did not sign out: their session ended by itself. */
export class WaitingForSignIn {
  /** Changes that are sent when their maker signs in again. */
  count = $state(0);

  /** Forgets what was read, if nobody is signed in, and counts what waits. */
  async look(): Promise<void> {
    try {
      const { data, error } = await browserClient().auth.getSession();
      // Without the server the page may have come here by itself.
      if (data.session || error || !navigator.onLine) return;
      const { countWaiting, forgetData } = await loadPart(() => import('./forget-kept.ts'));
      await forgetData();
      this.count = await countWaiting();
    } catch (error) {
      console.warn('What this browser keeps could not be read:', error);
    }
  }
}
