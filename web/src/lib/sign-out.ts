import { loadPart } from './load-part.ts';
import { browserClient } from './supabase/browser-client.ts';

const UNREACHED = 'Signing out did not reach the server. Try again when the network is back.';

/** Ends this browser's session; the page leaves when it hears of that. Throws with what to do. */
export async function signOut(): Promise<void> {
  if (!navigator.onLine) throw new Error(UNREACHED);
  const { countWaiting, forgetEverything } = await loadPart(() => import('./offline/forget-kept.ts')).catch(
    (cause: unknown) => {
      throw new Error(UNREACHED, { cause });
    },
  );
  const waiting = await countWaiting();
  if (waiting && !confirm(lossOf(waiting))) return;
  // Before the session ends: the page leaves at once when it does.
  await forgetEverything();
  const { error } = await browserClient().auth.signOut({ scope: 'local' });
  if (error) throw new Error(UNREACHED, { cause: error });
}

const lossOf = (waiting: number) =>
  `${waiting === 1 ? 'A change was' : `${waiting} changes were`} not sent yet. Signing out discards ${waiting === 1 ? 'it' : 'them'}.`;
