import { expect, test } from 'vitest';
import type { Field } from '../entities/entity.ts';
import { fromDraft, sameValue, toDraft } from './field-draft.ts';

const field = (kind: Field['kind']): Field => ({ key: 'x', label: 'Population', kind });

test.each<[Field['kind'], string, unknown]>([
  ['text', '  Dry pipes ', 'Dry pipes'],
  ['text', '   ', null],
  ['number', '48,000', 48000],
  ['number', '48 000', 48000],
  ['email', 'ana@mesa.example', 'ana@mesa.example'],
  ['url', 'mesa.example', 'https://mesa.example'],
  ['url', 'http://mesa.example', 'http://mesa.example'],
  ['boolean', 'true', true],
])('%s “%s” → %j', (kind, draft, value) => {
  expect(fromDraft(field(kind), draft)).toEqual({ value });
});

test.each<[Field['kind'], string]>([
  ['number', 'many'],
  ['number', '-5'],
  ['email', 'ana'],
  ['datetime', 'soon'],
])('%s “%s” → what is wrong', (kind, draft) => {
  expect(fromDraft(field(kind), draft)).toHaveProperty('problem');
});

test('a time to the editor and back → the same minute, in the reader’s zone', () => {
  const at = '2026-05-04T10:30:00+00:00';
  const draft = toDraft(field('datetime'), at);
  expect(draft).toMatch(/^2026-05-0\dT\d\d:\d\d$/);
  const read = fromDraft(field('datetime'), draft);
  expect(read).toEqual({ value: '2026-05-04T10:30:00.000Z' });
  expect(sameValue(field('datetime'), at, '2026-05-04T10:30:00.000Z')).toBe(true);
});

test('no value and no value → the same, however it is said', () => {
  expect(sameValue(field('text'), null, undefined)).toBe(true);
  expect(sameValue(field('text'), null, 'x')).toBe(false);
});
