import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelName, Envelope, Region } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import {
  DEFAULT_FILTERS,
  matches,
  PAGE_SIZE,
  readFilters,
  type SignalFilters,
} from '../signals/signal-filters.ts';
import type { SignalRecord } from '../supabase/schema.ts';
import { patchLatestSignals, patchSignalPage, type SignalPage, type SignalRow } from './signal-patch.ts';

const record = (n: number, change: Partial<SignalRecord> = {}): SignalRecord => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  airtable_id: `rec${n}`,
  signal_identifier: `SIG-${String(n).padStart(4, '0')}`,
  organization_id: 'org-1',
  contact_id: null,
  region: 'west',
  title: `Signal ${n}`,
  pain_points: null,
  improvement: null,
  urgency: 'low',
  approval_status: 'approved',
  is_public: false,
  created_at: '2026-11-01T00:00:00+00:00',
  updated_at: '2026-11-01T00:00:00+00:00',
  airtable_edited_at: '2026-11-01T00:00:00+00:00',
  received_at: null,
  rejection_reason: null,
  deleted_at: null,
  ...change,
});

/** A row as the list's query answers it. */
const row = (source: SignalRecord): SignalRow => {
  const {
    airtable_id: _a,
    contact_id: _c,
    improvement: _i,
    rejection_reason: _r,
    deleted_at: _d,
    ...rest
  } = source;
  return { ...rest, organization: { id: 'org-1', name: 'City of Mesa Verano' } };
};

const page = (...records: SignalRecord[]): SignalPage => ({ rows: records.map(row), total: records.length });

const change = (
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
    ...(event.endsWith(':removed') ? {} : { records: records }),
    truncated: false,
    ...rest,
  },
});

const filtered = (search: string) => readFilters(new URLSearchParams(search));

describe('a page of signals', () => {
  test('a listed row with a new value → changed in place, without a request', () => {
    const patch = patchSignalPage(
      page(record(2), record(1)),
      DEFAULT_FILTERS,
      change('signal:updated', [record(1, { urgency: 'critical' })]),
    );
    expect(patch.data.rows.map(({ urgency }) => urgency)).toEqual(['low', 'critical']);
    expect(patch.touched).toEqual([{ id: record(1).id, fields: ['urgency'] }]);
    expect(patch.refetch).toBe(false);
  });

  test('the same change again → the same object, nothing touched', () => {
    const update = change('signal:updated', [record(1, { urgency: 'critical' })]);
    const { data } = patchSignalPage(page(record(1)), DEFAULT_FILTERS, update);
    const again = patchSignalPage(data, DEFAULT_FILTERS, update);
    expect(again.data).toBe(data);
    expect(again.touched).toEqual([]);
  });

  test('a row that no longer matches the filter → changed at once, and refetched', () => {
    const patch = patchSignalPage(
      page(record(1)),
      filtered('urgency=low'),
      change('signal:updated', [record(1, { urgency: 'high' })]),
    );
    expect(patch.data.rows[0]?.urgency).toBe('high');
    expect(patch.refetch).toBe(true);
  });

  test.each([
    ['a new row that matches', 'urgency=low', change('signal:created', [record(3)]), true],
    ['a new row that does not', 'urgency=high', change('signal:created', [record(3)]), false],
    ['a row entering the filter', 'urgency=low', change('signal:updated', [record(3)]), true],
    [
      'more rows than a message carries',
      '',
      change('signal:updated', [], { ids: ['x'], truncated: true }),
      true,
    ],
    ['another kind of row', '', change('connection:updated', [record(1)]), false],
  ])('%s → refetched: %#', (_, search, update, refetch) => {
    expect(patchSignalPage(page(record(1)), filtered(search), update).refetch).toBe(refetch);
  });

  test('a removed row → gone at once, one fewer in all', () => {
    const patch = patchSignalPage(
      page(record(2), record(1)),
      DEFAULT_FILTERS,
      change('signal:removed', [record(2)]),
    );
    expect(patch.data).toEqual(page(record(1)));
    expect(patch.refetch).toBe(false);
  });

  test('a row removed from the region that it left → stays for whoever sees the new one', () => {
    const moved = page(record(1, { region: 'south' }));
    const patch = patchSignalPage(moved, DEFAULT_FILTERS, change('signal:removed', [record(1)]));
    expect(patch.data).toBe(moved);
  });

  test('another organization than any that is listed → refetched for its name', () => {
    const patch = patchSignalPage(
      page(record(1)),
      DEFAULT_FILTERS,
      change('signal:updated', [record(1, { organization_id: 'org-2' })]),
    );
    expect(patch.refetch).toBe(true);
  });

  test('an organization with a new name → renamed in every row, without a request', () => {
    const patch = patchSignalPage(page(record(2), record(1)), DEFAULT_FILTERS, {
      ...change('organization:updated', []),
      envelope: {
        ...change('organization:updated', []).envelope,
        ids: ['org-1'],
        records: [{ id: 'org-1', name: 'Mesa Verano' }],
      },
    });
    expect(patch.data.rows.map(({ organization }) => organization?.name)).toEqual([
      'Mesa Verano',
      'Mesa Verano',
    ]);
    expect(patch.touched).toHaveLength(2);
    expect(patch.refetch).toBe(false);
  });
});

