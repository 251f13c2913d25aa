import { beforeEach, expect, test, vi } from 'vitest';
import type { Press } from './shortcuts.svelte.ts';
import { Shortcuts } from './shortcuts.svelte.ts';

let shortcuts: Shortcuts;
let done: string[];
const doing = (name: string) => () => void done.push(name);

beforeEach(() => {
  shortcuts = new Shortcuts(false);
  done = [];
});

/** An element of which `closest` finds what is listed. */
const inside = (...selectors: string[]) =>
  ({
    isContentEditable: false,
    closest: (list: string) => (selectors.some((one) => list.includes(one)) ? {} : null),
  }) as unknown as EventTarget;

/** Returns whether the key was used. */
function press(key: string, more: Partial<Press> = {}): boolean {
  let used = false;
  const event = {
    key,
    code: `Key${key.toUpperCase()}`,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    repeat: false,
    isComposing: false,
    defaultPrevented: false,
    target: null,
    ...more,
    preventDefault: () => {
      used = true;
    },
  };
  shortcuts.press(event);
  return used;
}

test('a key → its action, and nothing else happens with it; after removal → nothing', () => {
  const remove = shortcuts.add('x', 'Select', doing('x'));
  expect(press('x')).toBe(true);
  press('X');
  remove();
  expect(press('x')).toBe(false);
  expect(done).toEqual(['x', 'x']);
});

test.each<[string, string, Partial<Press>, boolean]>([
  ['mod+k', 'k', { ctrlKey: true }, true],
  ['mod+k', 'k', {}, false],
  ['mod+k', 'k', { metaKey: true }, false],
  ['k', 'k', { ctrlKey: true }, false],
  ['k', 'k', { altKey: true }, false],
  ['x', 'X', { shiftKey: true }, false],
  ['shift+x', 'X', { shiftKey: true }, true],
  ['?', '?', { shiftKey: true }, true],
  ['shift+ArrowDown', 'ArrowDown', { shiftKey: true }, true],
  ['ArrowDown', 'ArrowDown', { shiftKey: true }, false],
  ['j', 'о', { code: 'KeyJ' }, true],
  ['j', 'j', { isComposing: true }, false],
  ['j', 'j', { defaultPrevented: true }, false],
])('%s bound, %s pressed with %o → %s', (keys, key, more, used) => {
  shortcuts.add(keys, keys, doing(keys));
  press(key, more);
  expect(done).toEqual(used ? [keys] : []);
});

test('on a Mac → Command, and Control is not it', () => {
  shortcuts = new Shortcuts(true);
  shortcuts.add('mod+k', 'Palette', doing('palette'));
  press('k', { ctrlKey: true });
  press('k', { metaKey: true });
  expect(done).toEqual(['palette']);
});

test('g s → one after the other; another key between, or too late → not', () => {
  vi.useFakeTimers();
  shortcuts.add('g s', 'Signals', doing('signals'));
  shortcuts.add('s', 'Sort', doing('sort'));
  press('g');
  press('s');
  expect(done).toEqual(['signals']);
  press('g');
  press('a');
  press('s');
  expect(done).toEqual(['signals', 'sort']);
  press('g');
  vi.advanceTimersByTime(1300);
  press('s');
  expect(done).toEqual(['signals', 'sort', 'sort']);
  vi.useRealTimers();
});

test('the newest of the same keys goes first, and may pass it on', () => {
  let open = true;
  shortcuts.add('Escape', 'Clear the selection', doing('clear'));
  shortcuts.add('Escape', 'Close the panel', () => {
    if (!open) return false;
    done.push('close');
    open = false;
  });
  press('Escape');
  press('Escape');
  expect(done).toEqual(['close', 'clear']);
});

test('in a field, a menu or a modal dialog → not heard, except in fields what says so', () => {
  shortcuts.add('e', 'Edit', doing('edit'));
  shortcuts.add('mod+k', 'Palette', doing('palette'), { inInputs: true });
  press('e', { target: inside('textarea') });
  press('k', { target: inside('textarea'), ctrlKey: true });
  press('k', { target: inside('[aria-modal=true]'), ctrlKey: true });
  press('e', { target: inside('[role=menu]') });
  expect(done).toEqual(['palette']);
});

test('Enter on a button → the button’s; elsewhere → the shortcut’s', () => {
  shortcuts.add('Enter', 'Open', doing('open'));
  press('Enter', { target: inside('button') });
  press('Enter', { target: inside() });
  expect(done).toEqual(['open']);
});

test('a key that is held → only what says it repeats', () => {
  shortcuts.add('j', 'Down', doing('down'), { repeat: true });
  shortcuts.add('x', 'Select', doing('select'));
  press('j', { repeat: true });
  press('x', { repeat: true });
  expect(done).toEqual(['down']);
});

test('what cannot be done now → passed over', () => {
  let able = false;
  shortcuts.add('a', 'Approve', doing('approve'), { when: () => able });
  press('a');
  able = true;
  press('a');
  expect(done).toEqual(['approve']);
});

test('single keys switched off → those held with a modifier, and Escape, still work', () => {
  shortcuts.characters = false;
  shortcuts.add('x', 'Select', doing('select'));
  shortcuts.add('g s', 'Signals', doing('signals'));
  shortcuts.add('mod+k', 'Palette', doing('palette'));
  shortcuts.add('Escape', 'Close', doing('close'));
  press('x');
  press('g');
  press('s');
  press('k', { ctrlKey: true });
  press('Escape');
  expect(done).toEqual(['palette', 'close']);
});
