/**
 * Code that is no part of the first load: `loadPart(() => import('./part.ts'))`.
 *
 * Of a module that it could not fetch, and of all that this one imports, a browser remembers that there is nothing, for as
 * long as the page is open. So they are asked for only when they can be had: from the service worker, which keeps them
 * all, or from a server that answers. Rejects with the browser's error while it does not; the next call asks again.
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  const { serviceWorker } = navigator;
  // Absent on the server, and where the browser allows none.
  if (serviceWorker && !serviceWorker.controller)
    await fetch('/healthz', { method: 'HEAD', cache: 'no-store' });
  return load();
}
