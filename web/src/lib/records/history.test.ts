import { expect, test } from 'vitest';
import type { Envelope } from '../../../../supabase/types/realtime.ts';
import { ENTITIES } from '../entities/entities.ts';
import { changeWords } from './change-words.ts';
import { historyLine } from './history.ts';
import { readRationale } from './rationale.ts';
import { whoDid } from './who.ts';

const { signals } = ENTITIES;
const envelope: Envelope = {
  seq: 7,
  event: 'signal:updated',
  at: '2026-11-23T10:00:00Z',
  source: 'admin',
  actor: 'wes',
  ids: ['a'],
  truncated: false,
};

test('a message → the line that the database notes of it', () => {
  const before = { id: 'a', urgency: 'low', title: 'Same', updated_at: 't1', organization: { id: 'o' } };
  const record = { id: 'a', urgency: 'high', title: 'Same', updated_at: 't2' };
  expect(historyLine(signals, before, record, envelope)).toEqual({
    id: -7,
    action: 'updated',
    changes: { urgency: ['low', 'high'] },
    source: 'admin',
    actor: 'wes',
    at: '2026-11-23T10:00:00Z',
  });
});

test('a message of bookkeeping → no line', () => {
  expect(
    historyLine(signals, { id: 'a', updated_at: 't1' }, { id: 'a', updated_at: 't2' }, envelope),
  ).toBeNull();
});

test('changes in words → by the fields’ labels and order, ids of links without a value', () => {
  const words = changeWords(signals, {
    organization_id: ['6d0c', '7e1f'],
    approval_status: ['pending_review', 'approved'],
    is_public: [false, true],
    title: [null, 'Floods'],
  });
  expect(words).toEqual([
    { key: 'title', label: 'Title', before: '', after: 'Floods' },
    { key: 'organization_id', label: 'Organization', before: '', after: '' },
    { key: 'approval_status', label: 'Status', before: 'Pending review', after: 'Approved' },
    { key: 'is_public', label: 'Public', before: 'No', after: 'Yes' },
  ]);
});

test('who → you, a name that may be known, or from where it came', () => {
  const names = { wes: 'Wes', me: 'Olga' };
  expect(whoDid({ source: 'admin', actor: 'me' }, names, 'me')).toBe('You');
  expect(whoDid({ source: 'admin', actor: 'wes' }, names, 'me')).toBe('Wes');
  expect(whoDid({ source: 'admin', actor: 'sim' }, names, 'me')).toBe('A colleague');
  expect(whoDid({ source: 'airtable', actor: null }, names, 'me')).toBe('Somebody in Airtable');
});

test('why a startup suits → in a sentence; nothing where nothing is said', () => {
  const rationale = {
    text: { score: 0.5, shared_words: ['water', 'mains', 'leak', 'repair', 'pipe', 'pump'] },
    sector: { score: 0.9, name: 'Water' },
    success: { score: 0.3, matched: 1 },
  };
  expect(readRationale(rationale)).toBe(
    'Shares water, mains, leak, repair, pipe · in Water · 1 match before',
  );
  expect(readRationale({ sector: { score: 0.1, name: 'Water' } })).toBe('');
  expect(readRationale(null)).toBe('');
});
