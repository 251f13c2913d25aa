const KEY = 'record-expanded';

/** How the reader looked at the last record in this browser: beside its list, or in its place. */
export const wasExpanded = (): boolean => localStorage.getItem(KEY) === 'yes';

export function rememberExpanded(expanded: boolean): void {
  if (expanded) localStorage.setItem(KEY, 'yes');
  else localStorage.removeItem(KEY);
}
