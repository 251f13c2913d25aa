import { CONTACTS } from '../entities/contacts.ts';
import { INTERACTIONS } from '../entities/interactions.ts';
import { ORGANIZATIONS } from '../entities/organizations.ts';
import { STARTUPS } from '../entities/startups.ts';
import { listQueries } from '../queries/list-queries.ts';
import { useRealtimeConnections } from './use-realtime-connections.ts';
import { useRealtimeEntity } from './use-realtime-entity.ts';
import { type RealtimeOptions, useRealtimeList } from './use-realtime-list.ts';
import { useRealtimeSignals } from './use-realtime-signals.ts';

/** Keeps the lists of everything true, for as long as the session's layout lives. */
export function useRealtimeRows(options: RealtimeOptions = {}): void {
  useRealtimeSignals(options);
  useRealtimeConnections(options);
  for (const entity of [STARTUPS, ORGANIZATIONS, CONTACTS, INTERACTIONS]) useRealtimeEntity(entity, options);
  // Only the database counts the assignments that a startup has.
  useRealtimeList({
    ...options,
    queryKeys: [listQueries.allRows(STARTUPS)],
    events: ['signal:assigned', 'assignment:removed'],
    enableToasts: false,
  });
}
