import type { ApprovalStatus, ConnectionStatus, SeedBase } from './seed-base.ts';
import { daysBeforeEnd } from './seed-times.ts';
import { snake } from './snake.ts';

/** A line of the activity: an edit in Airtable that brought a record to where the data set has it. */
export interface SeedActivity {
  entity: 'signal' | 'connection';
  /** The record's Airtable id. */
  id: string;
  /** `{column: [old, new]}`, as the database's triggers write it. */
  changes: Record<string, [old: string, now: string]>;
  at: string;
}

const DAYS = 30;
/** Which status a record had before; none where it starts with it. */
const BEFORE_CONNECTION: Readonly<Partial<Record<ConnectionStatus, ConnectionStatus>>> = {
  Introduced: 'Pending review',
  'In progress': 'Introduced',
  Matched: 'In progress',
  Declined: 'Pending review',
  Closed: 'In progress',
};
const BEFORE_SIGNAL: Readonly<Partial<Record<ApprovalStatus, ApprovalStatus>>> = {
  'Pending review': 'Draft',
  Approved: 'Pending review',
  Rejected: 'Pending review',
  Archived: 'Approved',
};

/** The last edit of every signal and connection that was edited in the set's last days, in the order of time. */
export function generateActivity(base: SeedBase): SeedActivity[] {
  const lines: SeedActivity[] = [];
  for (const { id, approvalStatus, createdAt, editedAt } of base.signals) {
    const before = BEFORE_SIGNAL[approvalStatus];
    if (!before || editedAt === createdAt) continue;
    lines.push({
      entity: 'signal',
      id,
      changes: { approval_status: [snake(before), snake(approvalStatus)] },
      at: editedAt,
    });
  }
  for (const { id, status, createdAt, editedAt } of base.connections) {
    const before = BEFORE_CONNECTION[status];
    if (!before || editedAt === createdAt) continue;
    lines.push({
      entity: 'connection',
      id,
      changes: { connection_status: [snake(before), snake(status)] },
      at: editedAt,
    });
  }
  return lines
    .filter(({ at }) => Date.parse(at) > daysBeforeEnd(DAYS))
    .sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}
