/** One press: a key and what is held with it. */
export interface KeyStroke {
  /** As `KeyboardEvent.key`, letters in lower case. */
  key: string;
  /** Command on a Mac, Control elsewhere. */
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

/** Names that say more than `KeyboardEvent.key` does. */
const NAMES: Record<string, string> = { space: ' ', esc: 'Escape', plus: '+' };

/** Reads `mod+k`, `?`, `shift+ArrowDown`, or presses one after the other, as `g s`. */
export function parseKeys(keys: string): KeyStroke[] {
  return keys.split(' ').map((stroke) => {
    const parts = stroke.split('+');
    const key = parts.pop() ?? '';
    return {
      key: NAMES[key] ?? (key.length === 1 ? key.toLowerCase() : key),
      mod: parts.includes('mod'),
      shift: parts.includes('shift'),
      alt: parts.includes('alt'),
    };
  });
}

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export function matches(stroke: KeyStroke, press: KeyPress, mac: boolean): boolean {
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== stroke.mod || other) return false;
  if (letterOf(press) !== stroke.key) return false;
  // Which signs need Shift or Alt is the keyboard layout's affair: `?` is `?`.
  if (isSign(stroke.key)) return true;
  return press.shiftKey === stroke.shift && press.altKey === stroke.alt;
}

/** True for what a person types into a text: a setting may switch such shortcuts off (WCAG 2.1.4). */
export const isCharacter = ({ key, mod, alt }: KeyStroke): boolean => key.length === 1 && !mod && !alt;

const isSign = (key: string) => key.length === 1 && !/[a-z0-9 ]/.test(key);

/** On a layout without Latin letters, the key in the letter's place. */
function letterOf({ key, code }: KeyPress): string {
  if (key.length !== 1) return key;
  if (key.charCodeAt(0) > 127 && code.startsWith('Key')) return code.slice(3).toLowerCase();
  return key.toLowerCase();
}
