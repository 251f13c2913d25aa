import { type QueryClient, onlineManager } from '@tanstack/svelte-query';
import { createContext } from 'svelte';
import type { Whoami } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { EntityKey } from '../entities/entity.ts';
import { journalOf } from '../queries/change-journal.ts';
import type { Db } from '../supabase/schema.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { perform } from './calls.ts';
import { type Change, doneText, refusedText } from './change.ts';
import { eachBounded } from './each-bounded.ts';
import type { Fields } from './map-rows.ts';
import { findRow } from './cached-rows.ts';
import type { Pending, PendingEdit, PendingEdits } from './pending-edits.ts';
import { pendingEditsOf } from './pending-edits-of.ts';
import type { Outbox } from './outbox.ts';
import { isUnreached, type Refusal, refusalOf } from './refusal.ts';
import { mayAct } from './row-actions.ts';

export type Outcome =
  /** `waits`: kept under its key in this browser, and not yet sent. */
  | { ok: true; change: Change; answer: Fields; waits?: string }
  | { ok: false; change: Change; refusal: Refusal };

type Done = Outcome & { ok: true };

export interface ActionsOptions {
  queries: QueryClient;
  /** Asked at the first use: on the server there is none. */
  db: () => Db;
  me: Whoami;
  toasts: Toasts;
  /** Keeps what cannot be sent now. */
  outbox?: Outbox;
}

/** Requests at a time: the database answers each in milliseconds, and a page has six connections to it. */
const CONCURRENCY = 4;

/** Of a change that waited, and was done before it could be dropped: what it answered was heard by nobody here. */
const SENT_MEANWHILE: Refusal = {
  text: 'It was sent meanwhile. Take it back by hand.',
  code: '',
  field: null,
  conflicts: [],
  gone: false,
};

/** Changes by the reader: shown at once, sent in order, taken back with the reason when they are refused. */
export class Actions {
  readonly me: Whoami;
  #options: ActionsOptions;
  #pending: PendingEdits;

  constructor(options: ActionsOptions) {
    this.#options = options;
    this.me = options.me;
    this.#pending = pendingEditsOf(options.queries);
  }

  /** What the row waits for: a mark on it, or on its fields. */
  pendingOf(id: string): Pending | undefined {
    return this.#pending.of(id);
  }

  may(row: Fields): boolean {
    return mayAct(this.me, row);
  }

