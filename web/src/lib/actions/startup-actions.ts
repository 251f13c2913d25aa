import Coins from '@lucide/svelte/icons/coins';
import { STARTUPS } from '../entities/startups.ts';
import { formatNumber } from '../format.ts';
import type { Change } from './change.ts';
import type { Fields } from './map-rows.ts';
import type { RowAction } from './row-action.ts';

/** Gives credits, or takes some with a number below zero. A line of the ledger is not taken back, only answered. */
function grant(row: Fields, delta: number, reason: string): Change {
  const startup = String(row.id);
  const many = `${formatNumber(Math.abs(delta))} ${Math.abs(delta) === 1 ? 'credit' : 'credits'}`;
  return {
    entity: 'startups',
    id: startup,
    call: { name: 'grant_credits', args: { startup, delta, reason } },
    fields: typeof row.credits === 'number' ? { credits: row.credits + delta } : {},
    name: STARTUPS.title(row),
    past: delta < 0 ? `charged ${many}` : `granted ${many}`,
  };
}

export const STARTUP_ACTIONS: readonly RowAction[] = [
  {
    id: 'grant-credits',
    label: 'Grant credits',
    icon: Coins,
    needs: 'credits',
    ownersOnly: true,
    single: true,
    possible: () => true,
    change: (row, { credits = 0, reason = '' }) => grant(row, credits, reason),
  },
];
