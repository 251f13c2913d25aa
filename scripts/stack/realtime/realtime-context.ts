import type { Pool } from 'pg';
import type { Authorizer } from './authorizer.ts';
import type { RealtimeLimits } from './limits.ts';
import type { PostgresChanges } from './postgres-changes/postgres-changes.ts';
import type { RateCounter } from './rate-counter.ts';
import type { Rooms } from './room.ts';
import type { StreamedTransactions } from './replication/streamed-transactions.ts';
import type { Claims } from './token.ts';

interface RealtimeRates {
  messages: RateCounter;
  joins: RateCounter;
  presence: RateCounter;
  changes: RateCounter;
}

/** What the parts of one server share. */
export interface RealtimeContext {
  pool: Pool;
  rooms: Rooms;
  authorizer: Authorizer;
  changes: PostgresChanges;
  streamed: StreamedTransactions;
  limits: RealtimeLimits;
  rates: RealtimeRates;
  joinErrorDelayMs: number;
  /** @throws {TokenError} */
  verify(token: string): Promise<Claims>;
  /** Resolves once messages of the database are being streamed. */
  replicationReady(): Promise<void>;
  readonly log: (line: string) => void;
}
