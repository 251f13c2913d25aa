import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 10_000;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, TICK_MS);
  return () => clearInterval(timer);
});

/** The time, for texts such as "2 min ago": whoever reads it reads it again every ten seconds. */
export function now(): number {
  subscribe();
  return Date.now();
}
