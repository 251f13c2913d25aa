import type { Database } from '../../../../supabase/types/database.ts';
import type { CONNECTION_STATUSES, Urgency } from '../entities/words.ts';
import type { Region } from '../../../../supabase/types/realtime.ts';

type Tables = Database['public']['Tables'];

/** A signal that the staff handed to the startup; `id` is the assignment's. */
export interface InboxRow {
  id: string;
  startup_id: string;
  assigned_at: string;
  seen_at: string | null;
  signal_id: string;
  signal_identifier: string | null;
  title: string | null;
  pain_points: string | null;
  improvement: string | null;
  urgency: Urgency | null;
  region: Region;
  organization_name: string | null;
  answer: 'accepted' | 'declined' | null;
  answered_at: string | null;
  decline_reason: string | null;
}

/** A signal that is open to every startup. */
export interface PoolRow {
  id: string;
  signal_identifier: string | null;
  title: string | null;
  pain_points: string | null;
  improvement: string | null;
  urgency: Urgency | null;
  region: Region;
  organization_name: string | null;
  updated_at: string;
}

export type ConnectionStatus = keyof typeof CONNECTION_STATUSES;

/** What became of a request; the contact is there once there was an introduction. */
export interface ConnectionRow {
  id: string;
  startup_id: string;
  signal_id: string | null;
  signal_identifier: string | null;
  signal_title: string | null;
  connection_status: ConnectionStatus;
  contact_name: string | null;
  contact_title: string | null;
  contact_email: string | null;
  contact_phone: string | null;
  created_at: string;
  updated_at: string;
  requested_at: string | null;
  decline_reason: string | null;
  /** Since when it has been in each status, as far as is known. */
  steps: Partial<Record<ConnectionStatus, string>>;
}

export type StartupRow = Pick<Tables['startups']['Row'], 'id' | 'name' | 'is_active' | 'credits'>;
export type CreditLine = Pick<
  Tables['credit_changes']['Row'],
  'id' | 'startup_id' | 'delta' | 'balance' | 'reason' | 'at'
>;
export type Costs = Record<Tables['credit_configurations']['Row']['kind'], number>;
