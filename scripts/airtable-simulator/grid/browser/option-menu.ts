import { escape } from './cell-html.ts';
import type { Popup } from './text-editor.ts';

export interface Option {
  value: string;
  label: string;
  /** The class of a choice; left out for linked records. */
  color?: string;
  selected: boolean;
}

interface MenuEvents {
  pick: (value: string) => void;
  cancel: () => void;
}

const MOST_SHOWN = 60;

/** Opens a list of options under a cell, with a filter box where they are many. */
export function openOptionMenu(
  cell: HTMLElement,
  label: string,
  options: readonly Option[],
  events: MenuEvents,
): Popup {
  const menu = document.createElement('div');
  menu.className = 'menu';
  const filter = document.createElement('input');
  filter.type = 'search';
  filter.placeholder = `Find ${label.toLowerCase()}`;
  filter.setAttribute('aria-label', `Find ${label}`);
  filter.setAttribute('role', 'combobox');
  filter.setAttribute('aria-expanded', 'true');
  filter.setAttribute('aria-controls', 'menu-options');
  filter.hidden = options.length <= 8;
  const list = document.createElement('div');
  list.id = 'menu-options';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', label);
  list.tabIndex = -1;
  menu.append(filter, list);

  let shown: readonly Option[] = [];
  let at = 0;
  const mark = () => {
    [...list.children].forEach((child, index) => {
      child.classList.toggle('at', index === at);
      if (index === at) child.scrollIntoView({ block: 'nearest' });
    });
    (filter.hidden ? list : filter).setAttribute('aria-activedescendant', `menu-option-${at}`);
  };
  const draw = () => {
    const words = filter.value.toLowerCase().trim();
    shown = options.filter((option) => option.label.toLowerCase().includes(words)).slice(0, MOST_SHOWN);
    list.innerHTML = shown.map(optionHtml).join('') || '<p class="empty">Nothing has this name.</p>';
    at = Math.max(0, words ? 0 : shown.findIndex((option) => option.selected));
    mark();
  };
  const close = () => {
    menu.remove();
    document.removeEventListener('pointerdown', outside, true);
  };
  const outside = (event: Event) => {
    if (event.target instanceof Node && menu.contains(event.target)) return;
    close();
    events.cancel();
  };
  const pick = (index: number) => {
    const option = shown[index];
    if (!option) return;
    close();
    events.pick(option.value);
  };

  list.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target.closest('[role=option]') : null;
    if (target) pick([...list.children].indexOf(target));
  });
  filter.addEventListener('input', draw);
  menu.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      close();
      events.cancel();
    } else if (event.key === 'Enter' || (event.key === ' ' && filter.hidden)) {
      event.preventDefault();
      pick(at);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      at = (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % Math.max(1, shown.length);
      mark();
    } else if (filter.hidden && event.key.length === 1) {
      const found = shown.findIndex((option) =>
        option.label.toLowerCase().startsWith(event.key.toLowerCase()),
      );
      if (found >= 0) at = found;
      mark();
    }
  });

  document.querySelector('main')?.append(menu);
  draw();
  place(menu, cell);
  (filter.hidden ? list : filter).focus();
  document.addEventListener('pointerdown', outside, true);
  return { close, place: (moved) => place(menu, moved) };
}

function optionHtml(option: Option, index: number): string {
  const name = escape(option.label);
  const look =
    option.color === undefined
      ? `<span class="chip">${name}</span>`
      : `<span class="choice ${escape(option.color)}">${name}</span>`;
  return `<div role="option" id="menu-option-${index}" aria-selected="${option.selected}">${look}</div>`;
}

function place(menu: HTMLElement, cell: HTMLElement): void {
  const box = cell.getBoundingClientRect();
  const { offsetHeight: height, offsetWidth: width } = menu;
  const below = box.bottom + 4;
  const fits = below + height <= window.innerHeight - 8;
  menu.style.top = `${fits ? below : Math.max(8, box.top - height - 4)}px`;
  menu.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
}
