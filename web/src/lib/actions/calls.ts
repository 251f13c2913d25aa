import type { Json } from '../../../../supabase/types/database.ts';
import type { Database, Db } from '../supabase/schema.ts';
import type { Fields } from './map-rows.ts';

type Functions = Database['public']['Functions'];

/** The functions by which staff change records. */
export type CallName =
  | 'approve_signal'
  | 'reject_signal'
  | 'archive_signal'
  | 'reopen_signal'
  | 'publish_signal'
  | 'unpublish_signal'
  | 'assign_signal'
  | 'unassign_signal'
  | 'set_connection_status'
  | 'accept_request'
  | 'decline_request'
  | 'grant_credits'
  | 'generate_matches'
  | 'edit_record';

/** One call, as plain data: it can wait for the network. */
export type Call = { [Name in CallName]: { name: Name; args: Functions[Name]['Args'] } }[CallName];

/** A call that takes longer is given up: whether it arrived is seen in the row. */
const PATIENCE_MS = 20_000;

/** A call by its name: what waited in this browser may be of an older page. */
export interface NamedCall {
  name: string;
  args: Fields;
}

/**
 * Makes the call, once however often it comes under this key. Returns the row as it was then (of
 * `generate_matches` a list of rows); throws what `refusalOf` reads.
 */
export async function perform(db: Db, key: string, { name, args }: NamedCall): Promise<Fields> {
  const { data, error } = await db
    .rpc('perform', { key, action: name, args: args as Json })
    .abortSignal(AbortSignal.timeout(PATIENCE_MS));
  if (error) throw error;
  return (data ?? {}) as Fields;
}
