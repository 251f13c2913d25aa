import { ENTITIES } from '../entities/entities.ts';
import type { Entity } from '../entities/entity.ts';

/** What PostgREST is asked for a record: its columns, and the names of what it links to. */
export const selectRecord = ({ key: table, fields }: Entity): string =>
  [
    '*',
    // By the foreign key's name: two tables may be linked in more ways than one.
    ...fields.flatMap(({ key, embed, entity }) =>
      embed && entity ? [`${embed}:${entity}!${table}_${key}_fkey(${ENTITIES[entity].selectTitle})`] : [],
    ),
  ].join(', ');
