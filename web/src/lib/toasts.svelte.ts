import { createContext } from 'svelte';

interface Toast {
  id: number;
  text: string;
}

const SHOWN_MS = 6000;
const TOASTS_MAX = 3;

/** Short messages in the corner; the newest few, each for six seconds. */
export class Toasts {
  shown = $state.raw<readonly Toast[]>([]);
  #next = 1;

  say(text: string): void {
    const id = this.#next++;
    this.shown = [...this.shown, { id, text }].slice(-TOASTS_MAX);
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const [useToasts, setToasts] = createContext<Toasts>();
