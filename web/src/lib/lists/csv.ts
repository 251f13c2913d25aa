import type { EntityRow, Field } from '../entities/entity.ts';
import { plainText } from '../entities/field-text.ts';
import { loadPart } from '../load-part.ts';

/**
 * Rows as a file for spreadsheets. A text that a spreadsheet would run as a formula gets a quote before
 * it: whoever may write a title must not run anything at the reader's desk.
 */
export async function toCsv(fields: readonly Field[], rows: readonly EntityRow[]): Promise<string> {
  const { unparse } = await loadPart(() => import('papaparse'));
  const lines = rows.map((row) => fields.map((field) => plainText(field, row)));
  const text = unparse({ fields: fields.map(({ label }) => label), data: lines }, { escapeFormulae: true });
  // The mark by which Excel knows UTF-8.
  return `\uFEFF${text}\r\n`;
}
