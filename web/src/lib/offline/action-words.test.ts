import { expect, test } from 'vitest';
import { actionWords, stateWords, textOfAction } from './action-words.ts';
import type { QueuedAction } from './queued-action.ts';

const action = (change: Partial<QueuedAction>): QueuedAction => ({
  key: '1',
  seq: 1,
  at: 0,
  entity: 'signals',
  id: 'a',
  call: { name: 'approve_signal', args: { signal: 'a' } },
  fields: {},
  title: 'Dark bus stops',
  past: 'approved',
  scope: 'region:west',
  state: 'waiting',
  attempts: 0,
  refusal: null,
  ...change,
});
const edit = (changes: Record<string, unknown>, fields = changes) =>
  action({ call: { name: 'edit_record', args: { changes, base: {} } }, fields });

test.each([
  [action({}), 'Approved'],
  [edit({ title: 'Flooded' }), 'Title: “Flooded”'],
  [edit({ urgency: 'high' }), 'Urgency: High'],
  [edit({ pain_points: null }), 'Pain points: nothing'],
  [
    edit({ organization_id: 'o' }, { organization_id: 'o', organization: { id: 'o', name: 'Mesa' } }),
    'Organization: Mesa',
  ],
])('%# what an action does, in words', (one, words) => {
  expect(actionWords(one)).toBe(words);
});

test('where it stands: waits, tried without an answer, on its way, refused', () => {
  expect(stateWords(action({}))).toBe('Waits to be sent');
  expect(stateWords(action({ attempts: 2 }))).toBe('No answer yet, tried 2 times');
  expect(stateWords(action({ state: 'sending' }))).toBe('Being sent');
  const refusal = { text: 'No.', code: 'P0001', field: null, conflicts: [], gone: false };
  expect(stateWords(action({ state: 'parked', refusal }))).toBe('No.');
});

test('a text or a reason can be written anew; a choice cannot', () => {
  expect(textOfAction(edit({ title: 'Flooded' }))!.with(' Dry ')).toEqual({
    args: { changes: { title: 'Dry' }, base: {} },
    fields: { title: 'Dry' },
  });
  const rejected = action({
    call: { name: 'reject_signal', args: { signal: 'a', reason: 'No' } },
    fields: { rejection_reason: 'No' },
  });
  expect(textOfAction(rejected)!.with('Twice')).toEqual({
    args: { signal: 'a', reason: 'Twice' },
    fields: { rejection_reason: 'Twice' },
  });
  expect(textOfAction(edit({ urgency: 'high' }))).toBeNull();
  expect(textOfAction(action({}))).toBeNull();
});
