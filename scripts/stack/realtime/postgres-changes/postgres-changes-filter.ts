const OPERATORS = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  in: '= any',
  is: 'is',
  isdistinct: 'is distinct from',
} as const;
const IS_VALUES = ['null', 'true', 'false', 'unknown'];

/** One condition on a column. */
export interface ColumnFilter {
  column: string;
  operator: keyof typeof OPERATORS;
  /** Text that Postgres can read as the column's type; of `in`, as an array of it. */
  value: string;
  negate: boolean;
}

/**
 * Reads a filter such as `id=gt.0,state=not.in.(draft,archived)`.
 *
 * @throws {Error} with the platform's words when it cannot be read.
 */
export function parseFilters(text: string): ColumnFilter[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : splitConditions(trimmed).map(parseCondition);
}

/** The condition as SQL on two text parameters: the column's value and the filter's. */
export function filterSql(filter: ColumnFilter, sqlType: string, actual: string, wanted: string): string {
  const left = `${actual}::text::${sqlType}`;
  const operator = OPERATORS[filter.operator];
  const condition =
    filter.operator === 'is'
      ? // Checked against a list: it cannot be a parameter. The other one must still be used.
        `(${left} is ${filter.value} and ${wanted}::text is not null)`
      : filter.operator === 'in'
        ? `${left} = any(${wanted}::text::${sqlType}[])`
        : `${left} ${operator} ${wanted}::text::${sqlType}`;
  return filter.negate ? `not (${condition})` : condition;
}

function splitConditions(text: string): string[] {
  const conditions: string[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"' && '.(,'.includes(text[i - 1] ?? ' ')) quoted = true;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth <= 0) {
      conditions.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...conditions, text.slice(start)];
}

function parseCondition(condition: string): ColumnFilter {
  const trimmed = condition.trim();
  if (trimmed === '') throw new Error('filter must not contain empty segments (check for extra commas)');
  const [, column, not, operator, value] = /^([^=]*)=(not\.)?([^.]*)\.(.*)$/s.exec(trimmed) ?? [];
  if (
    column === undefined ||
    operator === undefined ||
    value === undefined ||
    !Object.hasOwn(OPERATORS, operator)
  ) {
    throw new Error(JSON.stringify(trimmed.split(/[=.]/)));
  }
  const filter = { column, operator: operator as ColumnFilter['operator'], negate: not !== undefined };
  if (operator === 'in') {
    if (!/^\(.*\)$/s.test(value)) throw new Error('`in` filter value must be wrapped by parentheses');
    return { ...filter, value: `{${value.slice(1, -1)}}` };
  }
  if (operator === 'is' && !IS_VALUES.includes(value)) {
    throw new Error('invalid value for is filter: must be null, true, false, or unknown');
  }
  return { ...filter, value: unquote(value) };
}

function unquote(value: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  return inner === undefined ? value : inner.replace(/\\(.)/gs, '$1');
}
