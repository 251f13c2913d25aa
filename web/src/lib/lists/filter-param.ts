import type { Field } from '../entities/entity.ts';
import type { Filter } from './list.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;
/** As many digits as fit the columns: the database refuses a whole list for a number beyond them. */
const NUMBER = /^\d{1,9}$/;
const VALUES_MAX = 50;
const DAYS_MAX = 3660;

export const paramOf = (field: Field): string => field.param ?? field.key;

/** Reads a field's condition from the URL; what it does not understand counts as absent. */
export function readFilter(field: Field, text: string): Filter | null {
  switch (field.kind) {
    case 'enum':
    case 'link':
      return oneOf(chosenValues(field, text.split(',')));
    case 'boolean':
      return text === 'yes' || text === 'no' ? { kind: 'is', value: text === 'yes' } : null;
    case 'date':
    case 'datetime':
      return readDays(text);
    case 'number':
      return readRange(text, NUMBER, (value) => String(Number(value)));
    case 'text':
    case 'longtext':
    case 'email':
    case 'phone':
    case 'url':
      return null;
  }
}

/** As `readFilter` reads it back. */
export function writeFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'one-of':
      return filter.values.join(',');
    case 'is':
      return filter.value ? 'yes' : 'no';
    case 'between':
      return `${filter.from ?? ''}..${filter.to ?? ''}`;
    case 'within':
      return `${filter.days}d`;
  }
}

/** In one order, each once: the same view has one URL and one cache entry. */
function chosenValues({ kind, choices }: Field, values: readonly string[]): string[] {
  if (choices) return choices.map(({ value }) => value).filter((value) => values.includes(value));
  const fits = (value: string) => (kind === 'link' ? UUID.test(value) : value !== '');
  return [...new Set(values.filter(fits))].sort().slice(0, VALUES_MAX);
}

const oneOf = (values: readonly string[]): Filter | null =>
  values.length ? { kind: 'one-of', values } : null;

function readDays(text: string): Filter | null {
  const days = Number(/^(\d+)d$/.exec(text)?.[1]);
  if (days >= 1 && days <= DAYS_MAX) return { kind: 'within', days };
  return readRange(text, DAY, (day) => (isDay(day) ? day : null));
}

/** Some browsers take the 30th of February for the 2nd of March, others for nothing. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

function readRange(text: string, form: RegExp, read: (end: string) => string | null): Filter | null {
  const ends = text.split('..');
  if (ends.length !== 2 || !ends.every((end) => end === '' || form.test(end))) return null;
  const [from = null, to = null] = ends.map((end) => (end === '' ? null : read(end)));
  return from === null && to === null ? null : { kind: 'between', from, to };
}
