import { expect, test } from 'vitest';
import { filterOfView } from './view-rule.ts';

const view = { id: 'v', name: 'Mine' };

test('choices of a list → conditions by column, with what holds on every view of it', () => {
  expect(filterOfView({ ...view, page: 'signals', query: '?urgency=high,critical' })).toEqual({
    entity: 'signal',
    name: 'Mine',
    conditions: { urgency: ['high', 'critical'] },
  });
  expect(filterOfView({ ...view, page: 'pool', query: '' })).toMatchObject({
    entity: 'signal',
    conditions: { approval_status: ['approved'], is_public: ['true'] },
  });
});

test.each([
  ['signals', '?q=flood'],
  ['organizations', '?population=1000..'],
  ['nowhere', ''],
])('%s%s → cannot be told', (page, query) => {
  expect(filterOfView({ ...view, page, query })).toBeNull();
});
