import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Region } from '../../../../supabase/types/realtime.ts';
import type { EntityRow } from '../entities/entity.ts';
import { SIGNALS } from '../entities/signals.ts';
import { matches } from '../lists/matches.ts';
import { compareRows } from '../lists/order.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { SignalRecord } from '../supabase/schema.ts';
import { patchPage } from './patch-page.ts';
import type { PageAsked } from './patched-page.ts';
import { asked, change, record, row } from './testing/signal-records.ts';

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
