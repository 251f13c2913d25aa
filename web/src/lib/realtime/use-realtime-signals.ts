import { SIGNALS } from '../entities/signals.ts';
import { useRealtimeEntity } from './use-realtime-entity.ts';
import type { RealtimeOptions } from './use-realtime-list.ts';

/** Keeps every list of signals true, without a request where the message says enough. */
export function useRealtimeSignals(options: RealtimeOptions = {}): void {
  useRealtimeEntity(SIGNALS, options);
}
