import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import { type ChannelLog, fill, type LogStep, receive, startLog } from './channel-log.ts';

const envelope = (seq: number): Envelope => ({
  seq,
  event: 'signal:updated',
  at: '2026-11-23T10:00:00Z',
  source: 'airtable',
  ids: [`id-${seq}`],
  truncated: false,
});

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => envelope(from + index));

const applied = (step: LogStep) => step.apply.map((item) => item.seq);

describe('a channel log', () => {
  test('the next number → applied at once', () => {
    const step = receive(startLog(4), envelope(5));
    expect(applied(step)).toEqual([5]);
    expect(step.gap).toBe(false);
    expect(step.log.seq).toBe(5);
  });

  test('a number that was applied before → ignored', () => {
    const step = receive(startLog(4), envelope(4));
    expect(applied(step)).toEqual([]);
    expect(step.gap).toBe(false);
  });

  test('a number too early → waits, reports the gap, and is applied after the fill', () => {
    const early = receive(startLog(4), envelope(7));
    expect(applied(early)).toEqual([]);
    expect(early.gap).toBe(true);

    const filled = fill(early.log, { changes: range(5, 6), seq: 6 });
    expect(applied(filled)).toEqual([5, 6, 7]);
    expect(filled.gap).toBe(false);
  });

  test('a fill that repeats what came on the socket meanwhile → each once', () => {
    const step = fill(startLog(4), { changes: range(3, 8), seq: 8 });
    expect(applied(step)).toEqual([5, 6, 7, 8]);
  });

  test('a fill longer than the waiting room → all of it applied', () => {
    expect(applied(fill(startLog(0), { changes: range(1, 1000), seq: 1000 }))).toHaveLength(1000);
  });

  test('a reset → nothing older applied, the head taken, what waited beyond it applied', () => {
    const early = receive(startLog(4), envelope(51));
    const step = fill(early.log, { reset: true, seq: 50 });
    expect(step.reset).toBe(true);
    expect(applied(step)).toEqual([51]);
    expect(step.log.seq).toBe(51);
  });

  test('a reset to an end before what was applied → the new log counts, nothing of the old', () => {
    const early = receive(startLog(90), envelope(95));
    const step = fill(early.log, { reset: true, seq: 3 });
    expect(step.log).toEqual(startLog(3));
    expect(applied(receive(step.log, envelope(4)))).toEqual([4]);
  });

  test('a flood of early numbers → the waiting room stays bounded', () => {
    let log = startLog(0);
    for (const item of range(2, 5000)) log = receive(log, item).log;
    expect(log.waiting.size).toBeLessThanOrEqual(200);
  });
});

test('any loss, repetition and reordering, with fills of any size → every number once, in order', () => {
  const delivery = fc.record({
    head: fc.integer({ min: 1, max: 60 }),
    start: fc.integer({ min: 0, max: 20 }),
    // Picks from the channel's numbers: absent ones were dropped, repeated ones duplicated.
    arrivals: fc.array(fc.nat(59), { maxLength: 200 }),
    fillAfter: fc.array(fc.boolean(), { maxLength: 200 }),
    max: fc.integer({ min: 1, max: 7 }),
  });

  fc.assert(
    fc.property(delivery, ({ head, start, arrivals, fillAfter, max }) => {
      const first = Math.min(start, head);
      const seen: number[] = [];
      let log: ChannelLog = startLog(first);
      const take = (step: LogStep) => {
        seen.push(...applied(step));
        log = step.log;
      };
      const fillOnce = () =>
        take(fill(log, { changes: range(log.seq + 1, Math.min(log.seq + max, head)), seq: head }));

      arrivals.forEach((pick, index) => {
        take(receive(log, envelope((pick % head) + 1)));
        if (fillAfter[index]) fillOnce();
      });
      while (log.seq < head) fillOnce();

      expect(seen).toEqual(range(first + 1, head).map((item) => item.seq));
      expect(log.waiting.size).toBe(0);
    }),
    { numRuns: 500 },
  );
});
