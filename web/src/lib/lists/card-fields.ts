import type { Entity, Field, FieldKind } from '../entities/entity.ts';

/** How a row is laid out where there is no room for columns. */
export interface CardFields {
  /** Whose change marks the title. */
  head: Field;
  corner: Field | undefined;
  below: Field[];
  chips: Field[];
}

export function cardFields({ fields, names }: Entity): CardFields {
  const shown = fields.filter((field) => field.shown);
  const lead = shown[0] ?? fields[0]!;
  const head = fields.find(({ key }) => key === names.at(-1)) ?? lead;
  const rest = shown.filter((field) => field !== head);
  const of = (...kinds: FieldKind[]) => rest.filter(({ kind }) => kinds.includes(kind));
  const short = of('text', 'link', 'email', 'url').slice(0, 2);
  return {
    head,
    corner: of('datetime')[0],
    below: short.length ? short : of('longtext').slice(0, 1),
    chips: of('enum').slice(0, 3),
  };
}
