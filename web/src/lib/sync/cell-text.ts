const SHOWN_CHARACTERS = 200;

/** A raw cell as people can read it; shortened. */
export function cellText(cell: unknown): string {
  if (cell === null || cell === undefined || cell === '') return 'empty';
  const text = typeof cell === 'string' ? `“${cell}”` : JSON.stringify(cell);
  return text.length > SHOWN_CHARACTERS
    ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)`
    : text;
}
