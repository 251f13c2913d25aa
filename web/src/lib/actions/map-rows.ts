export type Fields = Record<string, unknown>;

/**
 * Changes the rows in whatever a cache holds: lists, pages, rows with other rows in them. A row is an
 * object with an id. What did not change stays the same object.
 */
export function mapRows<T>(data: T, change: (row: Fields) => Fields): T {
  return visit(data, change) as T;
}

function visit(value: unknown, change: (row: Fields) => Fields): unknown {
  if (Array.isArray(value)) {
    let same = true;
    const items = value.map((item: unknown) => {
      const visited = visit(item, change);
      same &&= visited === item;
      return visited;
    });
    return same ? value : items;
  }
  if (!isPlain(value)) return value;
  let copy: Fields | null = null;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' || inner === null) continue;
    const visited = visit(inner, change);
    if (visited !== inner) (copy ??= { ...value })[key] = visited;
  }
  const row = copy ?? value;
  return typeof row.id === 'string' ? change(row) : row;
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
