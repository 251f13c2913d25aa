import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';

/** Events after which there may be new lines. */
export const ACTIVITY_EVENTS: readonly LiveEvent[] = [
  ...Object.values(ENTITIES).flatMap(({ events }) => Object.values(events)),
  'signal:assigned',
  'assignment:updated',
  'assignment:removed',
];
