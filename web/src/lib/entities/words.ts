import type { Region } from '../../../../supabase/types/realtime.ts';

export type Tone = 'calm' | 'wait' | 'good' | 'bad' | 'info';

interface Word {
  label: string;
  tone: Tone;
}

/** Urgency in rising order. */
export const URGENCIES = {
  low: { label: 'Low', tone: 'calm' },
  medium: { label: 'Medium', tone: 'info' },
  high: { label: 'High', tone: 'wait' },
  critical: { label: 'Critical', tone: 'bad' },
} as const satisfies Record<string, Word>;
export type Urgency = keyof typeof URGENCIES;

/** Approval status in the order of a signal's life. */
export const STATUSES = {
  draft: { label: 'Draft', tone: 'calm' },
  pending_review: { label: 'Pending review', tone: 'wait' },
  approved: { label: 'Approved', tone: 'good' },
  rejected: { label: 'Rejected', tone: 'bad' },
  archived: { label: 'Archived', tone: 'calm' },
} as const satisfies Record<string, Word>;
export type Status = keyof typeof STATUSES;

/** Connection status in the order of a connection's life. */
export const CONNECTION_STATUSES = {
  pending_review: { label: 'Pending review', tone: 'wait' },
  introduced: { label: 'Introduced', tone: 'info' },
  in_progress: { label: 'In progress', tone: 'accent' },
  matched: { label: 'Matched', tone: 'good' },
  declined: { label: 'Declined', tone: 'bad' },
  closed: { label: 'Closed', tone: 'calm' },
} as const satisfies Record<string, { label: string; tone: Tone | 'accent' }>;

export const REGION_LABELS: Record<Region, string> = {
  northeast: 'Northeast',
  south: 'South',
  midwest: 'Midwest',
  west: 'West',
  unassigned: 'Unassigned',
};

export const isUrgency = (value: unknown): value is Urgency =>
  typeof value === 'string' && value in URGENCIES;
export const isStatus = (value: unknown): value is Status => typeof value === 'string' && value in STATUSES;
