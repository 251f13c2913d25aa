import type { ToastLevel } from '../toasts.svelte.ts';

export interface Preferences {
  toasts: ToastLevel;
  characters: boolean;
}

const DEFAULTS: Preferences = { toasts: 'all', characters: true };

const LEVELS: readonly ToastLevel[] = ['all', 'mine', 'none'];

type Store = Pick<Storage, 'getItem' | 'setItem'>;

const keyOf = (person: string) => `settings:${person}`;

/** What is kept of the person; defaults for what is missing, unreadable or of another version. */
export function readPreferences(store: Store, person: string): Preferences {
  const kept = parse(store.getItem(keyOf(person)));
  return {
    toasts: LEVELS.find((level) => level === kept.toasts) ?? DEFAULTS.toasts,
    characters: typeof kept.characters === 'boolean' ? kept.characters : DEFAULTS.characters,
  };
}

export function writePreferences(store: Store, person: string, preferences: Preferences): void {
  store.setItem(keyOf(person), JSON.stringify(preferences));
}

function parse(text: string | null): Partial<Record<keyof Preferences, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // Somebody else wrote under our name.
  }
}
