import { answer, inKept } from './kept-database.ts';
import { readOwner, writeOwner } from './kept-owner.ts';
import { Tabs } from './tabs.ts';

/** Nobody's data stay in this browser: after signing out, or when somebody has no rights left. */
export async function forgetEverything(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  await inKept('readwrite', async (stores) => {
    for (const store of Object.values(stores)) await answer(store.clear());
  });
  const tabs = new Tabs();
  tabs.tell({ kind: 'forgotten' });
  tabs.close();
}

/** The session ended by itself: what was read goes; what waits to be sent stays for the same person. */
export async function forgetData(): Promise<void> {
  await inKept('readwrite', async (stores) => {
    const owner = await readOwner(stores);
    await answer(stores.queries.clear());
    if (owner) await writeOwner(stores, { ...owner, channels: [], numbers: {}, liveAt: 0, sessions: {} });
  });
}

/** How many actions wait for their maker to sign in. */
export const countWaiting = (): Promise<number> =>
  inKept('readonly', async ({ actions }) => answer(actions.count()));
