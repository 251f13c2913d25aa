import type { LucideIcon } from '../icon.ts';
import type { Change } from './change.ts';
import type { Fields } from './map-rows.ts';

/** What an action asks for before it runs. */
export interface ActionInput {
  reason?: string;
  startup?: { id: string; name: string };
  credits?: number;
}

/** Something to do with a row: a button, a line of the palette, a bulk action. */
export interface RowAction {
  id: string;
  /** Imperative: "Approve". */
  label: string;
  icon: LucideIcon;
  /** Of the button: what it does is good, bad or neither. */
  tone?: 'good' | 'bad';
  /** Asked for before it runs. */
  needs?: 'reason' | 'startup' | 'credits';
  /** Of the reason: who will read it. */
  hint?: string;
  /** Key on the record's panel. */
  keys?: string;
  ownersOnly?: boolean;
  /** Not for many rows at once. */
  single?: boolean;
  /** Does it make sense for the row as it is now? */
  possible: (row: Fields) => boolean;
  change: (row: Fields, input: ActionInput) => Change;
}
