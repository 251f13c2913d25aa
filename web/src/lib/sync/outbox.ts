import type { EntityKey } from '../entities/entity.ts';
import type { Tone } from '../entities/words.ts';

export type OutboxState = 'pending' | 'sending' | 'sent' | 'done' | 'parked' | 'superseded' | 'discarded';

/** What of it is looked at: what is on its way or parked, what was newer in Airtable, what has arrived. */
export type OutboxView = 'open' | 'superseded' | 'done';

/** A field that was changed here, and in Airtable too where that was newer. */
export interface Cell {
  column: string;
  mine: unknown;
  base: unknown;
  theirs: unknown;
}

/** A change that was made here and is to be made in Airtable. */
export interface OutboxEntry {
  id: number;
  state: OutboxState;
  /** The row holds Airtable's value again. */
  rolled_back: boolean;
  /** The record is to be made there. */
  creation: boolean;
  table_name: EntityKey;
  title: string;
  source: string;
  actor_name: string | null;
  created_at: string;
  attempts: number;
  error: string | null;
  fields: (Cell & { state: string })[];
}

export const OUTBOX_STATES: Record<OutboxState, { label: string; tone: Tone }> = {
  pending: { label: 'Waits', tone: 'info' },
  sending: { label: 'Being sent', tone: 'info' },
  sent: { label: 'Sent', tone: 'good' },
  done: { label: 'Done', tone: 'good' },
  parked: { label: 'Parked', tone: 'bad' },
  superseded: { label: 'Overtaken', tone: 'wait' },
  discarded: { label: 'Discarded', tone: 'calm' },
};

/** Whether it goes on only if somebody sees to it. */
export const isStuck = ({ state }: Pick<OutboxEntry, 'state'>): boolean =>
  state === 'parked' || state === 'superseded';
