import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Patch, Snapshot } from './simulator-state.ts';

/** A journal beyond this is folded into the snapshot. */
const JOURNAL_LIMIT_BYTES = 4_000_000;

/**
 * Keeps the state in a folder: a snapshot, and a journal of what came after it. A step is in the journal before
 * anyone is told of it, so a killed simulator never forgets a payload that a reader has numbered already.
 */
export class StateFolder {
  readonly #folder: string;
  /** Journals are named after the snapshot they follow, so that a crash between the two files repeats nothing. */
  #generation = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** The last snapshot and the steps after it, or undefined in an empty folder. */
  load(): { snapshot: Snapshot; patches: Patch[] } | undefined {
    const path = join(this.#folder, 'snapshot.json');
    if (!existsSync(path)) return undefined;
    const { generation, snapshot } = JSON.parse(readFileSync(path, 'utf8')) as {
      generation: number;
      snapshot: Snapshot;
    };
    this.#generation = generation;
    this.#dropStrayJournals();
    return { snapshot, patches: this.#readJournal() };
  }

  append(patch: Patch): void {
    appendFileSync(this.#journal, `${JSON.stringify(patch)}\n`);
  }

  get isJournalLong(): boolean {
    return existsSync(this.#journal) && statSync(this.#journal).size > JOURNAL_LIMIT_BYTES;
  }

  /** Writes the snapshot aside and renames it, then drops the journal that it replaces. */
  save(snapshot: Snapshot): void {
    const old = this.#journal;
    this.#generation += 1;
    const path = join(this.#folder, 'snapshot.json');
    writeFileSync(`${path}.new`, JSON.stringify({ generation: this.#generation, snapshot }));
    renameSync(`${path}.new`, path);
    rmSync(old, { force: true });
  }

  get #journal(): string {
    return join(this.#folder, `journal-${this.#generation}.jsonl`);
  }

  /** Left behind by a crash between the new snapshot and the end of the journal it replaced. */
  #dropStrayJournals(): void {
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      if (/^journal-\d+\.jsonl$/.test(name) && path !== this.#journal) rmSync(path);
    }
  }

  #readJournal(): Patch[] {
    if (!existsSync(this.#journal)) return [];
    const lines = readFileSync(this.#journal, 'utf8').split('\n');
    // What follows the last line break was cut off by the crash, before anyone was told of it.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Patch);
  }
}
