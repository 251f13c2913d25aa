import type { JoinableChannel } from '../../../../supabase/types/realtime.ts';
import type { QueuedAction } from './queued-action.ts';
import { answer, inKept, type KeptStore } from './kept-database.ts';

export type Area = 'app' | 'portal';

/** Whose the database is, and what they may see: nobody else's page writes to it. */
export interface KeptOwner {
  user: string;
  /** Names of the channels that the person may join. */
  channels: string[];
  /** How far each channel's log was applied to what is kept. */
  numbers: Record<string, number>;
  /** When what is kept was last surely up to date, ms since 1970; 0 for never. */
  liveAt: number;
  /** What the layouts were told by the server, by area. */
  sessions: Partial<Record<Area, unknown>>;
}

const KEY = 'owner';
type Stores = Record<KeptStore, IDBObjectStore>;

export const readOwner = async ({ owner }: Pick<Stores, 'owner'>): Promise<KeptOwner | undefined> =>
  (await answer(owner.get(KEY))) as KeptOwner | undefined;

export const writeOwner = ({ owner }: Pick<Stores, 'owner'>, value: KeptOwner) =>
  answer(owner.put(value, KEY));

export const keptOwner = (): Promise<KeptOwner | undefined> => inKept('readonly', readOwner);

/** Is the page that writes still that of the owner, with the rights that they have now? */
export const isTheirs = (owner: KeptOwner | undefined, user: string, channels: readonly string[]): boolean =>
  owner?.user === user && same(owner.channels, channels);

export interface Claimed {
  /** What was kept before, where it was this person's. */
  before: KeptOwner | null;
  /** How many waiting actions went with a right. */
  dropped: number;
}

/**
 * A page was opened with what the server says now. Whatever is kept of another person, or of a right that
 * this one has lost, goes.
 */
export async function claimKept(
  user: string,
  channels: readonly JoinableChannel[],
  area: Area,
  session: unknown,
): Promise<Claimed> {
  return inKept('readwrite', async (stores) => {
    const found = await readOwner(stores);
    const before = found?.user === user ? found : null;
    if (!before) for (const store of [stores.queries, stores.actions]) await answer(store.clear());
    const logs = channels.filter(({ name }) => name !== 'presence:admins');
    const names = logs.map(({ name }) => name);
    const dropped = await dropLost(stores, before?.channels ?? [], names);
    await writeOwner(stores, {
      user,
      channels: names,
      numbers: Object.fromEntries(logs.map(({ name, seq }) => [name, seq])),
      liveAt: Date.now(),
      sessions: { ...before?.sessions, [area]: session },
    });
    return { before, dropped };
  });
}

/** The open page learned of other rights. How many waiting actions went with them. */
export async function changeRights(user: string, names: readonly string[]): Promise<number> {
  return inKept('readwrite', async (stores) => {
    const owner = await readOwner(stores);
    if (owner?.user !== user) return 0;
    const dropped = await dropLost(stores, owner.channels, names);
    const lost = owner.channels.some((name) => !names.includes(name));
    await writeOwner(stores, { ...owner, channels: [...names], sessions: lost ? {} : owner.sessions });
    return dropped;
  });
}

async function dropLost(stores: Stores, had: readonly string[], has: readonly string[]): Promise<number> {
  // Rows of a lost region may be in any list: all of them go.
  if (had.some((name) => !has.includes(name))) await answer(stores.queries.clear());
  const actions = (await answer(stores.actions.getAll())) as QueuedAction[];
  const lost = actions.filter(({ scope }) => !has.includes(scope));
  for (const { seq } of lost) await answer(stores.actions.delete(seq));
  return lost.length;
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name) => b.includes(name));
