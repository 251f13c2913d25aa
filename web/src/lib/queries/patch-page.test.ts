import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelName, Envelope, Region } from '../../../../supabase/types/realtime.ts';
import type { EntityRow } from '../entities/entity.ts';
import { SIGNALS } from '../entities/signals.ts';
import { LISTS } from '../lists/lists.ts';
import type { View } from '../lists/list.ts';
import { matches } from '../lists/matches.ts';
import { compareRows } from '../lists/order.ts';
import { readView } from '../lists/view.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { SignalRecord } from '../supabase/schema.ts';
import { countMayDiffer } from './patch-count.ts';
import { patchPage } from './patch-page.ts';
import type { PageAsked } from './patched-page.ts';

const ORGANIZATION = { id: 'org-1', name: 'City of Mesa Verano' };
const EARLY = '2026-11-01T00:00:00+00:00';

const record = (n: number, change: Partial<SignalRecord> = {}): SignalRecord => ({
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
const row = (source: SignalRecord): EntityRow => {
  const { airtable_id: _a, improvement: _i, rejection_reason: _r, deleted_at: _d, ...rest } = source;
  return { ...rest, organization: ORGANIZATION, contact: null };
};

const viewOf = (search: string): View => readView(LISTS.signals, new URLSearchParams(search));
const asked = (search = '', page = 0, size = 50): PageAsked => ({
  entity: SIGNALS,
  view: viewOf(search),
  page,
  size,
});

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
    ...(event.endsWith(':removed') ? {} : { records }),
    truncated: false,
    ...rest,
  },
});

const rows = (...records: SignalRecord[]) => records.map(row);

describe('a page of a list', () => {
  test('a listed row with a new value → changed in place, without a request', () => {
    const patch = patchPage(
      rows(record(2), record(1)),
      asked(),
      change('signal:updated', [record(1, { urgency: 'critical' })]),
    );
    expect(patch.data.map(({ urgency }) => urgency)).toEqual(['low', 'critical']);
    expect(patch.touched).toEqual([{ id: record(1).id, fields: ['urgency'] }]);
    expect(patch.refetch).toBe(false);
  });

  test('the same change again → the same object, nothing touched', () => {
    const update = change('signal:updated', [record(1, { urgency: 'critical' })]);
    const { data } = patchPage(rows(record(1)), asked(), update);
    const again = patchPage(data, asked(), update);
    expect(again.data).toBe(data);
    expect(again.touched).toEqual([]);
  });

  test('a row that no longer matches, on a list that is whole → gone, without a request', () => {
    const update = change('signal:updated', [record(1, { urgency: 'high' })]);
    const patch = patchPage(rows(record(2), record(1)), asked('urgency=low'), update);
    expect(patch.data).toEqual(rows(record(2)));
    expect(patch.refetch).toBe(false);
  });

  test('a row that no longer matches, with more rows behind → changed at once, and refetched', () => {
    const update = change('signal:updated', [record(1, { urgency: 'high' })]);
    const patch = patchPage(rows(record(2), record(1)), asked('urgency=low', 0, 2), update);
    expect(patch.data[1]?.urgency).toBe('high');
    expect(patch.refetch).toBe(true);
  });

  test('a row that comes to match, in an order that is known → in its place, without a request', () => {
    const update = change('signal:updated', [record(3, { airtable_edited_at: '2026-11-02T00:00:00Z' })]);
    const patch = patchPage(rows(record(2), record(1)), asked('urgency=low&sort=-edited'), update);
    expect(patch.data.map(({ id }) => id)).toEqual([record(3).id, record(2).id, record(1).id]);
    expect(patch.refetch).toBe(false);
  });

  test('a row edited now, sorted by the last edit → it comes first, without a request', () => {
    const update = change('signal:updated', [record(1, { airtable_edited_at: '2026-11-02T00:00:00Z' })]);
    const patch = patchPage(rows(record(3), record(2), record(1)), asked('sort=-edited', 0, 3), update);
    expect(patch.data.map(({ id }) => id)).toEqual([record(1).id, record(3).id, record(2).id]);
    expect(patch.refetch).toBe(false);
  });

  test.each([
    ['a new row that matches', 'urgency=low', change('signal:created', [record(3)]), true],
    ['a new row that does not', 'urgency=high', change('signal:created', [record(3)]), false],
    ['a row entering an order of texts', 'urgency=low', change('signal:updated', [record(3)]), true],
    [
      'more rows than a message carries',
      '',
      change('signal:updated', [], { ids: ['x'], truncated: true }),
      true,
    ],
    ['another kind of row', '', change('connection:updated', [record(1)]), false],
  ])('%s → refetched: %#', (_, search, update, refetch) => {
    expect(patchPage(rows(record(1)), asked(search), update).refetch).toBe(refetch);
  });

  test('a removed row → gone at once', () => {
    const patch = patchPage(rows(record(2), record(1)), asked(), change('signal:removed', [record(2)]));
    expect(patch.data).toEqual(rows(record(1)));
    expect(patch.refetch).toBe(false);
  });

  test('a row removed from the region that it left → stays for whoever sees the new one', () => {
    const moved = rows(record(1, { region: 'south' }));
    expect(patchPage(moved, asked(), change('signal:removed', [record(1)])).data).toBe(moved);
  });

  test('another organization than any that is listed → refetched for its name', () => {
    const update = change('signal:updated', [record(1, { organization_id: 'org-2' })]);
    expect(patchPage(rows(record(1)), asked(), update).refetch).toBe(true);
  });

  test('a link that the reader may not follow → not asked for again', () => {
    const hidden = [{ ...row(record(1)), organization: null }];
    const update = change('signal:updated', [record(1, { urgency: 'high' })]);
    expect(patchPage(hidden, asked(), update).refetch).toBe(false);
  });

  test('an organization with a new name → renamed in every row, without a request', () => {
    const patch = patchPage(rows(record(2), record(1)), asked(), {
      ...change('organization:updated', []),
      envelope: {
        ...change('organization:updated', []).envelope,
        ids: ['org-1'],
        records: [{ id: 'org-1', name: 'Mesa Verano' }],
      },
    });
    expect(patch.data.map(({ organization }) => organization)).toEqual([
      { id: 'org-1', name: 'Mesa Verano' },
      { id: 'org-1', name: 'Mesa Verano' },
    ]);
    expect(patch.touched.map(({ fields }) => fields)).toEqual([['organization_id'], ['organization_id']]);
    expect(patch.refetch).toBe(false);
  });

  test('a row that the reader changed already, and that matches no more → leaves with the message of it', () => {
    const optimistic = rows(record(2), record(1, { approval_status: 'rejected' }));
    const update = change('signal:updated', [record(1, { approval_status: 'rejected' })]);
    expect(patchPage(optimistic, asked('status=approved'), update).data).toEqual(rows(record(2)));
  });
});

