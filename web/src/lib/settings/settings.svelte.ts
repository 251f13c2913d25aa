import { createContext } from 'svelte';
import { applyTheme, type Theme } from '../theme.ts';
import type { ToastLevel } from '../toasts.svelte.ts';
import { applyDensity, type Density } from './density.ts';
import { readPreferences, writePreferences } from './preferences.ts';

/**
 * How a person likes the app. Theme and density are cookies, so that the server draws them right from the
 * first byte; the rest is kept in this browser under the person's id.
 */
export class Settings {
  theme = $state<Theme>('system');
  density = $state<Density>('compact');
  toasts = $state<ToastLevel>('all');
  /** Shortcuts of a single key. */
  characters = $state(true);
  #person: string;

  constructor(person: string, drawn: { theme: Theme; density: Density }) {
    this.#person = person;
    this.theme = drawn.theme;
    this.density = drawn.density;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    applyTheme(theme);
  }

  setDensity(density: Density): void {
    this.density = density;
    applyDensity(density);
  }

  setToasts(level: ToastLevel): void {
    this.toasts = level;
    this.#keep();
  }

  setCharacters(on: boolean): void {
    this.characters = on;
    this.#keep();
  }

  /** Reads what is kept, now and when another tab changes it. Returns how to stop. */
  follow(): () => void {
    const read = () => Object.assign(this, readPreferences(localStorage, this.#person));
    read();
    addEventListener('storage', read);
    return () => removeEventListener('storage', read);
  }

  #keep(): void {
    writePreferences(localStorage, this.#person, { toasts: this.toasts, characters: this.characters });
  }
}

export const [useSettings, setSettings] = createContext<Settings>();
