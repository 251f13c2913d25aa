import type { Cell, Field } from '../../schema.ts';

/** What is open over a cell. */
export interface Popup {
  close: () => void;
  /** Moves to where the cell is now. */
  place: (cell: HTMLElement) => void;
}

export interface EditorEvents {
  /** The new value, null to empty the cell; `move` says where the keyboard goes next. */
  commit: (value: unknown, move?: 'down' | 'right' | 'left') => void;
  cancel: () => void;
}

/** Opens a text editor over a cell. `typed` replaces what is there, as typing on a selected cell does. */
export function openTextEditor(
  cell: HTMLElement,
  field: Field,
  value: Cell | undefined,
  typed: string | undefined,
  events: EditorEvents,
): Popup {
  const isLong = field.type === 'multilineText';
  const input = document.createElement(isLong ? 'textarea' : 'input');
  input.className = 'editor';
  input.setAttribute('aria-label', field.name);
  if (input instanceof HTMLInputElement) {
    input.type = field.type === 'dateTime' ? 'datetime-local' : 'text';
    if (field.type === 'number') input.inputMode = 'decimal';
  }
  input.value = field.type === 'dateTime' ? String(value ?? '').slice(0, 16) : (typed ?? String(value ?? ''));
  place(input, cell, isLong);
  document.querySelector('main')?.append(input);
  input.focus();
  if (typed === undefined && input instanceof HTMLInputElement && input.type === 'text') input.select();

  let done = false;
  const close = () => {
    done = true;
    input.remove();
  };
  const commit = (move?: 'down' | 'right' | 'left') => {
    if (done) return;
    close();
    events.commit(parse(field, input.value), move);
  };
  input.addEventListener('blur', () => commit());
  input.addEventListener('keydown', (event) => {
    // Keys belong to the editor while it is open.
    event.stopPropagation();
    if ((event as KeyboardEvent).isComposing) return;
    const { key, shiftKey } = event as KeyboardEvent;
    if (key === 'Escape') {
      close();
      events.cancel();
    } else if (key === 'Tab') {
      event.preventDefault();
      commit(shiftKey ? 'left' : 'right');
    } else if (key === 'Enter' && !(isLong && shiftKey)) {
      event.preventDefault();
      commit('down');
    }
  });
  return { close, place: (moved) => place(input, moved, isLong) };
}

function parse(field: Field, text: string): unknown {
  if (text.trim() === '') return null;
  if (field.type === 'number') {
    const number = Number(text.replaceAll(/[,\s]/g, ''));
    return Number.isFinite(number) ? number : text;
  }
  return field.type === 'dateTime' ? `${text}:00.000Z` : text;
}

function place(input: HTMLElement, cell: HTMLElement, isLong: boolean): void {
  const box = cell.getBoundingClientRect();
  const width = Math.min(Math.max(box.width + 1, isLong ? 360 : 0), window.innerWidth - 16);
  const height = isLong ? 168 : box.height + 1;
  input.style.width = `${width}px`;
  input.style.height = `${height}px`;
  input.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  input.style.top = `${Math.max(8, Math.min(box.top, window.innerHeight - height - 8))}px`;
}
