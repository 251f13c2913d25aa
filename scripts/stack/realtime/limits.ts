/** What one server allows. */
export interface RealtimeLimits {
  /** How often what is counted per second is looked at: the mean of the last twelve looks counts. */
  measureEveryMs: number;
  connections: number;
  /** Every message received and every delivery of it counts one. */
  messagesPerSecond: number;
  joinsPerSecond: number;
  channelsPerConnection: number;
  presenceMessagesPerSecond: number;
  /** Calls of track and untrack that one channel of one client may make within the window. */
  presenceCallsPerWindow: number;
  presenceWindowMs: number;
  payloadBytes: number;
  frameBytes: number;
  /** Sockets that say nothing for this long are closed; clients send a heartbeat every 25 s. */
  idleMs: number;
  /** Unsent bytes at which a client that does not keep up is cut off. */
  bufferedBytes: number;
}

/** Those of `supabase start`, which are those of the platform's free plan but for the size of a payload. */
export const DEFAULT_LIMITS: RealtimeLimits = {
  measureEveryMs: 5000,
  connections: 200,
  messagesPerSecond: 100,
  joinsPerSecond: 100,
  channelsPerConnection: 100,
  presenceMessagesPerSecond: 1000,
  presenceCallsPerWindow: 5,
  presenceWindowMs: 30_000,
  payloadBytes: 3_000_500,
  frameBytes: 5_000_000,
  idleMs: 60_000,
  bufferedBytes: 64_000_000,
};
