import { expect, type Page } from 'playwright/test';

/** Resolves once the page could be opened without the server: its files and its data are kept. */
export async function untilKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  const text = () => everythingKept(page);
  await expect.poll(async () => (await text()).stores.queries?.length ?? 0).toBeGreaterThan(0);
  await expect
    .poll(async () => (await text()).stores.owner?.some((owner) => (owner as { liveAt: number }).liveAt > 0))
    .toBe(true);
}

export interface Kept {
  /** Rows of each store of each IndexedDB database. */
  stores: Record<string, unknown[]>;
  /** Addresses in each cache. */
  caches: Record<string, string[]>;
  local: Record<string, string>;
  session: Record<string, string>;
}

/** Looks into every place where a browser keeps what a page gives it. */
export async function everythingKept(page: Page): Promise<Kept> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
      });
    const stores: Record<string, unknown[]> = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) {
        stores[store] = (await done(database.transaction(store).objectStore(store).getAll())) as unknown[];
      }
      database.close();
    }
    const files: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      files[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    }
    return { stores, caches: files, local: { ...localStorage }, session: { ...sessionStorage } };
  });
}
