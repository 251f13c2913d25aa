import { expect, test } from 'vitest';
import type { ActivityLine } from './activity-line.ts';
import { mentioned } from './activity-line.ts';
import { aboutOf, deedOf } from './activity-words.ts';

const line = (more: Partial<ActivityLine>): ActivityLine => ({
  id: 1,
  entity: 'signal',
  entity_id: 's1',
  action: 'updated',
  changes: {},
  source: 'admin',
  actor: null,
  at: '2026-11-23T10:00:00Z',
  ...more,
});
const names = { s1: 'Flooded underpasses', o1: 'City of Mesa', o2: 'City of Redcliff' };
const words = (more: Partial<ActivityLine>) =>
  deedOf(line(more), names)
    .map(({ text, strong }) => (strong ? `[${text}]` : text))
    .join(' ');

test.each<[string, Partial<ActivityLine>]>([
  ['changed [Urgency] from [Low] to [High]', { changes: { urgency: ['low', 'high'] } }],
  ['set [Urgency] to [High]', { changes: { urgency: [null, 'high'] } }],
  ['cleared [Title]', { changes: { title: ['Flood', null] } }],
  ['changed [Public] from [No] to [Yes]', { changes: { is_public: [false, true] } }],
  ['edited [Pain points]', { changes: { pain_points: ['Long', 'Longer'] } }],
  ['wrote [Pain points]', { changes: { pain_points: [null, 'Long'] } }],
  [
    'changed [Organization] from [City of Mesa] to [City of Redcliff]',
    { changes: { organization_id: ['o1', 'o2'] } },
  ],
  [
    'changed [Organization] from [City of Mesa] to [another organization]',
    { changes: { organization_id: ['o1', 'o9'] } },
  ],
  ['changed [Title and Urgency]', { changes: { title: ['a', 'b'], urgency: ['low', 'high'] } }],
  [
    'changed [Title, Urgency, and 2 more]',
    { changes: { title: [1, 2], urgency: [1, 2], is_public: [1, 2], improvement: [1, 2] } },
  ],
  ['changed [Odd column] from [1] to [1,200]', { changes: { odd_column: [1, 1200] } }],
  ['added the signal', { action: 'created' }],
  ['brought back the signal', { action: 'restored' }],
  ['removed the contact', { action: 'removed', entity: 'contact' }],
  ['assigned a signal', { action: 'created', entity: 'assignment' }],
  ['saw the signal', { entity: 'assignment', changes: { seen_at: [null, '2026-11-23T10:00:00Z'] } }],
  [
    'accepted the signal',
    { entity: 'assignment', changes: { answer: [null, 'accepted'], answered_at: [null, '2026-11-23'] } },
  ],
  ['edited the signal', {}],
  ['took back a signal', { action: 'removed', entity: 'assignment' }],
])('%s', (sentence, more) => {
  expect(words(more)).toBe(sentence);
});

test('a record → by its title; one out of sight → what it was', () => {
  expect(aboutOf(line({}), names)).toBe('Flooded underpasses');
  expect(aboutOf(line({ entity_id: 's9' }), names)).toBe('a signal that is gone');
  expect(aboutOf(line({ entity: 'organization', entity_id: 'o9' }), names)).toBe(
    'an organization that is gone',
  );
});

test('what lines mention → the rows themselves, and the rows of changed links', () => {
  const lines = [
    line({ changes: { organization_id: ['o1', 'o2'], title: ['a', 'b'] } }),
    line({ entity: 'assignment', entity_id: 'a1', changes: { seen_at: [null, 'now'] } }),
    line({ changes: { contact_id: [null, 'c1'] } }),
  ];
  expect(mentioned(lines)).toEqual(
    new Map([
      ['signals', new Set(['s1'])],
      ['organizations', new Set(['o1', 'o2'])],
      ['assignments', new Set(['a1'])],
      ['contacts', new Set(['c1'])],
    ]),
  );
});
