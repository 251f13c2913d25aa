import { expect, test } from 'vitest';
import { columnsFrom, defaultColumns, readColumns } from './columns.ts';
import { LISTS } from './lists.ts';

const list = LISTS.signals;
const keys = (chosen: readonly string[]) => columnsFrom(list, chosen).map(({ key }) => key);

test('columns of an older or a stranger’s choice → those that there are, in the list’s order, the leading one always', () => {
  expect(keys(['urgency', 'no_such_column', 'title', 'urgency', '__proto__'])).toEqual([
    'signal_identifier',
    'title',
    'urgency',
  ]);
  expect(keys([])).toEqual(['signal_identifier']);
});

test('the cookie of this list among others → its columns; none → no choice; an empty one → no columns', () => {
  expect(readColumns(list, 'columns-startups=name; columns-signals=title.urgency')).toEqual([
    'title',
    'urgency',
  ]);
  expect(readColumns(list, 'columns-startups=name; sidebar=1')).toBeNull();
  expect(readColumns(list, 'columns-signals=')).toEqual([]);
  expect(keys(defaultColumns(list))).toEqual(defaultColumns(list));
});
