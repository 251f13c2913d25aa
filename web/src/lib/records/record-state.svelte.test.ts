import { beforeEach, expect, test, vi } from 'vitest';
import type { Actions, Outcome } from '../actions/actions.svelte.ts';
import type { Change } from '../actions/change.ts';
import type { Refusal } from '../actions/refusal.ts';
import { ENTITIES } from '../entities/entities.ts';
import type { EntityRow } from '../entities/entity.ts';
import { RecordState } from './record-state.svelte.ts';

const title = ENTITIES.signals.fields.find(({ key }) => key === 'title')!;
const urgency = ENTITIES.signals.fields.find(({ key }) => key === 'urgency')!;
const status = ENTITIES.signals.fields.find(({ key }) => key === 'approval_status')!;

let row: EntityRow;
let sent: Change[];
let refuse: Partial<Refusal> | null;
let told: Outcome[];
let may: boolean;
let record: RecordState;

beforeEach(() => {
  row = { id: 'a', title: 'Old', urgency: 'low' } as unknown as EntityRow;
  sent = [];
  told = [];
  refuse = null;
  may = true;
  const actions = {
    may: () => may,
    run: async (change: Change, isSeen: (outcome: Outcome) => boolean): Promise<Outcome> => {
      sent.push(change);
      await Promise.resolve();
      const refusal = { text: 'No.', code: '22023', field: null, conflicts: [], gone: false, ...refuse };
      const outcome: Outcome = refuse ? { ok: false, change, refusal } : { ok: true, change, answer: {} };
      if (!isSeen(outcome)) told.push(outcome);
      return outcome;
    },
  } as unknown as Actions;
  record = new RecordState({ entity: ENTITIES.signals, row: () => row, actions });
});

const args = () => sent.map(({ call }) => call.args as unknown as { changes: unknown; base: unknown });

test('edited and saved → what it is to be, and what the reader saw', async () => {
  record.begin(title);
  record.draft = ' New ';
  await record.save();
  expect(args()).toMatchObject([{ changes: { title: 'New' }, base: { title: 'Old' } }]);
  expect(record.editing).toBeNull();
});

test('nothing changed, or left with Escape → nothing is sent', async () => {
  record.begin(title);
  await record.save();
  record.begin(title);
  record.draft = 'New';
  record.cancel();
  expect(sent).toEqual([]);
});

test('another field is begun → the draft of the one before is saved', () => {
  record.begin(title);
  record.draft = 'New';
  record.begin(urgency);
  expect(args()).toMatchObject([{ changes: { title: 'New' } }]);
  expect(record.editing).toBe('urgency');
});

test('changed from outside while edited → the draft stays, leaving saves nothing, the reader decides', () => {
  record.begin(title);
  record.draft = 'Mine';
  row = { ...row, title: 'Theirs' };
  expect(record.isChangedMeanwhile).toBe(true);
  record.leave();
  expect([record.draft, sent.length]).toEqual(['Mine', 0]);
  record.keepMine();
  expect(args()).toMatchObject([{ changes: { title: 'Mine' }, base: { title: 'Theirs' } }]);
});

test.each<[string, () => void]>([
  ['saved with Enter', () => void record.save('Mine')],
  ['another field is begun', () => record.begin(urgency)],
  ['the panel goes', () => record.end()],
])('changed from outside while edited, then %s → theirs is not written over', (_, act) => {
  record.begin(title);
  record.draft = 'Mine';
  row = { ...row, title: 'Theirs', urgency: 'high' };
  act();
  expect(sent).toEqual([]);
});

test('a link changed from outside while its choice is open → what is chosen is not written over theirs', () => {
  const organization = ENTITIES.signals.fields.find(({ key }) => key === 'organization_id')!;
  row = { ...row, organization_id: 'before' };
  record.begin(organization);
  row = { ...row, organization_id: 'theirs' };
  record.choose({ ...row, id: 'mine' });
  expect([sent, record.editing, record.draft, record.isChangedMeanwhile]).toEqual([
    [],
    'organization_id',
    'mine',
    true,
  ]);
});

test('other fields change from outside while one is edited → no conflict, and the draft stays', async () => {
  record.begin(title);
  record.draft = 'Mine';
  row = { ...row, urgency: 'high', updated_at: 'v2' };
  expect([record.isChangedMeanwhile, record.draft]).toEqual([false, 'Mine']);
  await record.save();
  expect(args()).toMatchObject([{ changes: { title: 'Mine' }, base: { title: 'Old' } }]);
});

test('theirs kept → the draft goes, nothing is sent', () => {
  record.begin(title);
  record.draft = 'Mine';
  row = { ...row, title: 'Theirs' };
  record.takeTheirs();
  expect([record.editing, sent.length]).toEqual([null, 0]);
});

test('refused → the editor opens again with the draft and the reason', async () => {
  refuse = { text: 'Too long.' };
  record.begin(title);
  record.draft = 'Mine';
  await record.save();
  expect([record.editing, record.draft, record.problem]).toEqual(['title', 'Mine', 'Too long.']);
  expect(told).toEqual([]);
});

test('refused when the panel is gone, or another field is being edited → told in a message', async () => {
  refuse = {};
  record.begin(title);
  record.draft = 'Mine';
  record.begin(urgency);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  record.cancel();
  record.begin(title);
  record.draft = 'Mine';
  record.end();
  await vi.waitFor(() => expect(told).toHaveLength(2));
});

test('what cannot be edited, or not by this reader → does not open', () => {
  record.begin(status);
  expect(record.editing).toBeNull();
  may = false;
  expect(record.beginAt(null)).toBe(false);
});
