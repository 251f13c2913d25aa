import type { ChangesSince, ChannelName, JoinableChannel } from '../../../../supabase/types/realtime.ts';
import type { Db } from '../supabase/schema.ts';

const CHANGES_MAX = 500;

/** What the caller may join now, and how far each log reaches. */
export async function fetchChannels(db: Db): Promise<JoinableChannel[]> {
  const { data, error } = await db.rpc('my_channels');
  if (error) throw error;
  return data;
}

/** What follows `after` in the channel's log, at most 500 at a time. */
export async function fetchChanges(db: Db, channel: ChannelName, after: number): Promise<ChangesSince> {
  const { data, error } = await db.rpc('changes_since', { channel, after, max: CHANGES_MAX });
  if (error) throw error;
  return data;
}
