import { isDeepStrictEqual } from 'node:util';
import type { Envelope } from '../../types/realtime.ts';
import { ScopeError, checkSafe } from './checks.ts';
import type { Listener } from './listener.ts';
import { Reader } from './reader.ts';
import type { Selectable } from './snapshot.ts';
import type { Person } from './steps.ts';
import type { World } from './world.ts';

/** One person in one scenario: what reached them, what their client makes of it. */
export class Player {
  readonly id: string;
  readonly who: string;
  readonly client: Person['client'];
  #world: World;
  #listener: Listener;
  #reader: Reader;
  #lost: number;
  #taken = 0;
  #askedOfRights = 0;
  #fromLog: Reader['caughtUp'] = [];
  /** By topic: the last number when it was joined. */
  #joinedAt = new Map<string, number>();

  constructor(world: World, n: number, { client, role, regions, startups }: Person, lost: number) {
    const { id, listener } = world.people[n]!;
    this.who = `person ${n} (${[role, ...regions, ...startups.map((s) => `startup ${s}`), client].join(' ')})`;
    this.client = client;
    this.#world = world;
    this.id = id;
    this.#listener = listener;
    this.#lost = lost;
    // A few at a time, so that pages are turned.
    this.#reader = new Reader((channel, after) => world.changesSince(id, channel, after, 3));
    listener.heard.length = 0;
  }

  get reader(): Reader {
    return this.#reader;
  }

  selectable(commit = -1): Selectable {
    return this.#world.history.at(commit)!.people[this.id]!;
  }

  /** Asks for the channels, joins and leaves. `kept`: what was joined before the scenario counts from its start. */
  async sync(): Promise<void> {
    const selectable = this.selectable();
    const topics = this.#reader.sync(selectable);
    const before = new Set(this.#listener.topics);
    for (const topic of before) {
      if (topics.includes(topic)) continue;
      await this.#listener.leave(topic);
      this.#joinedAt.delete(topic);
    }
    await Promise.all(
      topics.map(async (topic) => {
        if (this.#joinedAt.has(topic)) return;
        this.#joinedAt.set(topic, selectable.channels[nameOf(topic)]!.seq);
        if (before.has(topic)) return;
        const refused = await this.#listener.join(topic);
        if (refused !== null)
          throw new ScopeError(`${this.who} may join ${topic}, and was refused: ${refused}`);
      }),
    );
  }

  /** True when it is on every topic that it was given by the commit before. */
  wasInSync(): boolean {
    return topicsOf(this.selectable(-2)).every((topic) => this.#listener.topics.includes(topic));
  }

  /** Whether the last commit changed what may be joined, and how. */
  rightsChanged(): boolean {
    const [before, after] = [topicsOf(this.selectable(-2)), topicsOf(this.selectable(-1))];
    return before.length !== after.length || before.some((topic) => !after.includes(topic));
  }

  /** Whether it heard that its rights changed since this was asked last. */
  heardOfRights(): boolean {
    const since = this.#askedOfRights;
    this.#askedOfRights = this.#listener.heard.length;
    return this.#listener.heard.slice(since).some(({ envelope }) => envelope.event === 'access:changed');
  }

  /** Gives the reader what came, except for what gets lost. */
  take(): void {
    for (const { channel, envelope } of this.#listener.heard.slice(this.#taken)) {
      const isLost = (envelope.seq * 7 + channel.length + this.who.length) % 10 < this.#lost;
      // One that is told on an old topic has no number of its own.
      if (!isLost && envelope.event !== 'access:changed') this.#reader.take(channel, envelope);
    }
    this.#taken = this.#listener.heard.length;
  }

  /** As a curious client does: of every channel that it may join now, all that the log gives of this scenario. */
  async readLogFromStart(): Promise<void> {
    for (const name of Object.keys(this.selectable().channels)) {
      let after = this.#world.history[0]!.seqs[name] ?? 0;
      for (;;) {
        const answer = await this.#world.changesSince(this.id, name, after, 1000);
        if (answer.reset || answer.changes.length === 0) break;
        for (const envelope of answer.changes) this.#fromLog.push({ channel: name, envelope });
        after = answer.changes.at(-1)!.seq;
      }
    }
  }

  checkEverythingHeardIsSafe(): void {
    const told = [...this.#listener.heard, ...this.#reader.caughtUp, ...this.#fromLog];
    for (const { channel, envelope } of told) {
      checkSafe(this.who, this.id, channel, envelope, this.#world.history);
    }
  }

  /** The socket lost nothing, repeated nothing, and said what the log says. */
  checkSocketAgreesWithLog(log: Map<string, Envelope>): void {
    const heard = new Set<string>();
    for (const { topic, channel, envelope } of this.#listener.heard) {
      if (envelope.event === 'access:changed') continue;
      const key = `${topic}/${envelope.seq}`;
      if (heard.has(key)) throw new ScopeError(`${this.who} heard ${key} twice`);
      heard.add(key);
      const logged = log.get(`${channel}/${envelope.seq}`);
      if (!isDeepStrictEqual(logged, envelope)) {
        throw new ScopeError(
          `${this.who} heard ${JSON.stringify(envelope)}, the log has ${JSON.stringify(logged)}`,
        );
      }
    }
    for (const topic of this.#listener.topics) {
      const name = nameOf(topic);
      const channel = this.selectable().channels[name];
      if (channel?.topic !== topic) continue;
      for (let seq = this.#joinedAt.get(topic)! + 1; seq <= channel.seq; seq++) {
        const event = log.get(`${name}/${seq}`)?.event ?? 'a number that the log has not';
        if (event !== 'access:changed' && !heard.has(`${topic}/${seq}`)) {
          throw new ScopeError(`${this.who} did not hear ${topic}/${seq}: ${event}`);
        }
      }
    }
  }
}

function nameOf(topic: string): string {
  return topic.slice(0, topic.lastIndexOf(':'));
}

function topicsOf(selectable: Selectable): string[] {
  return Object.values(selectable.channels)
    .map(({ topic }) => topic)
    .filter((topic) => !topic.startsWith('presence:'));
}
