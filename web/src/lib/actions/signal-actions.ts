import Archive from '@lucide/svelte/icons/archive';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleX from '@lucide/svelte/icons/circle-x';
import Eye from '@lucide/svelte/icons/eye';
import EyeOff from '@lucide/svelte/icons/eye-off';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Send from '@lucide/svelte/icons/send';
import type { Call } from './calls.ts';
import type { Change } from './change.ts';
import type { Fields } from './map-rows.ts';
import type { ActionInput, RowAction } from './row-action.ts';

type Review = 'approve_signal' | 'reject_signal' | 'archive_signal' | 'reopen_signal';

const OUTCOMES: Record<Review, { status: string; past: string }> = {
  approve_signal: { status: 'approved', past: 'approved' },
  reject_signal: { status: 'rejected', past: 'rejected' },
  archive_signal: { status: 'archived', past: 'archived' },
  reopen_signal: { status: 'pending_review', past: 'reopened for review' },
};

const nameOf = (row: Fields) => text(row.signal_identifier) ?? text(row.title) ?? 'The signal';
const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
const is =
  (...statuses: string[]) =>
  (row: Fields) =>
    statuses.includes(String(row.approval_status));

function review(row: Fields, name: Review, { reason = '' }: ActionInput = {}): Change {
  const { status, past } = OUTCOMES[name];
  const signal = String(row.id);
  const call: Call =
    name === 'reject_signal' ? { name, args: { signal, reason } } : { name, args: { signal } };
  return {
    entity: 'signals',
    id: signal,
    call,
    fields: {
      approval_status: status,
      rejection_reason: status === 'rejected' ? reason : null,
      // Whatever is not approved leaves the pool.
      is_public: row.is_public === true && status === 'approved',
    },
    name: nameOf(row),
    past,
    undo: () => restore(row),
  };
}

/** Brings a signal's review back to what it was: approved again, and in the pool again where it was. */
function restore(before: Fields): Change[] {
  switch (before.approval_status) {
    case 'approved': {
      const approve = review(before, 'approve_signal');
      return before.is_public === true ? [approve, publish(before, true)] : [approve];
    }
    case 'rejected':
      return [
        review(before, 'reject_signal', { reason: text(before.rejection_reason) ?? 'Rejected before' }),
      ];
    case 'archived':
      return [review(before, 'archive_signal')];
    // Nobody can make a draft but who writes the signal: it waits for review, which is the next best.
    default:
      return [review(before, 'reopen_signal')];
  }
}

function publish(row: Fields, shown: boolean): Change {
  const signal = String(row.id);
  return {
    entity: 'signals',
    id: signal,
    call: { name: shown ? 'publish_signal' : 'unpublish_signal', args: { signal } },
    fields: { is_public: shown },
    name: nameOf(row),
    past: shown ? 'published to the pool' : 'taken out of the pool',
    undo: () => [publish(row, !shown)],
  };
}

/** Hands the signal to a startup. The assignment's id is the database's: until it answers there is none. */
export function assign(row: Fields, startup: { id: string; name: string }): Change {
  const signal = String(row.id);
  return {
    entity: 'signals',
    id: signal,
    call: { name: 'assign_signal', args: { signal, startup: startup.id } },
    fields: {},
    name: nameOf(row),
    past: `assigned to ${startup.name}`,
    undo: ({ id }) => (typeof id === 'string' ? [unassign(row, { id, startup })] : []),
  };
}

export function unassign(
  row: Fields,
  assignment: { id: string; startup: { id: string; name: string } },
): Change {
  return {
    entity: 'signals',
    id: String(row.id),
    call: { name: 'unassign_signal', args: { assignment: assignment.id } },
    fields: {},
    name: nameOf(row),
    past: `taken back from ${assignment.startup.name}`,
    undo: () => [assign(row, assignment.startup)],
  };
}

/** Proposes startups in place of those proposed before. Of many rows none is the signal: nothing shows meanwhile. */
export function proposeMatches(row: Fields): Change {
  return {
    entity: 'signals',
    id: String(row.id),
    call: { name: 'generate_matches', args: { signal: String(row.id) } },
    fields: {},
    name: nameOf(row),
    past: 'matched with startups',
  };
}

export const SIGNAL_ACTIONS: readonly RowAction[] = [
  {
    id: 'approve',
    label: 'Approve',
    icon: CircleCheck,
    tone: 'good',
    keys: 'shift+a',
    possible: is('draft', 'pending_review', 'rejected'),
    change: (row) => review(row, 'approve_signal'),
  },
  {
    id: 'assign',
    label: 'Assign to a startup',
    icon: Send,
    needs: 'startup',
    keys: 'shift+s',
    possible: is('approved'),
    change: (row, { startup }) => assign(row, startup ?? { id: '', name: '' }),
  },
  {
    id: 'publish',
    label: 'Publish to the pool',
    icon: Eye,
    possible: (row) => is('approved')(row) && row.is_public === false,
    change: (row) => publish(row, true),
  },
  {
    id: 'unpublish',
    label: 'Take out of the pool',
    icon: EyeOff,
    possible: (row) => row.is_public === true,
    change: (row) => publish(row, false),
  },
  {
    id: 'reject',
    label: 'Reject',
    icon: CircleX,
    tone: 'bad',
    needs: 'reason',
    keys: 'shift+r',
    possible: is('draft', 'pending_review', 'approved'),
    change: (row, input) => review(row, 'reject_signal', input),
  },
  {
    id: 'reopen',
    label: 'Reopen for review',
    icon: RotateCcw,
    possible: is('approved', 'rejected', 'archived'),
    change: (row) => review(row, 'reopen_signal'),
  },
  {
    id: 'archive',
    label: 'Archive',
    icon: Archive,
    possible: is('draft', 'pending_review', 'approved', 'rejected'),
    change: (row) => review(row, 'archive_signal'),
  },
];
