/** Short, so that a process that died does not stand in the way for long. */
export const LEASE_SECONDS = 15;
const RENEW_MS = 5_000;

/** Renews a lease as long as this process lives. Whoever loses it is told when it next writes. Returns how to stop. */
export function keepLease(renew: () => Promise<void>): () => void {
  const timer = setInterval(() => {
    // The next renewal is due before the lease ends; if that fails too, nothing can be written and that is told.
    renew().catch(() => undefined);
  }, RENEW_MS);
  return () => clearInterval(timer);
}
