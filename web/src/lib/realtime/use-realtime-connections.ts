import { CONNECTIONS } from '../entities/connections.ts';
import { useRealtimeEntity } from './use-realtime-entity.ts';
import type { RealtimeOptions } from './use-realtime-list.ts';

/** Keeps every list of connections true, the board too, without a request where the message says enough. */
export function useRealtimeConnections(options: RealtimeOptions = {}): void {
  useRealtimeEntity(CONNECTIONS, options);
}
