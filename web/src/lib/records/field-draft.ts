import type { Field } from '../entities/entity.ts';

/** What the reader typed, as the column takes it, or what is wrong with it. */
export type Read = { value: unknown } | { problem: string };

const pad = (value: number) => String(value).padStart(2, '0');

/** A value as its editor shows it; empty for none. */
export function toDraft({ kind }: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (kind === 'datetime') {
    const at = new Date(typeof value === 'string' ? value : Number.NaN);
    if (Number.isNaN(at.getTime())) return '';
    const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
    return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Reads what is in the editor. What the database refuses besides, it says itself. */
export function fromDraft({ kind, label }: Field, draft: string): Read {
  const text = draft.trim();
  if (text === '') return { value: null };
  switch (kind) {
    case 'number': {
      const digits = text.replace(/[\s,.]/g, '');
      return /^\d{1,15}$/.test(digits)
        ? { value: Number(digits) }
        : { problem: `${label} is a whole number, such as 48,000.` };
    }
    case 'datetime': {
      const at = new Date(text);
      return Number.isNaN(at.getTime())
        ? { problem: 'Choose a day and a time.' }
        : { value: at.toISOString() };
    }
    case 'boolean':
      return { value: text === 'true' };
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
        ? { value: text }
        : { problem: 'An address looks like name@example.gov.' };
    case 'url':
      return { value: /^[a-z]+:/i.test(text) ? text : `https://${text}` };
    default:
      return { value: text };
  }
}

/** The same value, whichever way it is spelled: times come with different zones and precision. */
export function sameValue({ kind }: Field, a: unknown, b: unknown): boolean {
  if ((a ?? null) === (b ?? null)) return true;
  if (kind === 'datetime' && typeof a === 'string' && typeof b === 'string')
    return Date.parse(a) === Date.parse(b);
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
