import type { QueueStore } from './action-queue.ts';
import { answer, inKept } from './kept-database.ts';
import { readOwner } from './kept-owner.ts';
import type { NewAction, QueuedAction } from './queued-action.ts';

/** The actions of a person in this browser; another person's page reads and changes none. */
export function keptActions(user: string): QueueStore {
  return {
    all: () =>
      inKept('readonly', async (stores) =>
        (await readOwner(stores))?.user === user
          ? ((await answer(stores.actions.getAll())) as QueuedAction[])
          : [],
      ),

    add: (action: NewAction) =>
      inKept('readwrite', async (stores) => {
        if ((await readOwner(stores))?.user !== user) return false;
        await answer(stores.actions.add({ ...action, state: 'waiting', attempts: 0, refusal: null }));
        return true;
      }),

    update: (key, change) =>
      inKept('readwrite', async (stores) => {
        if ((await readOwner(stores))?.user !== user) return undefined;
        const found = (await answer(stores.actions.index('key').get(key))) as QueuedAction | undefined;
        if (!found) return undefined;
        const changed = change(found);
        if (changed === null) await answer(stores.actions.delete(found.seq));
        else if (changed !== found) await answer(stores.actions.put(changed));
        return changed;
      }),
  };
}
