/** The field types that the simulated base uses. */
export type FieldType =
  | 'singleLineText'
  | 'multilineText'
  | 'singleSelect'
  | 'multipleRecordLinks'
  | 'checkbox'
  | 'dateTime'
  | 'email'
  | 'number'
  | 'phoneNumber'
  | 'url';

export interface Choice {
  id: string;
  name: string;
  color: string;
}

export interface Field {
  id: string;
  name: string;
  type: FieldType;
  choices?: Choice[];
  /** For links: where they lead, and the field there that is kept in step. */
  link?: { tableId: string; inverseFieldId: string; isReversed: boolean };
}

export interface Table {
  id: string;
  name: string;
  primaryFieldId: string;
  viewId: string;
  fields: Field[];
}

/** A cell as stored: REST form, keyed elsewhere by field id. An empty cell is absent. */
export type Cell = string | number | true | readonly string[];
export type Cells = Readonly<Record<string, Cell>>;

export interface BaseRecord {
  id: string;
  createdTime: string;
  cells: Cells;
}
