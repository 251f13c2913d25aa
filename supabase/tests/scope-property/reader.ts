import type { ChangesSince, Envelope } from '../../types/realtime.ts';
import type { Selectable } from './snapshot.ts';
import { TOLD, viewOf, type Row } from './told.ts';

interface ChannelState {
  topic: string;
  /** Everything up to here is in `rows`. */
  seq: number;
  /** By view, by id. */
  rows: Map<string, Map<string, Row>>;
  /** Messages that came and are not applied yet. */
  inbox: Map<number, Envelope>;
}

export type AskChangesSince = (channel: string, after: number) => Promise<ChangesSince>;

/**
 * The rows as a client knows them, from nothing but what it selected when it joined and what it was told since.
 * A channel a copy: a row that moves is removed from one and comes with another, in any order.
 */
export class Reader {
  /** Envelopes that were asked from the log. */
  readonly caughtUp: { channel: string; envelope: Envelope }[] = [];
  #channels = new Map<string, ChannelState>();
  #changesSince: AskChangesSince;

  constructor(changesSince: AskChangesSince) {
    this.#changesSince = changesSince;
  }

  /** Starts what is new with the rows as they are, purges what is lost. @returns the topics to be on now. */
  sync(selectable: Selectable): string[] {
    const joinable = joinableOf(selectable);
    for (const name of this.#channels.keys()) if (!joinable.has(name)) this.#channels.delete(name);
    for (const [name, { topic }] of joinable) {
      const state = this.#channels.get(name);
      if (state) state.topic = topic;
      else this.#start(name, selectable);
    }
    return [...joinable.values()].map(({ topic }) => topic);
  }

  take(channel: string, envelope: Envelope): void {
    this.#channels.get(channel)?.inbox.set(envelope.seq, envelope);
  }

  /** Applies what came, asks the log for what did not. Truncated and reset: fetches, which `selectable` answers. */
  async settle(selectable: Selectable): Promise<void> {
    const joinable = joinableOf(selectable);
    for (const [name, state] of this.#channels) {
      const last = joinable.get(name)!.seq;
      while (state.seq < last) {
        const next = state.inbox.get(state.seq + 1);
        if (next) this.#apply(name, state, next, selectable);
        else if (!(await this.#fill(name, state))) {
          this.#start(name, selectable);
          break;
        }
      }
    }
  }

  /** All rows of a view, over all channels. */
  rowsOf(view: string): Row[] {
    return [...this.#channels.values()].flatMap(({ rows }) => [...(rows.get(view)?.values() ?? [])]);
  }

  #start(name: string, selectable: Selectable): void {
    const { topic, seq } = selectable.channels[name]!;
    const rows = new Map<string, Map<string, Row>>();
    for (const { view, channelsOf } of TOLD) {
      const here = Object.values(selectable.rows[view]!).filter((row) => channelsOf(row).includes(name));
      rows.set(view, new Map(here.map((row) => [row.id, row])));
    }
    this.#channels.set(name, { topic, seq, rows, inbox: new Map() });
  }

  /** @returns false when the log does not reach back. */
  async #fill(name: string, state: ChannelState): Promise<boolean> {
    const answer = await this.#changesSince(name, state.seq);
    if (answer.reset) return false;
    if (answer.changes.length === 0)
      throw new Error(`${name}: nothing after ${state.seq}, which is not the last`);
    for (const envelope of answer.changes) {
      state.inbox.set(envelope.seq, envelope);
      this.caughtUp.push({ channel: name, envelope });
    }
    return true;
  }

  #apply(name: string, state: ChannelState, envelope: Envelope, selectable: Selectable): void {
    state.inbox.delete(envelope.seq);
    state.seq = envelope.seq;
    const view = viewOf(name, envelope.event);
    if (view === null) return;
    const rows = state.rows.get(view)!;
    const fresh = envelope.truncated
      ? envelope.ids.map((id) => selectable.rows[view]![id]).filter((row) => row !== undefined)
      : ((envelope.records ?? []) as Row[]);
    for (const id of envelope.ids) rows.delete(id);
    for (const row of fresh) rows.set(row.id, row);
  }
}

function joinableOf(selectable: Selectable): Map<string, { topic: string; seq: number }> {
  return new Map(Object.entries(selectable.channels).filter(([name]) => !name.startsWith('presence:')));
}
