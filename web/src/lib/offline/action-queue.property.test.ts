import { QueryClient } from '@tanstack/svelte-query';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import type { Fields } from '../actions/map-rows.ts';
import { pendingEditsOf, shareCovered } from '../actions/pending-edits-of.ts';
import { ActionQueue, type Sent } from './action-queue.ts';
import type { QueuedAction } from './queued-action.ts';
import { QueueMirror } from './queue-mirror.ts';
import { FakeBrowser, FakeTab } from './testing/fake-browser.ts';
import { FakeServer } from './testing/fake-server.ts';

const ROWS = ['a', 'b', 'c'];
const TABS = 2;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Fault = 'none' | 'request_lost' | 'answer_lost' | 'twice' | 'late' | 'signed_out';
type Kind = 'edit' | 'count' | 'poison' | 'unanswerable';
type Step = { then: number } & (
  | { do: 'act'; tab: number; row: string; kind: Kind; title: string }
  | { do: 'kill' | 'drain'; tab: number }
  | { do: 'network'; up: boolean }
  | { do: 'fault'; fault: Fault }
  | { do: 'other'; row: string; title: string }
  | { do: 'discard' | 'retry' | 'mine' | 'theirs' | 'rewrite'; tab: number; nth: number; title: string }
);

const row = fc.constantFrom(...ROWS);
const tab = fc.nat(TABS - 1);
const title = fc.constantFrom('one', 'two', ' three ', 'four');
const then = fc.nat(12);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      tab,
      row,
      kind: fc.constantFrom<Kind>('edit', 'edit', 'count', 'count', 'poison', 'unanswerable'),
      title,
      then,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drain' as const), tab, then }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), tab, then }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('network' as const), up: fc.boolean(), then }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      fault: fc.constantFrom<Fault>('request_lost', 'answer_lost', 'twice', 'late', 'signed_out'),
      then,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('other' as const), row, title, then }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('discard', 'retry', 'mine', 'theirs', 'rewrite'),
      tab,
      nth: fc.nat(5),
      title,
      then,
    }),
  },
);

interface Page {
  tab: FakeTab;
  queue: ActionQueue;
  caches: QueryClient;
  mirror: QueueMirror;
}

