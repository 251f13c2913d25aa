import { randomUUID } from 'node:crypto';
import { isRecord } from '../wire/protocol.ts';

/** One entry of `postgres_changes` as the client sent it. */
export type ChangesBinding = Record<string, unknown>;

/** What a client asks for when it joins. */
export interface JoinConfig {
  private: boolean;
  ack: boolean;
  self: boolean;
  replicationReady: boolean;
  /** As sent; null when not asked for. */
  replay: unknown;
  presenceEnabled: boolean;
  presenceKey: string;
  postgresChanges: ChangesBinding[];
  /** null when the key of the connection stands in. */
  accessToken: string | null;
}

/** Reads a join payload. What cannot be read counts as not said, as on the platform. */
export function readJoinConfig(payload: unknown): JoinConfig {
  const join = record(payload);
  const config = record(join.config);
  const broadcast = record(config.broadcast);
  const presence = record(config.presence);
  const changes: unknown[] = Array.isArray(config.postgres_changes) ? config.postgres_changes : [];
  return {
    private: flag(config.private),
    ack: flag(broadcast.ack),
    self: flag(broadcast.self),
    replicationReady: flag(broadcast.replication_ready),
    replay: broadcast.replay ?? null,
    presenceEnabled: flag(presence.enabled),
    presenceKey: readKey(presence.key),
    postgresChanges: changes.filter(isRecord),
    accessToken: readAccessToken(join.access_token ?? join.user_token),
  };
}

/** @returns null for what is no token of a person: nothing, or a publishable or secret key. */
export function readAccessToken(token: unknown): string | null {
  return typeof token === 'string' && !token.startsWith('sb_') ? token : null;
}

function readKey(key: unknown): string {
  if (typeof key === 'number') return String(key);
  return typeof key === 'string' && key !== '' ? key : randomUUID();
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** Clients in some languages send booleans as strings. */
function flag(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
