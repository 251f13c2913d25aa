/** Puts the focus into the search of the list that is open. False when there is none in sight. */
export function focusSearch(page: Document): boolean {
  const fields = page.querySelectorAll<HTMLInputElement>('input[type=search]');
  const field = [...fields].find((one) => one.checkVisibility());
  field?.focus();
  field?.select();
  return field !== undefined;
}
