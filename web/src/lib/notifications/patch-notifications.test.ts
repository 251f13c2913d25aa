import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { Notification } from './notification.ts';
import { patchNotifications, patchUnread } from './patch-notifications.ts';

const at = (minute: number) => `2026-11-23T10:${String(minute).padStart(2, '0')}:00+00:00`;
const row = (id: string, minute: number, read = false): Notification => ({
  id,
  kind: 'signal:urgent',
  title: id,
  body: null,
  entity: 'signal',
  entity_id: null,
  severity: 'info',
  count: 1,
  regions: [],
  created_at: at(minute),
  read_at: read ? at(59) : null,
});
const change = (event: LiveEvent, rows: Notification[], { truncated = false } = {}): LiveChange => ({
  channel: 'user:me',
  live: true,
  envelope: {
    seq: 1,
    event,
    at: at(59),
    source: 'system',
    ids: rows.map(({ id }) => id),
    truncated,
    ...(event !== 'notification:removed' && !truncated && { records: rows }),
  },
});
const ids = (rows: Notification[]) => rows.map(({ id }) => id);

describe('the list', () => {
  const list = [row('c', 3), row('b', 2), row('a', 1)];

  test('a new one comes to the top, and twice is once', () => {
    const once = patchNotifications(list, 10, change('notification:created', [row('d', 4)])).data;
    expect(ids(once)).toEqual(['d', 'c', 'b', 'a']);
    expect(patchNotifications(once, 10, change('notification:created', [row('d', 4)])).data).toEqual(once);
  });

  test('one that grew comes to the top again; one that was read stays where it is', () => {
    expect(ids(patchNotifications(list, 10, change('notification:updated', [row('a', 5)])).data)).toEqual([
      'a',
      'c',
      'b',
    ]);
    const read = patchNotifications(list, 10, change('notification:updated', [row('b', 2, true)])).data;
    expect(ids(read)).toEqual(['c', 'b', 'a']);
    expect(read[1]!.read_at).not.toBeNull();
  });

  test('a full page keeps its length, takes nothing older than it shows, and asks when one goes', () => {
    const added = patchNotifications(list, 3, change('notification:created', [row('d', 4)]));
    expect(ids(added.data)).toEqual(['d', 'c', 'b']);
    const older = patchNotifications(list, 3, change('notification:updated', [row('z', 0, true)]));
    expect(older.data).toBe(list);
    const gone = patchNotifications(list, 3, change('notification:removed', [row('b', 2)]));
    expect([ids(gone.data), gone.refetch]).toEqual([['c', 'a'], true]);
  });

  test('a message without rows → asked for; of another channel → nothing', () => {
    const bulk = change('notification:updated', [row('a', 1)], { truncated: true });
    expect(patchNotifications(list, 10, bulk).refetch).toBe(true);
    const foreign: LiveChange = { ...change('notification:created', [row('d', 4)]), channel: 'network' };
    expect(patchNotifications(list, 10, foreign)).toEqual({ data: list, touched: [], refetch: false });
  });
});

describe('the badge', () => {
  type Step =
    | { do: 'arrive' }
    | { do: 'read'; who: number; which: number }
    | { do: 'read all'; who: number }
    | { do: 'forget'; which: number }
    | { do: 'hear'; who: number }
    | { do: 'ask'; who: number }
    | { do: 'be answered'; who: number };
  const which = fc.nat(5);
  const who = fc.nat(1);
  const steps: fc.Arbitrary<Step[]> = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('arrive' as const) }),
      fc.record({ do: fc.constant('read' as const), who, which }),
      fc.record({ do: fc.constant('read all' as const), who }),
      fc.record({ do: fc.constant('forget' as const), which }),
      fc.record({ do: fc.constantFrom('hear' as const, 'ask' as const, 'be answered' as const), who }),
    ),
    { maxLength: 60 },
  );

  /** Reads shown before the database knows, messages that come late, answers that are older than what was heard. */
  test('shows the number of unread rows after any order of arriving, reading and reconnecting on two devices', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const rows = new Map<string, Notification>();
        const log: LiveChange[] = [];
        const devices = [0, 1].map(() => ({
          unread: [] as string[],
          heard: 0,
          asked: null as { unread: string[]; heard: number } | null,
        }));
        const unread = () => [...rows.values()].filter(({ read_at }) => read_at === null).map(({ id }) => id);
        const hear = (device: (typeof devices)[number], until: number) => {
          for (; device.heard < until; device.heard++)
            device.unread = patchUnread(device.unread, log[device.heard]!).data;
        };
        const read = (names: string[]) => {
          const changed = names.flatMap((name) => rows.get(name) ?? []).filter(({ read_at }) => !read_at);
          if (!changed.length) return;
          for (const old of changed) rows.set(old.id, { ...old, read_at: at(59) });
          log.push(
            change(
              'notification:updated',
              changed.map(({ id }) => rows.get(id)!),
            ),
          );
        };

        for (const step of script) {
          const names = [...rows.keys()];
          const device = 'who' in step ? devices[step.who]! : devices[0]!;
          if (step.do === 'arrive') {
            const added = row(`n${log.length}`, 1);
            rows.set(added.id, added);
            log.push(change('notification:created', [added]));
          } else if (step.do === 'read' && names.length) {
            const name = names[step.which % names.length]!;
            device.unread = device.unread.filter((id) => id !== name);
            read([name]);
          } else if (step.do === 'read all') {
            device.unread = [];
            read(names);
          } else if (step.do === 'forget' && names.length) {
            const old = rows.get(names[step.which % names.length]!)!;
            rows.delete(old.id);
            log.push(change('notification:removed', [old]));
          } else if (step.do === 'hear') hear(device, Math.min(log.length, device.heard + 1));
          else if (step.do === 'ask') device.asked = { unread: unread(), heard: device.heard };
          else if (step.do === 'be answered' && device.asked) {
            // What was heard since it was asked is taken in before it is shown.
            const { heard } = device;
            device.unread = device.asked.unread;
            for (let n = device.asked.heard; n < heard; n++)
              device.unread = patchUnread(device.unread, log[n]!).data;
            device.asked = null;
          }
        }
        for (const device of devices) {
          hear(device, log.length);
          expect(new Set(device.unread)).toEqual(new Set(unread()));
          expect(device.unread).toHaveLength(unread().length);
        }
      }),
    );
  });
});
