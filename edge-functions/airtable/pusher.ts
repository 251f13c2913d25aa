/** What one push did to a base. `held`: somebody else pushes, and will look again. */
export interface BasePush {
  state: 'pushed' | 'held' | 'out of time' | 'paused' | 'failed';
  /** Records that were changed or made. */
  written: number;
  /** Records of which a cell was refused. */
  refused: number;
  error?: string;
}

/** One process at a base's outbox, from the lease it took to the lease it gives back. */
export interface Pusher {
  baseId: string;
  holder: string;
  push: BasePush;
  /** How long was waited for what falls due. */
  waitedMs: number;
  /** Names of a select's choices by field; read when first needed, and again after a refusal. */
  choices?: ReadonlyMap<string, readonly string[]> | undefined;
}
