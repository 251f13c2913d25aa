import type { Drift } from './sync.ts';
import type { Sentence } from './headline-words.ts';

const columnWords = (column: string): string => column.replace(/_id$/, '').replaceAll('_', ' ');

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** What happened to a field, what that affects, and how to mend it. */
export function driftWords({
  kind,
  field,
  table_name,
  column_name,
  drift,
  choices,
  renamed_from,
}: Drift): Sentence {
  const name = field ?? capitalized(columnWords(column_name));
  const kept = `The ${columnWords(column_name)} of ${table_name} stays here as it was, and is not followed.`;
  switch (kind) {
    case 'table deleted':
      return {
        tone: 'bad',
        title: `The table of ${name} was deleted`,
        text: `${kept} Restore the table from Airtable’s trash, or connect the base again.`,
      };
    case 'deleted':
      return {
        tone: 'bad',
        title: `${name} was deleted`,
        text: `${kept} Restore the field in Airtable, or make it again under the same name and run npm run airtable:connect.`,
      };
    case 'retyped':
      return {
        tone: 'bad',
        title: `${name} has another type`,
        text: `${drift ?? ''}. ${kept} Give it its old type back in Airtable: its cells are then read again.`,
      };
    case 'choices':
      return {
        tone: 'wait',
        title: `${name} has ${choices.length === 1 ? 'a choice' : 'choices'} unknown here: ${choices.map((choice) => `“${choice}”`).join(', ')}`,
        text: `A record with ${choices.length === 1 ? 'it' : 'one of them'} becomes a dead letter; all its other fields are followed. Use a known choice in Airtable, or have it added here.`,
      };
    case 'renamed':
      return {
        tone: 'calm',
        title: `${renamed_from ?? 'A field'} is called ${name} now`,
        text: 'Nothing to do: fields are known by their id, not by their name.',
      };
  }
}
