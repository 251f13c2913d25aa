import type { Attachment } from 'svelte/attachments';
import type { ListState } from './list-state.svelte.ts';

const INTERACTIVE = 'a, button, input, label, select, textarea';

/** What pointer and focus do on the rows of a list; one listener for all of them. */
export function rowGestures(list: ListState, seen: (id: string) => void): Attachment<HTMLElement> {
  const rowAt = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('[data-row]')?.dataset.row : undefined;

  return (grid) => {
    const listeners = new AbortController();
    const on = <Type extends keyof HTMLElementEventMap>(
      type: Type,
      listener: (event: HTMLElementEventMap[Type]) => void,
    ) => grid.addEventListener(type, listener, { signal: listeners.signal });

    on('click', (event) => {
      const id = rowAt(event.target);
      if (id === undefined) return;
      const inside = event.target instanceof Element && event.target.closest(INTERACTIVE);
      if (inside) return inside.matches('a') ? list.point(id) : undefined;
      if (event.shiftKey) list.selectTo(id);
      else if (event.metaKey || event.ctrlKey) list.toggle(id);
      else {
        list.point(id);
        list.open(id);
      }
    });
    // Shift and a click would select the texts between.
    on('mousedown', (event) => {
      if (event.shiftKey && rowAt(event.target) !== undefined) event.preventDefault();
    });
    on('pointermove', ({ target, pointerType }) => {
      const id = rowAt(target);
      list.reader.pointing = id !== undefined && pointerType === 'mouse';
      if (id !== undefined) seen(id);
    });
    on('pointerleave', () => {
      list.reader.pointing = false;
    });
    on('focusin', ({ target }) => {
      const id = rowAt(target);
      list.reader.focused = id !== undefined;
      if (id === undefined) return;
      list.point(id);
      seen(id);
    });
    on('focusout', ({ relatedTarget }) => {
      list.reader.focused = rowAt(relatedTarget) !== undefined && grid.contains(relatedTarget as Node);
    });
    return () => listeners.abort();
  };
}
