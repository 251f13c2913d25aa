import type { ChannelName, Envelope } from '../../../../../supabase/types/realtime.ts';
import type { EntityRow } from '../../entities/entity.ts';
import { SIGNALS } from '../../entities/signals.ts';
import type { View } from '../../lists/list.ts';
import { LISTS } from '../../lists/lists.ts';
import { readView } from '../../lists/view.ts';
import type { LiveChange } from '../../realtime/live-change.ts';
import type { SignalRecord } from '../../supabase/schema.ts';
import type { PageAsked } from '../patched-page.ts';

const ORGANIZATION = { id: 'org-1', name: 'City of Mesa Verano' };
const EARLY = '2026-11-01T00:00:00+00:00';

export const record = (n: number, change: Partial<SignalRecord> = {}): SignalRecord => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  airtable_id: `rec${n}`,
  signal_identifier: `SIG-${String(n).padStart(4, '0')}`,
  organization_id: ORGANIZATION.id,
  contact_id: null,
  region: 'west',
  title: `Signal ${n}`,
  pain_points: null,
  improvement: null,
  urgency: 'low',
  approval_status: 'approved',
  is_public: false,
  created_at: EARLY,
  updated_at: EARLY,
  airtable_edited_at: EARLY,
  received_at: null,
  rejection_reason: null,
  deleted_at: null,
  ...change,
});

/** A row as the list's query answers it. */
export const row = (source: SignalRecord): EntityRow => {
  const { airtable_id: _a, improvement: _i, rejection_reason: _r, deleted_at: _d, ...rest } = source;
  return { ...rest, organization: ORGANIZATION, contact: null };
};

export const viewOf = (search: string): View => readView(LISTS.signals, new URLSearchParams(search));
export const asked = (search = '', page = 0, size = 50): PageAsked => ({
  entity: SIGNALS,
  view: viewOf(search),
  page,
  size,
});

export const change = (
  event: Envelope['event'],
  records: SignalRecord[],
  { channel = 'region:west', ...rest }: Partial<Envelope> & { channel?: ChannelName } = {},
): LiveChange => ({
  channel,
  live: true,
  envelope: {
    seq: 1,
    event,
    at: '2026-11-23T10:00:00Z',
    source: 'airtable',
    ids: records.map(({ id }) => id),
    ...(event.endsWith(':removed') ? {} : { records }),
    truncated: false,
    ...rest,
  },
});
