import { parseKeys } from './key-stroke.ts';

const MAC = { mod: '⌘', shift: '⇧', alt: '⌥' };
const OTHER = { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' };
const SYMBOLS: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};

/** The caps to draw: one list a press, `mod+k` → [['Ctrl', 'K']], `g s` → [['G'], ['S']]. */
export function displayKeys(keys: string, mac: boolean): string[][] {
  const names = mac ? MAC : OTHER;
  return parseKeys(keys).map(({ key, mod, shift, alt }) => [
    ...(mod ? [names.mod] : []),
    ...(alt ? [names.alt] : []),
    ...(shift ? [names.shift] : []),
    SYMBOLS[key] ?? (key.length === 1 ? key.toUpperCase() : key),
  ]);
}