  /** The row as the page knows it; undefined when it knows none. */
  find(id: string): Fields | undefined {
    return findRow(this.#options.queries, id);
  }

  /**
   * Makes the change; says what came of it, and how to undo it. Never throws.
   * @param isSeen true when the outcome is seen where the change was made
   */
  async run(change: Change, isSeen: (outcome: Outcome) => boolean = () => false): Promise<Outcome> {
    const outcome = await this.runQuietly(change);
    if (!isSeen(outcome)) this.#tell([outcome]);
    return outcome;
  }

  /** As `run`, of which the caller tells the outcome; there is no undo. */
  async runQuietly(change: Change): Promise<Outcome> {
    const [edit] = this.#pending.begin([change]);
    return this.#send(change, edit!);
  }

  /** Makes many changes, a few at a time, and says so once. `onOutcome` is told of each. */
  async runAll(changes: readonly Change[], onOutcome?: (outcome: Outcome) => void): Promise<Outcome[]> {
    const edits = this.#pending.begin(changes);
    const outcomes: Outcome[] = [];
    await eachBounded(changes, CONCURRENCY, async (change, index) => {
      const outcome = await this.#send(change, edits[index]!);
      outcomes.push(outcome);
      onOutcome?.(outcome);
    });
    this.#tell(outcomes);
    return outcomes;
  }

  #tell(outcomes: readonly Outcome[]): void {
    const { toasts } = this.#options;
    const done = outcomes.filter((outcome) => outcome.ok);
    const refused = outcomes.filter((outcome) => !outcome.ok);
    const [first] = refused;
    const waiting = done.filter(({ waits }) => waits !== undefined);
    if (waiting.length && waiting.length === done.length && !refused.length) {
      const { plural } = ENTITIES[done[0]!.change.entity];
      const text = doneText(
        done.map(({ change }) => change),
        plural,
      );
      toasts.done(`${text}. It is sent when the server can be reached.`, () => void this.#undo(done));
    } else if (done.length) {
      const changes = done.map(({ change }) => change);
      const undoable = done.some(({ change }) => change.undo);
      const text = doneText(changes, ENTITIES[changes[0]!.entity].plural);
      const of = refused.length ? `${text}, ${refused.length} refused: ${first!.refusal.text}` : text;
      toasts.done(of, undoable ? () => void this.#undo(done) : undefined);
    } else if (first) {
      const { plural } = ENTITIES[first.change.entity];
      toasts.refuse(
        refused.length === 1
          ? refusedText(first.change, first.refusal.text)
          : `None of ${refused.length} ${plural} was ${first.change.past}: ${first.refusal.text}`,
      );
    }
  }

  async #undo(all: readonly Done[]): Promise<void> {
    const done = all.filter(({ change, waits }) => change.undo || waits !== undefined);
    const untouched = done.filter((outcome) => this.#isStill(outcome));
    const undone: Outcome[] = [];
    await eachBounded(untouched, CONCURRENCY, async (outcome) => {
      undone.push(await this.#undoOne(outcome));
    });
    const { toasts } = this.#options;
    const refused = undone.filter((outcome) => !outcome.ok);
    const changed = done.length - untouched.length;
    const of = (count: number) => (done.length === 1 ? 'Not' : `${count} of ${done.length} not`);
    if (refused[0]) toasts.refuse(`${of(refused.length)} undone: ${refused[0].refusal.text}`);
    else if (changed) {
      const who = done.length === 1 ? `${done[0]!.change.name} was` : 'they were';
      toasts.refuse(`${of(changed)} undone: ${who} changed since.`);
    } else {
      const waits = undone.some((outcome) => outcome.ok && outcome.waits !== undefined);
      toasts.done(waits ? 'Undone. It is sent when the server can be reached.' : 'Undone');
    }
  }

  /** What came of it: of the last step that was taken. Never throws. */
  async #undoOne(done: Done): Promise<Outcome> {
    const { change, answer, waits } = done;
    try {
      // What was not sent yet is not sent at all.
      if (waits !== undefined && (await this.#options.outbox?.discard(waits)))
        return { ok: true, change, answer: {} };
      const steps = change.undo?.(answer) ?? [];
      let outcome: Outcome = steps.length ? done : { ok: false, change, refusal: SENT_MEANWHILE };
      // The steps of one row follow each other, and what fails ends them.
      for (const step of steps) {
        outcome = await this.runQuietly(step);
        if (!outcome.ok) break;
      }
      return outcome;
    } catch (error) {
      console.warn('The change could not be undone:', error);
      return { ok: false, change, refusal: refusalOf(error) };
    }
  }

  /** To take back what somebody else has changed since would take back theirs. */
  #isStill({ change: { id, fields }, answer }: Done): boolean {
    const row = this.find(id);
    return Object.entries(fields).every(([key, asked]) => {
      // As the database keeps it: times and texts may be written in another way.
      const value = answer.id === id && key in answer ? answer[key] : asked;
      const isLinked = typeof value === 'object' && value !== null;
      return row?.[key] === undefined || isLinked || row[key] === value;
    });
  }

  async #send(change: Change, edit: PendingEdit): Promise<Outcome> {
    const { queries, db, outbox } = this.#options;
    const key = crypto.randomUUID();
    // In the words that it has without the change.
    const row = this.#pending.uncover(this.find(change.id));
    if (outbox?.mustKeep(change.id)) return this.#keep(outbox, key, change, edit, row);
    const cache = queries.getMutationCache();
    const mutation = cache.build<Fields, unknown, Change, unknown>(queries, {
      mutationKey: ['action', change.call.name],
      scope: { id: change.id },
      mutationFn: ({ call }) => perform(db(), key, call),
      // What waits for the network waits in the outbox, which outlives the page.
      ...(outbox && { networkMode: 'always' }),
    });
    const stop = cache.subscribe((event) => {
      if (event.type !== 'updated' || event.mutation !== mutation) return;
      this.#pending.setSending(edit, !(mutation.state.isPaused && !onlineManager.isOnline()));
    });
    try {
      const answer = await mutation.execute(change);
      this.#pending.answered(edit, answer.id === change.id ? answer : {});
      return { ok: true, change, answer };
    } catch (error) {
      const refusal = refusalOf(error);
      if (outbox && isUnreached(refusal)) return await this.#keep(outbox, key, change, edit, row);
      return await this.#refused(change, edit, refusal);
    } finally {
      stop();
    }
  }

  async #keep(
    outbox: Outbox,
    key: string,
    change: Change,
    edit: PendingEdit,
    row: Fields | undefined,
  ): Promise<Outcome> {
    this.#pending.setSending(edit, false);
    const { entity, id, call, fields, name, past } = change;
    const title = row ? ENTITIES[entity].title(row) : name;
    const scope = channelOf(row);
    try {
      await outbox.keep({ key, at: Date.now(), entity, id, call, fields, title, past, scope }, edit);
      return { ok: true, change, answer: {}, waits: key };
    } catch (error) {
      console.warn('The change could not be kept in this browser:', error);
      return this.#refused(change, edit, refusalOf(error));
    }
  }

  async #refused(change: Change, edit: PendingEdit, refusal: Refusal): Promise<Outcome> {
    this.#pending.revoke(edit);
    await this.#freshen(change.entity, change.id);
    return { ok: false, change, refusal };
  }

  /** After a refusal, or when nobody knows whether the call arrived: the row as the database has it. */
  async #freshen(entity: EntityKey, id: string): Promise<void> {
    const { queries, db } = this.#options;
    const journal = journalOf(queries);
    const mark = journal.mark();
    const { data, error } = await db().from(entity).select('*').eq('id', id).maybeSingle();
    // A message that came meanwhile is at least as new.
    const told = journal.since(mark)?.some(({ envelope }) => envelope.ids.includes(id)) ?? true;
    if (error) console.warn('The row could not be read again:', error);
    else if (!data) void queries.invalidateQueries({ queryKey: [entity] });
    else if (!told) this.#pending.take(data);
  }
}

/** Whose channel tells of the row: who loses it may not change the row either. */
const channelOf = (row: Fields | undefined): string =>
  typeof row?.region === 'string' ? `region:${row.region}` : 'network';

export const [useActions, setActions] = createContext<Actions>();
