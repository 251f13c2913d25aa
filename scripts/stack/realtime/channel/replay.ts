import type { Pool } from 'pg';
import { isRecord } from '../wire/protocol.ts';

const MAX_MESSAGES = 25;

export interface StoredMessage {
  id: string;
  event: string;
  payload: unknown;
  binaryPayload: Buffer | null;
}

/** What a client asked to have replayed. `since` is in ms since 1970. */
export interface ReplayRequest {
  since: number;
  limit: number;
}

/** @returns null when the request cannot be read. */
export function readReplayRequest(replay: unknown): ReplayRequest | null {
  if (!isRecord(replay)) return null;
  const { since, limit = MAX_MESSAGES } = replay;
  if (!Number.isSafeInteger(since) || !Number.isSafeInteger(limit)) return null;
  // Beyond this a Date is invalid.
  if (Math.abs(since as number) > 8.64e15) return null;
  return { since: since as number, limit: Math.min(Math.max(limit as number, 1), MAX_MESSAGES) };
}

/** The last messages of a private topic, oldest first. */
export async function storedMessages(
  pool: Pool,
  topic: string,
  { since, limit }: ReplayRequest,
): Promise<StoredMessage[]> {
  const { rows } = await pool.query<StoredMessage>(
    `select id, event, payload, binary_payload as "binaryPayload"
     from realtime.messages
     where topic = $1 and private and extension = 'broadcast' and event is not null
       and inserted_at >= to_timestamp($2::double precision / 1000) at time zone 'UTC'
       -- Later partitions are empty: without an end they would be searched too.
       and inserted_at < (now() at time zone 'UTC') + interval '1 minute'
     order by inserted_at desc
     limit $3`,
    [topic, since, limit],
  );
  return rows.reverse();
}
