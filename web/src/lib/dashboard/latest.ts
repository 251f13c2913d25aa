import { LISTS } from '../lists/lists.ts';
import { plainView } from '../lists/view.ts';
import { listQueries } from '../queries/list-queries.ts';

export const CONNECTION_COUNT = 6;
export const ACTIVITY_COUNT = 6;
/** Lines that are looked at for them: a bulk edit is many lines and one deed. */
export const ACTIVITY_LOOK = 40;

/** Connections by their last edit, kept true by messages. */
export const latestConnections = () =>
  listQueries.top(LISTS.connections, plainView(LISTS.connections), CONNECTION_COUNT);