describe('how many rows a view has', () => {
  const was = row(record(1));
  test.each([
    ['a new row that matches', 'urgency=low', change('signal:created', [record(3)]), true],
    ['a new row that does not', 'urgency=high', change('signal:created', [record(3)]), false],
    [
      'a change that leaves it where it was',
      'urgency=low',
      change('signal:updated', [record(1, { title: 'T' })]),
      false,
    ],
    [
      'a change that takes it out',
      'urgency=low',
      change('signal:updated', [record(1, { urgency: 'high' })]),
      true,
    ],
    ['a change of a row that nobody knows', 'urgency=low', change('signal:updated', [record(9)]), true],
    ['a change, without a filter', '', change('signal:updated', [record(9)]), false],
    ['a removed row', '', change('signal:removed', [record(9)]), true],
    ['another kind of row', 'urgency=low', change('contact:removed', [record(9)]), false],
  ])('%s → counted again: %#', (_, search, update, again) => {
    const before = (id: string) => (id === was.id ? was : undefined);
    expect(countMayDiffer(SIGNALS, viewOf(search), update, before)).toBe(again);
  });
});

/** What the database would answer for this page. */
function query(records: readonly SignalRecord[], { view, page, size }: PageAsked): EntityRow[] {
  const all = records
    .map(row)
    .filter((candidate) => matches(SIGNALS, view, candidate))
    .sort(compareRows(SIGNALS, view.sort));
  return all.slice(page * size, (page + 1) * size);
}

test('any sequence of changes: unless it asks for a refetch, a page is what the database would answer', () => {
  const step = fc.record({
    verb: fc.constantFrom('created', 'updated', 'updated', 'removed' as const),
    pick: fc.nat(1000),
    urgency: fc.constantFrom('low', 'medium', 'high', 'critical' as const),
    region: fc.constantFrom<Region>('west', 'south'),
    edited: fc.integer({ min: 1, max: 28 }).map((day) => `2026-10-${String(day).padStart(2, '0')}T00:00:00Z`),
    known: fc.boolean(),
  });
  const view = fc.constantFrom(
    '',
    'urgency=low',
    'urgency=high,critical&sort=-edited',
    'sort=signal_identifier',
    'sort=-edited',
    'sort=edited',
    'sort=-urgency',
    'q=signal 1',
  );

  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      view,
      fc.constantFrom(0, 1, 2),
      fc.constantFrom(3, 40, 70),
      (steps, search, page, size) => {
        const view = asked(search, page, 20);
        // Odd numbers are free: rows are created between those that exist.
        let records = Array.from({ length: size }, (_, index) => record(index * 2));
        let shown = query(records, view);

        for (const { verb, pick, urgency, region, edited, known } of steps) {
          const chosen = records[pick % Math.max(1, records.length)];
          const changes: LiveChange[] = [];
          if (verb === 'created') {
            const added = record((pick % 400) * 2 + 1, { urgency, airtable_edited_at: edited });
            if (records.some(({ id }) => id === added.id)) continue;
            records = [...records, added];
            changes.push(change('signal:created', [added]));
          } else if (!chosen) {
            continue;
          } else if (verb === 'removed') {
            records = records.filter((other) => other !== chosen);
            changes.push(change('signal:removed', [chosen], { channel: `region:${chosen.region}` }));
          } else {
            const updated = { ...chosen, urgency, region, airtable_edited_at: edited };
            records = records.map((other) => (other === chosen ? updated : other));
            changes.push(change('signal:updated', [updated], { channel: `region:${region}` }));
            if (region !== chosen.region) {
              changes.push(change('signal:removed', [chosen], { channel: `region:${chosen.region}` }));
              if (pick % 2) changes.reverse();
            }
          }
          let refetch = false;
          for (const [index, next] of changes.entries()) {
            // A row that was removed is in no list any more.
            const isKnown = known && index === 0;
            const before = (id: string) => (isKnown && chosen?.id === id ? row(chosen) : undefined);
            const patch = patchPage(shown, view, next, before);
            shown = patch.data;
            refetch ||= patch.refetch;
          }
          if (refetch) shown = query(records, view);
          expect(shown).toEqual(query(records, view));
        }
      },
    ),
    { numRuns: 400 },
  );
});
