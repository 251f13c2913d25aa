import type { OutboxView } from './outbox.ts';
import type { LetterState } from './sync.ts';

/** Under which the caches keep what the sync page shows. */
export const SYNC_KEYS = {
  all: ['sync'],
  status: ['sync', 'status'],
  lag: ['sync', 'lag'],
  runs: ['sync', 'runs'],
  reports: ['sync', 'report'],
  report: (run: string) => ['sync', 'report', run] as const,
  letters: ['sync', 'letters'],
  lettersIn: (state: LetterState) => ['sync', 'letters', state] as const,
  drift: ['sync', 'drift'],
  outbox: ['sync', 'outbox'],
  outboxOf: (view: OutboxView) => ['sync', 'outbox', view] as const,
} as const;
