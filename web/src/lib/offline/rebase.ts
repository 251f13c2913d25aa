import type { Fields } from '../actions/map-rows.ts';
import type { QueuedAction } from './queued-action.ts';

interface Edit {
  changes: Fields;
  base: Fields;
}

/** The fields of an edit by hand; null of any other action. */
export function editOf({ call: { name, args } }: Pick<QueuedAction, 'call'>): Edit | null {
  return name === 'edit_record' ? (args as unknown as Edit) : null;
}

/**
 * An edit that was made on top of another one, which has ended: what its maker saw in those fields is now
 * what the database holds. The same object comes back when nothing changes.
 * @param ended the one that was made before it, on the same row
 * @param truth what those fields hold now that it ended
 */
export function rebase(action: QueuedAction, ended: QueuedAction, truth: Fields): QueuedAction {
  const edit = editOf(action);
  const below = editOf(ended);
  if (!edit || !below || action.id !== ended.id || action.attempts > 0) return action;
  const moved = Object.keys(edit.base).filter(
    (field) =>
      field in below.changes &&
      field in truth &&
      same(edit.base[field], below.changes[field]) &&
      !same(edit.base[field], truth[field]),
  );
  if (!moved.length) return action;
  const base = { ...edit.base, ...Object.fromEntries(moved.map((field) => [field, truth[field]])) };
  return withArgs(action, { ...action.call.args, base });
}

export const withArgs = (action: QueuedAction, args: Fields): QueuedAction => ({
  ...action,
  call: { ...action.call, args },
});

/** How a conflict is decided, field by field. Null: nothing of the action is left. */
export function decide(action: QueuedAction, field: string, whose: 'mine' | 'theirs'): QueuedAction | null {
  const edit = editOf(action);
  const conflict = action.refusal?.conflicts.find((one) => one.field === field);
  if (!edit || !conflict) return action;
  const conflicts = action.refusal!.conflicts.filter((one) => one !== conflict);
  const refusal = conflicts.length ? { ...action.refusal!, conflicts } : null;
  const state = conflicts.length ? 'parked' : 'waiting';
  const decided: QueuedAction = { ...action, refusal, state };
  if (whose === 'mine') {
    const base = { ...edit.base, [field]: conflict.theirs };
    return withArgs(decided, { ...action.call.args, base });
  }
  const { [field]: _mine, ...changes } = edit.changes;
  const { [field]: _shown, ...fields } = action.fields;
  if (!Object.keys(changes).length) return null;
  return withArgs({ ...decided, fields }, { ...action.call.args, changes });
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
