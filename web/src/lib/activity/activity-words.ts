import type { Field } from '../entities/entity.ts';
import { exactTime, formatNumber } from '../format.ts';
import { type ActivityEntity, type ActivityLine, entityOf } from './activity-line.ts';

/** A piece of a sentence; values and names stand out. */
export interface Piece {
  text: string;
  strong?: boolean;
}

/** Titles of records by id. */
export type Names = Readonly<Record<string, string>>;

const VERBS = { created: 'added', removed: 'removed', restored: 'brought back' } as const;
const TEXT_MAX = 60;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:/;
const FIELDS_MAX = 3;

/** What was done, after whose name: "changed **Urgency** from **Low** to **High**". */
export function deedOf({ entity, action, changes }: ActivityLine, names: Names): Piece[] {
  if (action !== 'updated') {
    if (entity === 'assignment')
      return [{ text: action === 'removed' ? 'took back' : 'assigned' }, { text: 'a signal' }];
    return [{ text: `${VERBS[action]} the ${entity}` }];
  }
  const entries = Object.entries(changes);
  const [only] = entries;
  if (entity === 'assignment') {
    const answer = changes.answer?.[1];
    if (answer === 'accepted' || answer === 'declined') return [{ text: `${answer} the signal` }];
    if (changes.answer) return [{ text: 'took back the answer about the signal' }];
    if (only?.[0] === 'seen_at') return [{ text: 'saw the signal' }];
  }
  if (!only) return [{ text: `edited the ${entity}` }];
  if (entries.length === 1) return changePieces(entity, only[0], only[1], names);
  const labels = entries.map(([column]) => labelOf(entity, column));
  const shown = labels.slice(0, labels.length > FIELDS_MAX ? FIELDS_MAX - 1 : FIELDS_MAX);
  const rest = labels.length - shown.length;
  const listed = new Intl.ListFormat('en').format([...shown, ...(rest ? [`${rest} more`] : [])]);
  return [{ text: 'changed' }, { text: listed, strong: true }];
}

/** One field: "set **Urgency** to **High**", "cleared **Notes**", "edited **Notes**". */
export function changePieces(
  entity: ActivityEntity,
  column: string,
  [before, after]: readonly [unknown, unknown],
  names: Names,
): Piece[] {
  const field = fieldOf(entity, column);
  const label = { text: labelOf(entity, column), strong: true };
  if (isEmpty(after)) return [{ text: 'cleared' }, label];
  const value = { text: valueWords(field, after, names), strong: true };
  if (field?.kind === 'longtext') return [{ text: isEmpty(before) ? 'wrote' : 'edited' }, label];
  if (isEmpty(before)) return [{ text: 'set' }, label, { text: 'to' }, value];
  const old = { text: valueWords(field, before, names), strong: true };
  return [{ text: 'changed' }, label, { text: 'from' }, old, { text: 'to' }, value];
}

const isEmpty = (value: unknown) => value === null || value === undefined || value === '';

const fieldOf = (entity: ActivityEntity, column: string): Field | undefined =>
  entityOf(entity)?.fields.find(({ key }) => key === column);

/** A column that no list shows has its name: `website_url` → "Website url". */
export function labelOf(entity: ActivityEntity, column: string): string {
  const words = column.replaceAll('_', ' ').replace(/ (id|at)$/, '');
  return fieldOf(entity, column)?.label ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as it is read: choices by their words, links by their names. */
export function valueWords(field: Field | undefined, value: unknown, names: Names, max = TEXT_MAX): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'string') return isEmpty(value) ? 'nothing' : JSON.stringify(value);
  if (field?.kind === 'link') return names[value] ?? `another ${field.label.toLowerCase()}`;
  if (field?.kind === 'datetime' || TIME.test(value)) return exactTime(value);
  const words = field?.choices?.find((choice) => choice.value === value)?.label ?? value;
  return words.length > max ? `${words.slice(0, max - 1)}…` : words;
}

/** What the sentence is about: its title, or what is known where the reader cannot see it any more, or not yet. */
export function aboutOf({ entity, entity_id, partial }: ActivityLine, names: Names): string {
  const kind = `${/^[aeiou]/.test(entity) ? 'an' : 'a'} ${entity}`;
  return names[entity_id] ?? (partial || entity === 'assignment' ? kind : `${kind} that is gone`);
}

const SOURCES: Record<string, string> = {
  airtable: 'Airtable',
  automation: 'Automation',
  admin: 'Admin',
  portal: 'Portal',
  system: 'System',
};
export const ACTIVITY_SOURCES = Object.keys(SOURCES);

/** Where it was done, in a word. */
export const sourceWord = (source: string): string => SOURCES[source] ?? source;
