import { AirtableError } from '../airtable-error.ts';
import type { BaseRecord, Cell } from '../schema.ts';

type Value = string | number | boolean;
type Expression = (record: BaseRecord) => Value;

/** The part of Airtable's formulas that filters of a mirror use: OR, AND, NOT, =, !=, RECORD_ID(), fields, literals. */
const TOKEN =
  /\s*(?:(!=|=|\(|\)|,)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\{([^}]+)\}|(\d+(?:\.\d+)?)|([A-Za-z_]+))/y;

interface Token {
  kind: 'sign' | 'text' | 'field' | 'number' | 'word';
  text: string;
}

/**
 * A test for records. `cellOf` finds a cell by field name or id and throws where there is no such field.
 * @throws AirtableError 422 INVALID_FILTER_BY_FORMULA
 */
export function parseFormula(
  formula: string,
  cellOf: (record: BaseRecord, fieldName: string) => Cell | undefined,
  hasField: (fieldName: string) => boolean,
): (record: BaseRecord) => boolean {
  const tokens = tokenize(formula);
  let at = 0;
  const peek = () => tokens[at];
  const take = (text: string) => {
    if (tokens[at]?.text !== text || tokens[at]?.kind !== 'sign') throw refuse(`expected ${text}`);
    at += 1;
  };

  const list = (): Expression[] => {
    take('(');
    const items: Expression[] = [];
    while (peek()?.text !== ')' || peek()?.kind !== 'sign') {
      if (items.length > 0) take(',');
      items.push(comparison());
    }
    take(')');
    return items;
  };

  const call = (name: string): Expression => {
    const items = list();
    switch (name.toUpperCase()) {
      case 'OR':
        return (record) => items.some((item) => truth(item(record)));
      case 'AND':
        return (record) => items.every((item) => truth(item(record)));
      case 'NOT':
        return (record) => !truth(items[0]?.(record) ?? '');
      case 'RECORD_ID':
        return (record) => record.id;
      case 'BLANK':
        return () => '';
      case 'TRUE':
        return () => true;
      case 'FALSE':
        return () => false;
      default:
        throw refuse(`Unknown function ${name}`);
    }
  };

  const operand = (): Expression => {
    const token = tokens[at++];
    switch (token?.kind) {
      case 'text':
        return () => token.text;
      case 'number':
        return () => Number(token.text);
      case 'field':
        return field(token.text);
      case 'word':
        return peek()?.text === '(' ? call(token.text) : field(token.text);
      default:
        throw refuse('unexpected end');
    }
  };

  const field = (name: string): Expression => {
    if (!hasField(name)) throw refuse(`Unknown field names: ${name.toLowerCase()}`);
    return (record) => {
      const cell = cellOf(record, name);
      return Array.isArray(cell) ? cell.join(', ') : ((cell as string | number | true | undefined) ?? '');
    };
  };

  const comparison = (): Expression => {
    const left = operand();
    const sign = peek();
    if (sign?.kind !== 'sign' || (sign.text !== '=' && sign.text !== '!=')) return left;
    at += 1;
    const right = operand();
    return (record) => same(left(record), right(record)) === (sign.text === '=');
  };

  const expression = comparison();
  if (at < tokens.length) throw refuse('text after the end');
  return (record) => truth(expression(record));
}

function tokenize(formula: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(formula);
    if (!match) throw refuse(`unexpected text at ${start}`);
    const [, sign, double, single, field, number, word] = match;
    const text = double ?? single;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll(/\\(.)/g, '$1') });
    else if (field !== undefined) tokens.push({ kind: 'field', text: field });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}

function refuse(reason: string): AirtableError {
  return new AirtableError(
    422,
    'INVALID_FILTER_BY_FORMULA',
    `The formula for filtering records is invalid: ${reason}`,
  );
}

function truth(value: Value): boolean {
  return value !== '' && value !== 0 && value !== false;
}

function same(one: Value, other: Value): boolean {
  return typeof one === 'boolean' || typeof other === 'boolean' ? truth(one) === truth(other) : one === other;
}
