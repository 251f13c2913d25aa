import { expect, test } from 'vitest';
import { bindingsWithIds, describeBinding, parseBinding } from './postgres-changes-binding.ts';

const parse = (params: Record<string, unknown>) => parseBinding(bindingsWithIds([params])[0]!);

test('equal entries get equal numbers, others do not', () => {
  const [a, b, c] = bindingsWithIds([{ table: 'a' }, { table: 'b' }, { table: 'a' }]);
  expect(a!.id).toBe(c!.id);
  expect(a!.id).not.toBe(b!.id);
});

test.each([
  [
    { schema: 'app', table: 't', event: 'insert' },
    { event: 'INSERT', schema: 'app', table: 't' },
  ],
  [{ schema: 'app' }, { event: '*', schema: 'app', table: '*' }],
  [
    { table: 't', event: 'anything' },
    { event: '*', schema: 'public', table: 't' },
  ],
  [{ table: 't', select: ['a', 1] }, { select: ['a'] }],
  [{ table: 't', select: [] }, { select: null }],
])('%j → %j', (params, parsed) => {
  expect(parse(params)).toMatchObject(parsed);
});

test.each([
  [{}, /^No subscription params provided/],
  [{ table: 't', filter: 'undefined' }, /^Error parsing `filter` params: \["undefined"\]$/],
  [{ table: 't', select: 'a' }, /^Error parsing `select` params/],
  [{ schema: 'public', select: ['a'] }, /^Column selection is not supported for wildcard/],
])('%j is refused', (params, message) => {
  expect(() => parse(params)).toThrow(message);
});

test('an entry is described as the platform does', () => {
  expect(describeBinding(parse({ event: '*', schema: 'public', table: 't', filter: 'id=eq.1' }))).toBe(
    '[event: *, schema: public, table: t, filters: [{"id", "eq", "1", false}], select: nil]',
  );
});
