import type { Payload, TablePayload } from './payload.ts';
import type { Specification } from './specification.ts';

/** One change as a webhook sees it: a step that writes itself into a payload. */
export type Entry = (payload: Payload) => void;
export type Filters = Specification['options']['filters'];
export type Includes = NonNullable<Specification['options']['includes']>;

export function hasType(filters: Filters, type: 'add' | 'remove' | 'update'): boolean {
  return filters.changeTypes?.includes(type) ?? true;
}

export function tableOf(payload: Payload, tableId: string): TablePayload {
  return ((payload.changedTablesById ??= {})[tableId] ??= {});
}
