import type { Person } from './person.ts';

/** What an owner is about to do. */
export type TeamDialog =
  | { kind: 'rights'; person: Person }
  | { kind: 'remove'; person: Person }
  | { kind: 'join'; person: Person }
  | { kind: 'leave'; person: Person; startup: Person['startups'][number] };
