import { createContext } from 'svelte';
import type { Actions } from '../actions/actions.svelte.ts';
import { editRecord } from '../actions/edit-record.ts';
import type { Entity, EntityRow, Field } from '../entities/entity.ts';
import { fromDraft, sameValue, toDraft } from './field-draft.ts';

interface RecordHost {
  entity: Entity;
  /** The record as it is shown now, with the reader's edits on their way. */
  row: () => EntityRow;
  actions: Actions;
}

/** One record as its reader edits it: one field at a time, never overwritten from outside. */
export class RecordState {
  readonly entity: Entity;
  /** Key of the field whose editor is open. */
  editing = $state.raw<string | null>(null);
  draft = $state('');
  /** Of a link: the row that was chosen. */
  chosen = $state.raw<EntityRow | null>(null);
  /** What is wrong with the draft. */
  problem = $state.raw<string | null>(null);
  /** What the reader saw when they began. */
  #base = $state.raw<unknown>(null);
  #host: RecordHost;
  #alive = true;

  constructor(host: RecordHost) {
    this.entity = host.entity;
    this.#host = host;
  }

  get row(): EntityRow {
    return this.#host.row();
  }

  get mayEdit(): boolean {
    return this.#host.actions.may(this.row);
  }

  isEditable(field: Field): boolean {
    return field.editable === true && this.mayEdit;
  }

  get #field(): Field | undefined {
    return this.entity.fields.find(({ key }) => key === this.editing);
  }

  /** Somebody else changed the field since its editor was opened. */
  get isChangedMeanwhile(): boolean {
    const field = this.#field;
    return field !== undefined && !sameValue(field, this.row[field.key], this.#base);
  }

  get isDirty(): boolean {
    const field = this.#field;
    if (!field) return false;
    const read = fromDraft(field, this.draft);
    return 'problem' in read || !sameValue(field, read.value, this.#base);
  }

  /** Opens a field's editor. A draft in another one is saved first. */
  begin(field: Field): void {
    if (this.editing === field.key || !this.isEditable(field)) return;
    if (this.editing !== null) this.leave();
    this.#open(field, toDraft(field, this.row[field.key]), this.row[field.key]);
  }

  /** Opens the editor of the named field, or of the first that can be edited. */
  beginAt(key: string | null): boolean {
    const editable = this.entity.fields.filter((field) => this.isEditable(field));
    const field = editable.find((candidate) => candidate.key === key) ?? editable[0];
    if (field) this.begin(field);
    return field !== undefined;
  }

  cancel(): void {
    this.editing = null;
    this.problem = null;
  }

  /** The focus goes elsewhere: what was typed is kept, unless somebody has to decide. */
  leave(): void {
    if (!this.isDirty) this.cancel();
    else if (!this.isChangedMeanwhile && !this.problem) void this.save();
  }

  /** Theirs stays; the draft goes. */
  takeTheirs(): void {
    this.cancel();
  }

  /** The draft replaces theirs, which the reader has seen now. */
  keepMine(): void {
    if (this.#field) this.#base = this.row[this.#field.key];
    void this.save();
  }

  choose(linked: EntityRow | null): void {
    this.chosen = linked;
    this.draft = linked?.id ?? '';
    void this.save();
  }

  async save(draft = this.draft): Promise<void> {
    const field = this.#field;
    this.draft = draft;
    if (!field || this.isChangedMeanwhile) return;
    const read = fromDraft(field, draft);
    if ('problem' in read) {
      this.problem = read.problem;
      return;
    }
    const base = this.#base;
    this.cancel();
    if (!sameValue(field, read.value, base)) await this.#send(field, read.value, base, draft);
  }

  /** Changes a field that has no editor of its own, such as a switch. */
  async set(field: Field, value: unknown): Promise<void> {
    await this.#send(field, value, this.row[field.key], toDraft(field, value));
  }

  /** The panel is gone: what is refused now is told in a message. */
  end(): void {
    if (this.editing !== null && this.isDirty && !this.isChangedMeanwhile) void this.save();
    this.#alive = false;
  }

  async #send(field: Field, value: unknown, base: unknown, draft: string): Promise<void> {
    const { actions } = this.#host;
    const { key, embed } = field;
    const embeds = embed ? { [embed]: this.chosen } : {};
    const before = $state.snapshot<EntityRow>(this.row);
    const change = editRecord(this.entity, before, { [key]: value }, { [key]: base ?? null }, embeds);
    await actions.run({ ...change, name: field.label }, (outcome) => {
      if (outcome.ok) return false;
      const { text, conflicts } = outcome.refusal;
      if (!this.#alive || this.row.id !== before.id || this.editing !== null) return false;
      // The draft is not lost: its editor opens again, with what stands against it.
      this.#open(field, draft, base);
      this.problem = conflicts.length ? null : text;
      return true;
    });
  }

  #open(field: Field, draft: string, base: unknown): void {
    this.editing = field.key;
    this.draft = draft;
    this.#base = base;
    this.problem = null;
    this.chosen = null;
  }
}

export const [useRecord, setRecord] = createContext<RecordState>();
