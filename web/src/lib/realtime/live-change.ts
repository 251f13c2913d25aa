import type { ChannelName, Envelope } from '../../../../supabase/types/realtime.ts';

/** One envelope, applied in its channel's order. */
export interface LiveChange {
  channel: ChannelName;
  envelope: Envelope;
  /** It came on the socket as it happened; false when it was filled in from the log. */
  live: boolean;
}

/** The region whose channel this is, `unassigned` included; undefined for other channels. */
export function regionOf(channel: ChannelName): string | undefined {
  return channel.startsWith('region:') ? channel.slice('region:'.length) : undefined;
}
