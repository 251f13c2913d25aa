import { type EntityRow, type Field, textOf } from '../entities/entity.ts';

/** Where a value leads: a website, a mail, a call. Only addresses that cannot run anything. */
export function hrefOf({ kind, key }: Field, row: EntityRow): string | undefined {
  const text = textOf(row, key);
  if (!text) return undefined;
  if (kind === 'url') return /^https?:\/\//i.test(text) ? text : undefined;
  if (kind === 'email') return /^[^\s@?&]+@[^\s@?&]+$/.test(text) ? `mailto:${text}` : undefined;
  if (kind === 'phone') return `tel:${text.replace(/[^+\d]/g, '')}`;
  return undefined;
}
