import { describe, expect, test } from 'vitest';
import type { SignalRecord } from '../supabase/schema.ts';
import { patchPage } from './patch-page.ts';
import { asked, change, record, row } from './testing/signal-records.ts';

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

  test('rows that fill the page, then one that leaves it, in one message → what follows is asked for', () => {
    const edited = (n: number, change: Partial<SignalRecord> = {}) =>
      record(n, { airtable_edited_at: `2026-11-0${n}T00:00:00Z`, ...change });
    const update = change('signal:updated', [edited(3), edited(4), edited(3, { urgency: 'high' })]);
    const patch = patchPage(rows(edited(2), edited(1)), asked('urgency=low&sort=-edited', 0, 3), update);
    expect(patch.refetch).toBe(true);
  });
});
