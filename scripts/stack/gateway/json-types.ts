import type postgres from 'postgres';

type Type = postgres.PostgresType;

const text = (value: unknown): string => String(value);

/**
 * How values of Postgres become values of JSON: exactly as to_json makes them, as in PostgREST's answers and in
 * broadcasts. A web page compares the two.
 */
export const JSON_TYPES: Record<string, Type> = {
  json: { to: 114, from: [114], serialize: jsonText, parse: (value: string) => JSON.parse(value) as unknown },
  jsonb: {
    to: 3802,
    from: [3802],
    serialize: jsonText,
    parse: (value: string) => JSON.parse(value) as unknown,
  },
  bytea: {
    to: 17,
    from: [17],
    serialize: (value: unknown) =>
      value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : text(value),
    parse: (value: string) => value,
  },
  numeric: {
    to: 1700,
    from: [1700],
    serialize: text,
    // NaN and the infinities are strings in JSON.
    parse: (value: string) => (Number.isFinite(Number(value)) ? Number(value) : value),
  },
  timestamp: { to: 1114, from: [1114], serialize: text, parse: isoTimestamp },
  timestamptz: { to: 1184, from: [1184], serialize: text, parse: isoTimestamp },
};

/** The library hands objects and lists over as text already; once more would make strings of them. */
function jsonText(value: unknown): string {
  return typeof value === 'string' && isObjectText(value) ? value : JSON.stringify(value);
}

function isObjectText(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `2026-11-23 10:00:00.5+00` → `2026-11-23T10:00:00.5+00:00`; `infinity` stays. */
export function isoTimestamp(value: string): string {
  return value.replace(' ', 'T').replace(/([+-]\d\d)$/, value.includes(':') ? '$1:00' : '$1');
}
