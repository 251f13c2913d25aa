import { onMount } from 'svelte';
import type { ShortcutHandler, ShortcutOptions } from './shortcut.ts';
import { useShortcuts } from './shortcuts.svelte.ts';

/**
 * Binds keys while the component is mounted, and puts the label on the `?` sheet and into the palette.
 * Keys: `x`, `?`, `mod+k`, `shift+ArrowDown`, `g s` (one after the other), several in a list; null for
 * an action that only the palette offers. The newest binding goes first; a handler that returns false
 * passes the key on. Not heard in fields, menus and modal dialogs, unless `inInputs`.
 */
export function useShortcut(
  keys: string | readonly string[] | null,
  label: string,
  run: ShortcutHandler,
  options: ShortcutOptions = {},
): void {
  const shortcuts = useShortcuts();
  onMount(() => shortcuts.add(keys, label, run, options));
}
