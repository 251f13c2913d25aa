import { browserClient } from './supabase/browser-client.ts';

/** Ends this browser's session; the page leaves when it hears of that. Throws with what to do. */
export async function signOut(): Promise<void> {
  const { error } = await browserClient().auth.signOut({ scope: 'local' });
  if (error)
    throw new Error('Signing out did not reach the server. Try again when the network is back.', {
      cause: error,
    });
}
