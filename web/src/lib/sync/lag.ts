import type { LagStep } from './sync.ts';

/** The newest step in which something came; undefined when nothing did. */
export function lagNow(steps: readonly LagStep[]): { p50_ms: number; p95_ms: number } | undefined {
  const { p50_ms, p95_ms } = steps.findLast((step) => step.p50_ms !== null) ?? {};
  return p50_ms == null || p95_ms == null ? undefined : { p50_ms, p95_ms };
}

const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** "14:30", in the reader's zone. */
export const clockTime = (iso: string): string => CLOCK.format(new Date(iso));
