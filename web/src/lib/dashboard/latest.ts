import { LISTS } from '../lists/lists.ts';
import { plainView } from '../lists/view.ts';
import { listQueries } from '../queries/list-queries.ts';

export const CONNECTION_COUNT = 6;
export const ACTIVITY_COUNT = 6;

/** Connections by their last edit, kept true by messages. */
export const latestConnections = () =>
  listQueries.top(LISTS.connections, plainView(LISTS.connections), CONNECTION_COUNT);
