import type { Entity, EntityRow } from '../entities/entity.ts';
import { plainText } from '../entities/field-text.ts';
import { exactTime, formatNumber } from '../format.ts';
import type { HistoryLine } from './history.ts';

export interface ChangeWords {
  key: string;
  label: string;
  /** Empty where there was nothing, or where the value has no words of its own, as a link's id. */
  before: string;
  after: string;
}

/** Columns that lists do not know. */
const LABELS: Readonly<Record<string, string>> = { airtable_id: 'Airtable record' };

/** What changed, in the words of the fields and in their order. */
export function changeWords(entity: Entity, changes: HistoryLine['changes']): ChangeWords[] {
  const order = entity.fields.map(({ key }) => key);
  const rank = (key: string) => (order.indexOf(key) + order.length + 1) % (order.length + 1);
  return Object.entries(changes)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([key, [before, after]]) => {
      const field = entity.fields.find((candidate) => candidate.key === key);
      const label = field?.label ?? LABELS[key] ?? key.replaceAll('_', ' ');
      const words = (value: unknown): string => {
        if (value === null || value === undefined) return '';
        if (!field) return typeof value === 'string' ? value : JSON.stringify(value);
        if (field.kind === 'datetime') return typeof value === 'string' ? exactTime(value) : '';
        if (field.kind === 'number') return formatNumber(Number(value));
        return plainText(field, { [key]: value } as unknown as EntityRow);
      };
      return { key, label, before: words(before), after: words(after) };
    });
}
