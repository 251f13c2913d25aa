import { resolve } from '$app/paths';
import type { ResolvedPathname } from '$app/types';
import type { List } from '../lists/list.ts';

const base = () => resolve('/(app)').replace(/\/$/, '');

/** The address of a list, of an entity or the pool; `search` is a view's query string, with its `?`. */
export const listLink = ({ path }: Pick<List, 'path'>, search = ''): ResolvedPathname =>
  `${base()}${path}${search}` as ResolvedPathname;

/** The address of a record beside its list; `search` keeps the list's view. */
export const recordLink = ({ path }: Pick<List, 'path'>, id: string, search = ''): ResolvedPathname =>
  `${base()}${path}/${id}${search}` as ResolvedPathname;
