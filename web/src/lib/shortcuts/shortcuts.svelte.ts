import { createContext } from 'svelte';
import { isCharacter, type KeyPress, matches, parseKeys } from './key-stroke.ts';
import { PAGE_GROUP, type Shortcut, type ShortcutHandler, type ShortcutOptions } from './shortcut.ts';
import { isClaimed } from './typing.ts';

/** After the first key of a sequence, this long for the next. */
const SEQUENCE_MS = 1200;

export interface Press extends KeyPress {
  repeat: boolean;
  isComposing: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
  preventDefault(): void;
}

/**
 * Every shortcut of the page, and the one listener for keys. The newest with the same keys goes first, so
 * that Escape closes the panel before it clears the list behind it.
 */
export class Shortcuts {
  all = $state.raw<readonly Shortcut[]>([]);
  /** Keys that are pressed alone; off for those who speak their text or press by accident. */
  characters = $state(true);
  readonly mac: boolean;
  #next = 1;
  /** Strokes that began a sequence, and until when it may go on. */
  #begun: { presses: Press[]; until: number } = { presses: [], until: 0 };

  constructor(mac = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform)) {
    this.mac = mac;
  }

  /** Returns how to take it away again. */
  add(
    keys: string | readonly string[] | null,
    label: string,
    run: ShortcutHandler,
    options: ShortcutOptions = {},
  ): () => void {
    const names = keys === null ? [] : typeof keys === 'string' ? [keys] : keys;
    const shortcut: Shortcut = {
      group: PAGE_GROUP,
      when: () => true,
      inInputs: false,
      repeat: false,
      palette: true,
      words: '',
      ...options,
      id: this.#next++,
      keys: names,
      strokes: names.map(parseKeys),
      label,
      run,
    };
    this.all = [...this.all, shortcut];
    return () => {
      this.all = this.all.filter(({ id }) => id !== shortcut.id);
    };
  }

  /** Listens until the returned function is called. */
  listen(target: Pick<Window, 'addEventListener' | 'removeEventListener'>): () => void {
    const press = (event: KeyboardEvent) => this.press(event);
    target.addEventListener('keydown', press);
    return () => target.removeEventListener('keydown', press);
  }

  press(press: Press): void {
    if (press.defaultPrevented || press.isComposing || isModifier(press.key)) return;
    const begun = Date.now() < this.#begun.until ? this.#begun.presses : [];
    this.#begun = { presses: [], until: 0 };
    if (begun.length && this.#try([...begun, press])) return;
    this.#try([press]);
  }

  /** True when it was used, or begins a sequence. */
  #try(presses: Press[]): boolean {
    const press = presses.at(-1)!;
    const usable = this.all.filter((shortcut) => this.#usable(shortcut, press));
    for (const shortcut of usable.toReversed()) {
      if (!this.#fits(shortcut, presses, true)) continue;
      if (shortcut.run() === false) continue;
      press.preventDefault();
      return true;
    }
    if (!usable.some((shortcut) => this.#fits(shortcut, presses, false))) return false;
    this.#begun = { presses, until: Date.now() + SEQUENCE_MS };
    press.preventDefault();
    return true;
  }

  #usable(shortcut: Shortcut, press: Press): boolean {
    if (press.repeat && !shortcut.repeat) return false;
    return !isClaimed(press, shortcut.inInputs) && shortcut.when();
  }

  #fits({ strokes }: Shortcut, presses: readonly Press[], whole: boolean): boolean {
    return strokes.some(
      (wanted) =>
        (whole ? wanted.length === presses.length : wanted.length > presses.length) &&
        (this.characters || !wanted.some(isCharacter)) &&
        presses.every((press, index) => matches(wanted[index]!, press, this.mac)),
    );
  }
}

const isModifier = (key: string) => /^(Shift|Control|Alt|AltGraph|Meta|CapsLock)$/.test(key);

export const [useShortcuts, setShortcuts] = createContext<Shortcuts>();
