/** When the way to Airtable and back was last proven, as all staff are told. */
export interface Proof {
  on: boolean;
  /** When this was so: of two, the later one holds. */
  at: string;
  every_minutes: number | null;
  on_since: string | null;
  /** Null: not since it was switched on. */
  proven_at: string | null;
  round_trip_ms: number | null;
  /** The first of the rounds since then that did not come back. */
  failing_since: string | null;
  error: string | null;
}

export interface CanaryRound {
  id: number;
  /** Null: nothing could be sent. */
  sent_at: string | null;
  ended_at: string;
  round_trip_ms: number | null;
  error: string | null;
}

/** A base's canary, as owners see it. */
export interface Canary {
  base_id: string;
  is_on: boolean;
  every_minutes: number;
  on_since: string | null;
  under_way: boolean;
  sent_at: string | null;
  proven_at: string | null;
  round_trip_ms: number | null;
  failing_since: string | null;
  error: string | null;
  /** The newest first. */
  rounds: CanaryRound[];
}
