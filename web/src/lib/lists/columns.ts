import type { Field } from '../entities/entity.ts';
import type { List } from './list.ts';

const YEAR_S = 31_536_000;
const PREFIX = 'columns-';
const cookieOf = ({ id }: Pick<List, 'id'>) => `${PREFIX}${id}`;

/** What a list can show, in its order. */
export const columnFields = ({ entity }: List): Field[] =>
  entity.fields.filter(({ recordOnly }) => !recordOnly);

export const defaultColumns = (list: List): string[] =>
  columnFields(list)
    .filter(({ shown }) => shown)
    .map(({ key }) => key);

/** The chosen columns in the list's order; the leading one is always there. */
export function columnsFrom(list: List, chosen: readonly string[]): Field[] {
  return columnFields(list).filter(({ key }, index) => index === 0 || chosen.includes(key));
}

/** The choices of all lists, as the page's own cookies would read; for the server. */
export const columnCookies = (cookies: readonly { name: string; value: string }[]): string =>
  cookies
    .filter(({ name }) => name.startsWith(PREFIX))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');

/** Reads the choice from the page's cookies; null when the reader made none. */
export function readColumns(list: List, cookies: string): string[] | null {
  const prefix = `${cookieOf(list)}=`;
  const cookie = cookies.split('; ').find((part) => part.startsWith(prefix));
  return cookie === undefined ? null : cookie.slice(prefix.length).split('.').filter(Boolean);
}

/** Kept in a cookie, so that the server draws the columns that will stand there. */
export function rememberColumns(list: List, chosen: readonly string[]): void {
  const isDefault = chosen.join() === defaultColumns(list).join();
  document.cookie = `${cookieOf(list)}=${chosen.join('.')}; path=/; max-age=${isDefault ? 0 : YEAR_S}; samesite=lax`;
}

const FLEXIBLE_MIN_PX = 220;

/** For `grid-template-columns`, and the width below which the list scrolls sideways. */
export function columnTracks(fields: readonly Field[]): { template: string; minWidth: number } {
  // The leading column holds the box that chooses the row as well.
  const widths = fields.map(({ width }, index) =>
    width === undefined ? undefined : width + (index ? 0 : 44),
  );
  const template = widths
    .map((width) => (width === undefined ? `minmax(${FLEXIBLE_MIN_PX}px, 1fr)` : `${width}px`))
    .join(' ');
  // With no column to take the rest, the last one does.
  const flexible = widths.includes(undefined);
  return {
    template: flexible ? template : `${template} minmax(0, 1fr)`,
    minWidth: widths.reduce<number>((sum, width) => sum + (width ?? FLEXIBLE_MIN_PX), 0),
  };
}
