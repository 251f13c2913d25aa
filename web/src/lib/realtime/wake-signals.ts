export interface WakeHandlers {
  networkDown(): void;
  networkUp(): void;
  /** The page is looked at again, after it may have slept. */
  woken(): void;
}

/** A page that comes back fires several of these at once. */
const WAKE_SPACING_MS = 2000;

/**
 * A hidden tab, a sleeping laptop and a page from the back/forward cache lose their socket without a
 * word, and timers stand still. Any sign of life is a reason to look. Returns how to stop listening.
 */
export function listenForWake(handlers: WakeHandlers): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  let last = Date.now();
  const woken = () => {
    if (document.visibilityState !== 'visible' || Date.now() - last < WAKE_SPACING_MS) return;
    last = Date.now();
    handlers.woken();
  };
  window.addEventListener('offline', () => handlers.networkDown(), { signal });
  window.addEventListener('online', () => handlers.networkUp(), { signal });
  window.addEventListener('focus', woken, { signal });
  window.addEventListener('pageshow', woken, { signal });
  document.addEventListener('visibilitychange', woken, { signal });
  return () => controller.abort();
}