/** A browser of two tabs, a server, and whatever goes wrong between them. */
class World {
  readonly browser = new FakeBrowser();
  readonly server = new FakeServer(ROWS, (told) => this.#tell(told));
  readonly everParked = new Set<string>();
  /** What its maker wanted to be rid of, and what they were told is gone. */
  readonly unwanted = new Set<string>();
  readonly dropped = new Set<string>();
  /** How many live tabs sent at a time, at most. */
  senders = 0;
  pages: Page[] = [];
  online = true;
  faults: Fault[] = [];
  #late: QueuedAction[] = [];
  #sending = new Set<FakeTab>();
  #next = 0;
  #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
    this.pages = Array.from({ length: TABS }, () => this.#open());
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      this.#take(one);
      for (let turn = 0; turn < one.then && this.#scheduler.count() > 0; turn++)
        await this.#scheduler.waitOne();
    }
  }

  /** Everything works again, and everybody looks once more. */
  async heal(): Promise<void> {
    this.online = true;
    this.faults = [];
    await this.#idle();
    for (let attempt = 0; attempt < 40 && this.waiting.length; attempt++) {
      for (const { queue } of this.pages) void queue.drain();
      await this.#idle();
    }
    for (const late of this.#late.splice(0)) this.server.perform(late);
    vi.advanceTimersByTime(10_000);
    for (const { caches } of this.pages) caches.setQueryData(['signals'], [...this.server.rows.values()]);
  }

  get waiting(): QueuedAction[] {
    return this.browser.actions.filter(({ state }) => state !== 'parked');
  }

  async #idle(): Promise<void> {
    do {
      await this.#scheduler.waitIdle();
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#scheduler.count() > 0);
  }

  #open(): Page {
    const fakeTab = new FakeTab(() => this.#scheduler.schedule(Promise.resolve()));
    const caches: QueryClient = new QueryClient({
      defaultOptions: { queries: { structuralSharing: shareCovered(() => caches), gcTime: Infinity } },
    });
    caches.setQueryData(['signals'], [...this.server.rows.values()]);
    const mirror = new QueueMirror(pendingEditsOf(caches));
    mirror.show(structuredClone(this.browser.actions));
    const queue = new ActionQueue({
      store: this.browser.storeOf(fakeTab),
      send: (action) => {
        this.#sending.add(fakeTab);
        this.senders = Math.max(this.senders, [...this.#sending].filter(({ alive }) => alive).length);
        return fakeTab.turn(() => this.#send(action)).finally(() => this.#sending.delete(fakeTab));
      },
      lead: (work) => this.browser.lead(fakeTab, work),
      isOnline: () => this.online,
      answers: () => fakeTab.turn(() => this.online),
      changed: () => this.#show(),
      settled: (action, outcome) => {
        if (!outcome.ok) this.everParked.add(action.key);
        for (const page of this.pages) page.mirror.settle(action, outcome);
      },
    });
    return { tab: fakeTab, queue, caches, mirror };
  }

  #show(): void {
    for (const { mirror } of this.pages) mirror.show(structuredClone(this.browser.actions));
  }

  #tell(told: Fields): void {
    const envelope = { ids: [told.id], records: [told] } as unknown as Envelope;
    for (const { caches } of this.pages) {
      pendingEditsOf(caches).during({ envelope }, () =>
        caches.setQueryData<Fields[]>(['signals'], (rows) =>
          rows?.map((one) => (one.id === told.id ? told : one)),
        ),
      );
    }
  }

  #send(action: QueuedAction): Sent {
    const unreached = {
      kind: 'unreached' as const,
      refusal: { text: 'Not reached', code: '', field: null, conflicts: [], gone: false },
    };
    // What was on its way for long arrives before what is sent now.
    for (const late of this.#late.splice(0)) this.server.perform(late);
    if (!this.online || action.call.name === 'unanswerable') return unreached;
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'request_lost') return unreached;
    if (fault === 'signed_out') return { kind: 'signed_out' };
    if (fault === 'late') {
      this.#late.push(action);
      return unreached;
    }
    const came = this.server.perform(action);
    if (fault === 'answer_lost') return unreached;
    const again = fault === 'twice' ? this.server.perform(action) : came;
    return 'answer' in again
      ? { kind: 'done', answer: again.answer }
      : { kind: 'refused', refusal: again.refusal };
  }

  #take(one: Step): void {
    switch (one.do) {
      case 'act':
        return this.#act(one.tab, one.row, one.kind, one.title);
      case 'drain':
        return void this.pages[one.tab]!.queue.drain();
      case 'kill':
        this.browser.kill(this.pages[one.tab]!.tab);
        this.pages[one.tab] = this.#open();
        return;
      case 'network':
        this.online = one.up;
        return;
      case 'fault':
        this.faults.push(one.fault);
        return;
      case 'other':
        return this.server.change(one.row, one.title);
      default:
        return this.#decide(one.do, one.tab, one.nth, one.title);
    }
  }

  #act(tabIndex: number, id: string, kind: Kind, wanted: string): void {
    const { queue, caches } = this.pages[tabIndex]!;
    const shown = caches.getQueryData<Fields[]>(['signals'])!.find((one) => one.id === id)!;
    const isEdit = kind === 'edit';
    const key = String(++this.#next);
    const action = {
      key,
      at: this.#next,
      entity: 'signals',
      id,
      call: isEdit
        ? { name: 'edit_record', args: { changes: { title: wanted }, base: { title: shown.title } } }
        : { name: kind, args: {} },
      fields: isEdit ? { title: wanted } : {},
      title: id,
      past: 'saved',
      scope: 'region:west',
    };
    void queue.add(action);
  }

  #decide(
    what: 'discard' | 'retry' | 'mine' | 'theirs' | 'rewrite',
    tabIndex: number,
    nth: number,
    wanted: string,
  ) {
    const { queue } = this.pages[tabIndex]!;
    const action = this.browser.actions[nth];
    if (!action) return;
    const { key } = action;
    if (what === 'retry') void queue.retry(key);
    else if (what === 'discard') {
      this.unwanted.add(key);
      void queue.discard(key).then((dropped) => {
        if (!dropped) return;
        // One that never had an answer may have arrived all the same, and says so.
        if (action.refusal?.code !== '') this.dropped.add(key);
        for (const { mirror } of this.pages) mirror.drop(key);
      });
    } else if (what === 'rewrite') {
      if (action.call.name !== 'edit_record') return;
      const changes = { title: wanted };
      void queue.edit(key, { ...action.call.args, changes }, changes);
    } else {
      if (what === 'theirs') this.unwanted.add(key);
      void queue.decide(key, 'title', what);
    }
  }
}

test('whatever breaks and whoever interferes → each action is done once or shown as refused, in order, and the screens equal the server', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.scheduler(), async (steps, scheduler) => {
      const world = new World(scheduler);
      const durable = new Map<string, QueuedAction>();
      watch(world, durable);
      await world.play(steps);
      await world.heal();

      const { done } = world.server;
      expect(new Set(done).size).toBe(done.length);
      expect(world.senders).toBeLessThanOrEqual(1);
      const left = new Map(world.browser.actions.map((action) => [action.key, action]));
      for (const key of durable.keys()) {
        const isDone = done.includes(key);
        const rest = left.get(key);
        // Once or not at all; and if not, it stands there with the reason, unless its maker dropped it.
        if (!isDone && !world.unwanted.has(key)) expect(rest).toBeDefined();
        if (world.dropped.has(key)) expect(isDone).toBe(false);
        if (rest) expect(rest).toMatchObject({ state: 'parked' });
        if (rest?.refusal && rest.refusal.code !== '') expect(isDone).toBe(false);
      }
      // Of one row, what went straight through was done in the order in which it was made.
      for (const id of ROWS) {
        const straight = done
          .map((key) => durable.get(key)!)
          .filter((action) => action.id === id && !world.everParked.has(action.key));
        expect(straight.map(({ seq }) => seq)).toEqual(straight.map(({ seq }) => seq).sort((a, b) => a - b));
      }
      for (const { caches } of world.pages) {
        expect(caches.getQueryData(['signals'])).toEqual([...world.server.rows.values()]);
      }
    }),
    { numRuns: 1500 },
  );
});

/** Notes what was ever in the store. */
function watch(world: World, durable: Map<string, QueuedAction>): void {
  let { actions } = world.browser;
  Object.defineProperty(world.browser, 'actions', {
    get: () => {
      for (const action of actions) if (!durable.has(action.key)) durable.set(action.key, action);
      return actions;
    },
    set: (next: QueuedAction[]) => {
      actions = next;
    },
  });
}
