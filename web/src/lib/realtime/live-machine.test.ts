import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LIVE_EVENTS,
  LIVE_STATES,
  type LiveEventName,
  type LiveKind,
  type LiveStatus,
  nextStatus,
  SIGNED_OUT,
  TRANSITIONS,
} from './live-machine.ts';

const at = (kind: LiveKind): LiveStatus => ({ kind, reason: 'starting', since: 1 });
const run = (...events: LiveEventName[]) =>
  events.reduce((status, event, index) => nextStatus(status, event, index + 1), SIGNED_OUT);

describe('the live machine', () => {
  test.each(LIVE_STATES.flatMap((state) => LIVE_EVENTS.map((event) => [state, event] as const)))(
    '%s on %s is defined and leads to a known state',
    (state, event) => {
      const target = TRANSITIONS[state][event];
      expect(target === null || LIVE_STATES.includes(target)).toBe(true);
      expect(nextStatus(at(state), event, 9).kind).toBe(target ?? state);
    },
  );

  test.each<[LiveKind, LiveEventName[]]>([
    ['connecting', ['start']],
    ['catching_up', ['start', 'subscribed']],
    ['live', ['start', 'subscribed', 'caught_up']],
    ['catching_up', ['start', 'subscribed', 'caught_up', 'gap']],
    ['polling', ['start', 'subscribed', 'caught_up', 'lost']],
    ['polling', ['start', 'slow']],
    ['live', ['start', 'slow', 'subscribed', 'caught_up']],
    ['live', ['start', 'subscribed', 'slow', 'caught_up']],
    ['offline', ['start', 'subscribed', 'caught_up', 'network_down']],
    ['offline', ['start', 'network_down', 'lost', 'subscribed', 'caught_up']],
    ['connecting', ['start', 'network_down', 'network_up']],
    ['signed_out', ['start', 'subscribed', 'sign_out', 'caught_up', 'network_up']],
  ])('ends %s after %j', (kind, events) => {
    expect(run(...events).kind).toBe(kind);
  });

  test('a clearer reason in the same state keeps the time it began', () => {
    const polling = nextStatus(at('live'), 'lost', 100);
    const refused = nextStatus(polling, 'refused', 200);
    expect(refused).toEqual({ kind: 'polling', reason: 'join_refused', since: 100 });
  });

  test('an event that changes nothing returns the same object', () => {
    const status = at('offline');
    expect(nextStatus(status, 'lost', 5)).toBe(status);
  });
});

test('any sequence of events: only sign_out signs out, offline ends only by network_up or sign_out, live only follows caught_up', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LIVE_EVENTS), { maxLength: 60 }), (events) => {
      let status: LiveStatus = SIGNED_OUT;
      events.forEach((event, index) => {
        const before = status;
        status = nextStatus(before, event, index + 1);
        if (before.kind === status.kind) return;
        expect(status.since).toBe(index + 1);
        if (status.kind === 'signed_out') expect(event).toBe('sign_out');
        if (status.kind === 'live') expect(event).toBe('caught_up');
        if (before.kind === 'offline') expect(['network_up', 'sign_out']).toContain(event);
        if (before.kind === 'signed_out') expect(event).toBe('start');
      });
    }),
  );
});
