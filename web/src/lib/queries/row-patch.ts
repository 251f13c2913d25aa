/** A row's fields that a change gave a new value. */
export interface Touched {
  id: string;
  fields: string[];
}

export interface Patch<T> {
  /** The same object when nothing changed. */
  data: T;
  touched: Touched[];
  /** The message alone does not decide what these data are now: ask the database. */
  refetch: boolean;
}

export const unchanged = <T>(data: T): Patch<T> => ({ data, touched: [], refetch: false });

interface Merged<Row> {
  row: Row;
  refetch: boolean;
}

/** Replaces listed rows by what the records make of them, in place; rows not listed are not added. */
export function patchRows<Row extends { id: string }, Rec extends { id: string }>(
  rows: Row[],
  records: readonly Rec[],
  merge: (old: Row, record: Rec, rows: readonly Row[]) => Merged<Row>,
): Patch<Row[]> {
  const byId = new Map(records.map((record) => [record.id, record]));
  const touched: Touched[] = [];
  let refetch = false;
  const data = rows.map((old) => {
    const record = byId.get(old.id);
    if (!record) return old;
    const merged = merge(old, record, rows);
    const fields = changedFields(old, merged.row);
    if (!fields.length) return old;
    touched.push({ id: old.id, fields });
    refetch ||= merged.refetch;
    return merged.row;
  });
  return touched.length ? { data, touched, refetch } : unchanged(rows);
}

/** Keys whose values differ. */
export function changedFields<Row extends object>(before: Row, after: Row): string[] {
  return (Object.keys(after) as (keyof Row & string)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}