describe('the signals edited last', () => {
  const rows = [record(2, { airtable_edited_at: '2026-11-02T00:00:00Z' }), record(1)].map(row);

  test('an edit of a listed row → it comes first', () => {
    const edited = record(1, { airtable_edited_at: '2026-11-03T00:00:00Z', urgency: 'high' });
    const { data, refetch } = patchLatestSignals(rows, change('signal:updated', [edited]));
    expect(data.map(({ id }) => id)).toEqual([record(1).id, record(2).id]);
    expect(refetch).toBe(false);
  });

  test('an edit of another row → it comes first, the last one falls out', () => {
    const edited = record(9, { airtable_edited_at: '2026-11-03T00:00:00Z' });
    const { data } = patchLatestSignals(rows, change('signal:updated', [edited]));
    expect(data.map(({ id }) => id)).toEqual([record(9).id, record(2).id]);
  });

  test('a listed row removed → gone, and another fetched in its place', () => {
    const { data, refetch } = patchLatestSignals(rows, change('signal:removed', [record(2)]));
    expect(data).toHaveLength(1);
    expect(refetch).toBe(true);
  });
});

/** What the database would answer for this view. */
function query(rows: readonly SignalRecord[], filters: SignalFilters): SignalPage {
  const sign = filters.descending ? -1 : 1;
  const all = rows
    .filter((candidate) => matches(filters, candidate))
    .sort((a, b) => sign * (a.signal_identifier ?? '').localeCompare(b.signal_identifier ?? ''));
  const from = (filters.page - 1) * PAGE_SIZE;
  return { rows: all.slice(from, from + PAGE_SIZE).map(row), total: all.length };
}

test('any sequence of changes: unless it asks for a refetch, a page is what the database would answer', () => {
  const step = fc.record({
    verb: fc.constantFrom('created', 'updated', 'removed' as const),
    pick: fc.nat(1000),
    urgency: fc.constantFrom('low', 'medium', 'high', 'critical' as const),
    region: fc.constantFrom<Region>('west', 'south'),
  });
  const view = fc.constantFrom(
    '',
    'urgency=low',
    'urgency=high,critical',
    'sort=signal_identifier',
    'page=2',
    'q=signal 1',
  );

  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      view,
      fc.constantFrom(3, 70, 140),
      (steps, search, size) => {
        const filters = filtered(search);
        // Odd numbers are free: rows are created between those that exist.
        let rows = Array.from({ length: size }, (_, index) => record(index * 2));
        let shown = query(rows, filters);

        for (const { verb, pick, urgency, region } of steps) {
          const chosen = rows[pick % Math.max(1, rows.length)];
          const changes: LiveChange[] = [];
          if (verb === 'created') {
            const added = record((pick % 400) * 2 + 1, { urgency });
            if (rows.some(({ id }) => id === added.id)) continue;
            rows = [...rows, added];
            changes.push(change('signal:created', [added]));
          } else if (!chosen) {
            continue;
          } else if (verb === 'removed') {
            rows = rows.filter((other) => other !== chosen);
            changes.push(change('signal:removed', [chosen], { channel: `region:${chosen.region}` }));
          } else {
            const updated = { ...chosen, urgency, region };
            rows = rows.map((other) => (other === chosen ? updated : other));
            changes.push(change('signal:updated', [updated], { channel: `region:${region}` }));
            if (region !== chosen.region) {
              changes.push(change('signal:removed', [chosen], { channel: `region:${chosen.region}` }));
              if (pick % 2) changes.reverse();
            }
          }
          let refetch = false;
          for (const next of changes) {
            const patch = patchSignalPage(shown, filters, next);
            shown = patch.data;
            refetch ||= patch.refetch;
          }
          if (refetch) shown = query(rows, filters);
          expect(shown).toEqual(query(rows, filters));
        }
      },
    ),
    { numRuns: 300 },
  );
});
