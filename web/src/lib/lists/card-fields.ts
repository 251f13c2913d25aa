import type { Entity, Field } from '../entities/entity.ts';

/** How a row is laid out where there is no room for columns. */
export interface CardFields {
  /** Whose change marks the title. */
  head: Field;
  corner: Field | undefined;
  below: Field[];
  chips: Field[];
}

export function cardFields({ fields }: Entity): CardFields {
  const shown = fields.filter((field) => field.shown);
  const lead = shown[0] ?? fields[0]!;
  const head = fields.find(({ key }) => key === 'title') ?? lead;
  const rest = shown.filter((field) => field !== head);
  return {
    head,
    corner: rest.find(({ kind }) => kind === 'datetime'),
    below: rest.filter(({ kind }) => kind === 'text' || kind === 'link' || kind === 'email').slice(0, 2),
    chips: rest.filter(({ kind }) => kind === 'enum').slice(0, 3),
  };
}
