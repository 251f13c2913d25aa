import { expect, test } from 'vitest';
import type { EntityRow } from '../entities/entity.ts';
import { SIGNALS } from '../entities/signals.ts';
import { toCsv } from './csv.ts';

const fields = ['signal_identifier', 'title', 'organization_id', 'urgency', 'is_public'].map((key) =>
  SIGNALS.fields.find((field) => field.key === key)!,
);
const row = (title: string): EntityRow => ({
  id: '1',
  created_at: '',
  updated_at: '',
  airtable_edited_at: null,
  received_at: null,
  signal_identifier: 'SIG-0001',
  title,
  urgency: 'high',
  is_public: true,
  organization: { id: '2', name: 'City of "Mesa", Verano' },
});

test('rows → the words of the list, quoted where they must be', async () => {
  expect(await toCsv(fields, [row('Permits, late')])).toBe(
    '\uFEFFSignal,Title,Organization,Urgency,Public\r\nSIG-0001,"Permits, late","City of ""Mesa"", Verano",High,Yes\r\n',
  );
});

test.each(['=HYPERLINK("http://evil")', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])(
  'a title that begins like a formula, %j → text',
  async (title) => {
    const [, line = ''] = (await toCsv(fields, [row(title)])).split('SIG-0001,');
    expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
  },
);
