/** What one person's pages keep in this browser. Everything in it belongs to the person that `owner` names. */
const NAME = 'civstart-offline';
const VERSION = 1;
const STORES = ['owner', 'queries', 'actions'] as const;
export type KeptStore = (typeof STORES)[number];

let opening: Promise<IDBDatabase> | null = null;

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore('owner');
    database.createObjectStore('queries', { keyPath: 'hash' });
    database
      .createObjectStore('actions', { keyPath: 'seq', autoIncrement: true })
      .createIndex('key', 'key', { unique: true });
  };
  const database = await answer(request);
  const forget = () => {
    database.close();
    opening = null;
  };
  // A later version of the page wants to change it, or the browser took it away.
  database.onversionchange = forget;
  database.onclose = forget;
  return database;
}

/** Resolves with what a request answers. */
export const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser’s database failed.'));
  });

/**
 * Runs the work in one transaction over all stores; resolves once it is on the disk. The work awaits
 * requests of this transaction alone: any other wait would end it.
 */
export async function inKept<T>(
  mode: 'readonly' | 'readwrite',
  work: (stores: Record<KeptStore, IDBObjectStore>) => Promise<T>,
): Promise<T> {
  opening ??= open();
  const database = await opening.catch((error: unknown) => {
    opening = null;
    throw error;
  });
  const transaction = database.transaction(STORES, mode);
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('The browser’s database gave up.'));
  });
  const [result] = await Promise.all([
    work({
      owner: transaction.objectStore('owner'),
      queries: transaction.objectStore('queries'),
      actions: transaction.objectStore('actions'),
    }),
    ended,
  ]);
  return result;
}
