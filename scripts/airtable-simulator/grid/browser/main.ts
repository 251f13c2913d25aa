import type { Table } from '../../schema.ts';
import type { GridChange } from '../grid-data.ts';
import { loadBase, post, RefusedError } from './api.ts';
import { BaseStore } from './base-store.ts';
import { CellEditing } from './cell-editing.ts';
import { GridView } from './grid-view.ts';
import { Toast } from './toast.ts';

const find = <T extends HTMLElement>(id: string): T => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as T;
};
const grid = find('grid');
const search = find<HTMLInputElement>('search');
const deleteButton = find<HTMLButtonElement>('delete-record');
const tabs = [...document.querySelectorAll<HTMLElement>('[role=tab]')];
const toast = new Toast(find('toast'));
const store = new BaseStore();
const view = new GridView(grid, store, (active) => (deleteButton.disabled = !active));

function currentTable(): Table {
  const table =
    store.table(decodeURIComponent(location.hash.slice(1).split('/')[0] ?? '')) ??
    store.table('Signals') ??
    store.tables[0];
  if (!table) throw new Error('The base has no table');
  return table;
}
const editing = new CellEditing(store, view, toast, currentTable);

function draw(): void {
  const table = currentTable();
  const shown = view.show(table, search.value);
  const all = store.rows(table.id).length;
  find('row-count').textContent = shown === all ? plural(all) : `${shown} of ${plural(all)}`;
  for (const tab of tabs) {
    const isSelected = tab.dataset['table'] === table.name;
    tab.setAttribute('aria-selected', String(isSelected));
    tab.tabIndex = isSelected ? 0 : -1;
    if (isSelected) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const count = tab.querySelector('.count');
    if (count)
      count.textContent = String(store.rows(store.table(tab.dataset['table'] ?? '')?.id ?? '').length);
  }
}

function plural(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'record' : 'records'}`;
}

/** Keeps a refusal from being lost, whatever was tried. */
function attempt(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof RefusedError)) throw error;
    toast.show(`Not done: ${error.message}`);
  });
}

async function createRecord(): Promise<void> {
  const table = currentTable();
  search.value = '';
  const { id = '' } = await post('create', { table: table.id });
  store.apply({ records: [[table.id, id, store.row(table.id, id)?.cells ?? {}]], schemaChanged: false });
  draw();
  const primary = table.fields.find((field) => field.id === table.primaryFieldId);
  view.activate({ recordId: id, fieldName: primary?.name ?? '' });
  if (view.active) editing.open(view.active);
}

async function deleteRecord(): Promise<void> {
  const { active } = view;
  if (!active) return;
  const table = currentTable();
  const body = { table: table.id, record: active.recordId };
  const name = store.nameOf(table.id, active.recordId);
  view.move(1, 0);
  await post('destroy', body);
  if (view.active?.recordId === active.recordId) view.activate(undefined);
  toast.show(`${name} was deleted.`, { label: 'Undo', run: () => attempt(post('restore', body)) });
}

function applyChange(change: GridChange): void {
  if (change.schemaChanged) {
    location.reload();
    return;
  }
  const table = currentTable();
  const effects = store.apply(change).filter((effect) => effect.tableId === table.id);
  const rowsChanged = effects.some((effect) => effect.kind !== 'changed');
  if (rowsChanged) {
    draw();
    editing.follow();
    if (view.active && document.activeElement === document.body) view.activate(view.active);
  }
  for (const effect of effects) {
    if (effect.kind === 'gone') continue;
    for (const field of table.fields.filter((candidate) => effect.fieldIds.includes(candidate.id))) {
      const cell = view.redraw(effect.recordId, field);
      if (cell) view.flash(cell);
    }
  }
}

function listen(): void {
  const source = new EventSource('/_grid/changes');
  let wasLost = false;
  source.addEventListener('message', (event) => applyChange(JSON.parse(String(event.data)) as GridChange));
  source.addEventListener('ready', () => {
    setLink('live', 'Live');
    if (wasLost) attempt(loadBase().then((data) => (store.load(data), draw())));
    wasLost = false;
  });
  source.addEventListener('error', () => {
    wasLost = true;
    setLink('lost', 'Reconnecting');
  });
}

function setLink(state: string, word: string): void {
  const badge = find('link-state');
  badge.dataset['state'] = state;
  const text = badge.lastElementChild;
  if (text) text.textContent = word;
}

grid.addEventListener('click', (event) => {
  const position = view.positionOf(event.target);
  if (!position) return;
  const isSame = view.active?.recordId === position.recordId && view.active.fieldName === position.fieldName;
  view.activate(position);
  const field = currentTable().fields.find((candidate) => candidate.name === position.fieldName);
  // Choices and checkboxes answer the first click; text waits for the second.
  if (field?.choices || field?.type === 'checkbox' || isSame) editing.open(position);
});

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [12, 0],
  PageUp: [-12, 0],
  Home: [0, -1000],
  End: [0, 1000],
};

grid.addEventListener('keydown', (event) => {
  const position = view.positionOf(event.target);
  if (!position || event.altKey) return;
  if (view.active?.recordId !== position.recordId || view.active.fieldName !== position.fieldName)
    view.activate(position);
  const isPlain = !event.ctrlKey && !event.metaKey;
  const move = MOVES[event.key];
  if (move) {
    const far = isPlain ? 1 : 100_000;
    view.move(move[0] * far, move[1] * far);
  } else if (event.key === 'Enter' || event.key === 'F2' || event.key === ' ') {
    editing.open(position);
  } else if (event.key === 'Backspace' || event.key === 'Delete') {
    void editing.save(position, null);
  } else if (event.key === 'Escape') {
    view.activate(undefined);
    draw();
  } else if (isPlain && event.key.length === 1 && event.key !== '/') {
    editing.open(position, event.key);
  } else {
    return;
  }
  event.preventDefault();
});

for (const tab of tabs) {
  tab.addEventListener('click', () => (location.hash = encodeURIComponent(tab.dataset['table'] ?? '')));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next?.click();
    next?.focus();
  });
}
window.addEventListener('hashchange', () => {
  editing.close();
  view.activate(undefined);
  search.value = '';
  grid.scrollTo(0, 0);
  draw();
});
search.addEventListener('input', draw);
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    search.focus();
  }
});
grid.addEventListener('mouseover', (event) => {
  const text = event.target instanceof Element ? event.target.closest<HTMLElement>('.text, .chip') : null;
  if (text && text.scrollWidth > text.clientWidth) text.title = text.textContent ?? '';
});
grid.addEventListener('scroll', () => editing.follow(), { passive: true });
find('new-record').addEventListener('click', () => attempt(createRecord()));
deleteButton.addEventListener('click', () => attempt(deleteRecord()));
find('theme').addEventListener('click', () => {
  const isDark =
    getComputedStyle(document.documentElement).colorScheme.startsWith('dark') ||
    matchMedia('(prefers-color-scheme: dark)').matches;
  const chosen = document.documentElement.dataset['theme'] ?? (isDark ? 'dark' : 'light');
  document.documentElement.dataset['theme'] = chosen === 'dark' ? 'light' : 'dark';
});

store.load(await loadBase());
draw();
const linked = location.hash.split('/')[1];
const primaryName = currentTable().fields[0]?.name;
if (linked && primaryName) view.activate({ recordId: linked, fieldName: primaryName });
listen();
