import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PresenceList, type PresenceDiff, type PresenceState } from './presence-list.ts';

/** What a client makes of a diff: joins are added, then leaves taken away, each meta by its ref. */
function apply(state: PresenceState, { joins, leaves }: PresenceDiff): void {
  for (const [key, { metas }] of Object.entries(joins)) {
    const refs = new Set(metas.map(({ phx_ref }) => phx_ref));
    const kept = (state[key]?.metas ?? []).filter(({ phx_ref }) => !refs.has(phx_ref));
    state[key] = { metas: [...kept, ...metas] };
  }
  for (const [key, { metas }] of Object.entries(leaves)) {
    const refs = new Set(metas.map(({ phx_ref }) => phx_ref));
    const left = (state[key]?.metas ?? []).filter(({ phx_ref }) => !refs.has(phx_ref));
    if (left.length > 0) state[key] = { metas: left };
    else delete state[key];
  }
}

const byRef = (state: PresenceState): unknown =>
  Object.entries(state)
    .flatMap(([key, { metas }]) => metas.map((meta) => [key, meta.phx_ref, meta.n]))
    .sort();

test('a client that applies every diff sees what one that joins now is told', () => {
  const step = fc.record({ socket: fc.nat(4), action: fc.constantFrom('track', 'untrack'), n: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const list = new PresenceList<object>();
      const sockets = Array.from({ length: 5 }, (_, index) => ({ key: `user${index % 3}` }));
      const seen: PresenceState = {};
      for (const { socket, action, n } of steps) {
        const owner = sockets[socket]!;
        const diff = action === 'track' ? list.track(owner, owner.key, { n }) : list.untrack(owner);
        if (diff) apply(seen, diff);
        expect(byRef(list.state())).toEqual(byRef(seen));
      }
    }),
  );
});

test('refs of one list are never used twice', () => {
  const list = new PresenceList<object>();
  const owner = {};
  const refs = Array.from(
    { length: 100 },
    (_, n) => list.track(owner, 'k', { n })?.joins.k?.metas[0]?.phx_ref,
  );
  expect(new Set(refs).size).toBe(100);
});
