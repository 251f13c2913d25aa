/** A record that somebody has open: what is told of it is its id, which says nothing to those who may not see it. */
export interface Place {
  entity: string;
  id: string;
}

const ENTITY = /^[a-z_]{1,40}$/;
const ID = /^[0-9a-f-]{36}$/;

/** The place in what another client sent; null for none, and for what it made up. */
export function readPlace(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null) return null;
  const { entity, id } = value as Partial<Record<keyof Place, unknown>>;
  return typeof entity === 'string' && typeof id === 'string' && ENTITY.test(entity) && ID.test(id)
    ? { entity, id }
    : null;
}

export const samePlace = (a: Place | null, b: Place | null): boolean =>
  a?.entity === b?.entity && a?.id === b?.id;
