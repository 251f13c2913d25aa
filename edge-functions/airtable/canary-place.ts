/** A field of a base, as far as it matters to where the canary is written. */
export interface CanaryField {
  tableId: string;
  tableName: string;
  fieldId: string;
  fieldName: string;
  type: string;
}

export interface CanaryPlace {
  tableId: string;
  fieldId: string;
}

const TABLE = 'Live canary';
const FIELD = 'Proof';
const TEXT_TYPES = ['singleLineText', 'multilineText'];
const THEN = 'Then try again here, or run npm run airtable:connect.';

/**
 * Finds the base's table for the canary: the one that it is written to already, whatever it is called by now, or else
 * by name. `problem`: what is missing, and what to do about it.
 */
export function findCanaryPlace(
  fields: readonly CanaryField[],
  before?: CanaryPlace,
): CanaryPlace | { problem: string } {
  const known = fields.find(
    ({ tableId, fieldId }) => tableId === before?.tableId && fieldId === before.fieldId,
  );
  const table =
    known ?? fields.find(({ tableName }) => tableName.trim().toLowerCase() === TABLE.toLowerCase());
  if (!table)
    return {
      problem: `The base has no table “${TABLE}”. Add one in Airtable, with a single line text field “${FIELD}”. ${THEN}`,
    };
  const field =
    known ??
    fields.find(
      ({ tableId, fieldName }) =>
        tableId === table.tableId && fieldName.trim().toLowerCase() === FIELD.toLowerCase(),
    );
  if (!field)
    return {
      problem: `The table “${table.tableName}” has no field “${FIELD}”. Add it in Airtable, as single line text. ${THEN}`,
    };
  if (!TEXT_TYPES.includes(field.type))
    return {
      problem: `The field “${field.fieldName}” of “${table.tableName}” is of type ${field.type}. Make it single line text in Airtable. ${THEN}`,
    };
  return { tableId: field.tableId, fieldId: field.fieldId };
}
