import { createContext } from 'svelte';

/** Whose doings are told in the corner; what was refused is told always. */
export type ToastLevel = 'all' | 'mine' | 'none';

export interface Toast {
  id: number;
  text: string;
  tone: 'news' | 'done' | 'bad';
  /** Takes back what the toast tells of. */
  undo?: () => void;
  /** How many news of the same kind came while this one was shown. */
  count: number;
  group?: string;
}

interface News {
  /** News of one group that come while one is shown become one: "6 new signals". */
  group?: string;
  /** What is said of several; the newest text when absent. */
  several?: (count: number) => string;
  /** How many it tells of; one when absent. */
  of?: number;
}

const SHOWN_MS = { news: 6000, done: 8000, bad: 15_000 };
const TOASTS_MAX = 3;
/** What was done longer ago is not taken back by a key: the reader has forgotten it. */
const UNDO_MS = 5 * 60_000;
const UNDOS_MAX = 20;

interface Undo {
  undo: () => void;
  at: number;
}

/** Short messages in the corner. They wait while the pointer or the focus is on them. */
export class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  /** Which are shown; kept by the settings. */
  level = $state<ToastLevel>('all');
  #next = 1;
  #undos = $state.raw<readonly Undo[]>([]);
  #timers: Record<number, ReturnType<typeof setTimeout>> = {};
  #held = false;

  /** Says what others did. */
  say(text: string, { group, several, of = 1 }: News = {}): void {
    if (this.level !== 'all') return;
    const before = group ? this.shown.find((toast) => toast.group === group) : undefined;
    if (!before) return void this.#add({ text, tone: 'news', count: of, ...(group && { group }) });
    const count = before.count + of;
    this.#replace({ ...before, count, text: several?.(count) ?? text });
  }

  /** Says what the reader did, in place of what they did before, with how to take it back. */
  done(text: string, undo?: () => void): void {
    if (undo) this.#undos = [...this.#undos, { undo, at: Date.now() }].slice(-UNDOS_MAX);
    if (this.level === 'none' && !undo) return;
    for (const { id, tone } of this.shown) if (tone === 'done') this.dismiss(id);
    this.#add({ text, tone: 'done', count: 1, ...(undo && { undo }) });
  }

  /** Says what was not done and why; shown whatever the level. */
  refuse(text: string): void {
    this.#add({ text, tone: 'bad', count: 1 });
  }

  /** Takes back the newest that can be, also when its message is gone. False when there is none of late. */
  undoLast(): boolean {
    const last = this.#undos.at(-1);
    if (!last || Date.now() - last.at > UNDO_MS) return false;
    this.undo(last.undo);
    return true;
  }

  /** Takes back one. */
  undo(undo: () => void): void {
    this.#undos = this.#undos.filter((other) => other.undo !== undo);
    for (const toast of this.shown) if (toast.undo === undo) this.dismiss(toast.id);
    undo();
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers[id]);
    delete this.#timers[id];
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** While held, none goes: the reader is at them. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    for (const toast of this.shown) this.#wait(toast);
  }

  #add(toast: Omit<Toast, 'id'>): void {
    const added = { ...toast, id: this.#next++ };
    for (const old of this.shown.slice(0, Math.max(0, this.shown.length + 1 - TOASTS_MAX)))
      this.dismiss(old.id);
    this.shown = [...this.shown, added];
    this.#wait(added);
  }

  #replace(toast: Toast): void {
    this.shown = this.shown.map((other) => (other.id === toast.id ? toast : other));
    this.#wait(toast);
  }

  #wait({ id, tone }: Toast): void {
    clearTimeout(this.#timers[id]);
    if (!this.#held) this.#timers[id] = setTimeout(() => this.dismiss(id), SHOWN_MS[tone]);
  }
}

export const [useToasts, setToasts] = createContext<Toasts>();
