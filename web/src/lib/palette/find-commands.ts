import { PAGE_GROUP, type Shortcut } from '../shortcuts/shortcut.ts';

export interface CommandGroup {
  name: string;
  commands: Shortcut[];
}

/** What fits the page that is open comes first, then where to go. */
export const GO_GROUP = 'Go to';
const FIRST = [PAGE_GROUP, GO_GROUP];

/** What the palette offers for a text, grouped; all of it for none. */
export function findCommands(all: readonly Shortcut[], text: string): CommandGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const offered = all.filter((shortcut) => shortcut.palette && shortcut.when() && fits(shortcut, words));
  // A newer one of the same name takes the place of what it covers.
  const latest = new Map(offered.map((shortcut) => [`${shortcut.group} ${shortcut.label}`, shortcut]));
  return groupShortcuts([...latest.values()]);
}

/** By their groups, in the order of the palette and the sheet. */
export function groupShortcuts(shortcuts: readonly Shortcut[]): CommandGroup[] {
  const groups = Map.groupBy(shortcuts, ({ group }) => group);
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...groups]
    .map(([name, commands]) => ({ name, commands }))
    .sort((a, b) => place(a.name) - place(b.name));
}

/** Every word begins one of the command's words. */
function fits({ label, group, words: more }: Shortcut, words: readonly string[]): boolean {
  const known = `${group} ${label} ${more}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => known.some((one) => one.startsWith(word)));
}
