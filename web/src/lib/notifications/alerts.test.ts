import { describe, expect, test } from 'vitest';
import { alertFor, isQuiet } from './alerts.ts';
import { titleWith } from './count-in-title.ts';
import { DEFAULT_RULE, EVERYTHING, filterOf, ruleOf } from './notification-rules.ts';
import { pathOf } from './notification.ts';

const at = (time: string) => new Date(`2026-11-23T${time}:00`).getTime();
const rule = { event: EVERYTHING, ...DEFAULT_RULE };

describe('quiet hours', () => {
  test.each([
    ['19:00', '08:00', '23:30', true],
    ['19:00', '08:00', '07:59', true],
    ['19:00', '08:00', '08:00', false],
    ['19:00:00', '08:00:00', '18:59', false],
    ['12:00', '13:00', '12:30', true],
    ['12:00', '13:00', '13:30', false],
    ['12:00', '12:00', '12:00', false],
  ])('from %s until %s at %s → %s', (quiet_from, quiet_until, time, quiet) => {
    expect(isQuiet({ quiet_from, quiet_until }, at(time))).toBe(quiet);
  });

  test('not set → never', () => {
    expect(isQuiet(rule, at('03:00'))).toBe(false);
  });
});

describe('how loud', () => {
  const now = { at: at('12:00'), alertedAt: 0, visible: true };

  test('without a wish → a message on the page, and never a sound', () => {
    expect(alertFor(rule, now)).toEqual({ toast: true, sound: false, desktop: false });
    expect(alertFor(rule, { ...now, visible: false })).toEqual({
      toast: false,
      sound: false,
      desktop: false,
    });
  });

  test('desktop only while nobody looks', () => {
    const loud = { ...rule, sound: true, desktop: true };
    expect(alertFor(loud, now)).toEqual({ toast: true, sound: true, desktop: false });
    expect(alertFor(loud, { ...now, visible: false })).toEqual({ toast: false, sound: true, desktop: true });
  });

  test('in quiet hours → nothing at all', () => {
    const quiet = { ...rule, sound: true, quiet_from: '11:00', quiet_until: '13:00' };
    expect(alertFor(quiet, now)).toEqual({ toast: false, sound: false, desktop: false });
  });

  test('hourly → once, and again after an hour', () => {
    const hourly = { ...rule, digest: 'hourly' };
    expect(alertFor(hourly, now).toast).toBe(true);
    expect(alertFor(hourly, { ...now, alertedAt: at('11:30') }).toast).toBe(false);
    expect(alertFor(hourly, { ...now, alertedAt: at('10:59') }).toast).toBe(true);
  });
});

test('the title carries the number, one at a time', () => {
  expect(titleWith('Inbox', 3)).toBe('(3) Inbox');
  expect(titleWith('(3) Inbox', 4)).toBe('(4) Inbox');
  expect(titleWith('(4) Inbox', 0)).toBe('Inbox');
});

test('a rule that is not there, and filters that make no sense → anything passes', () => {
  expect(ruleOf(undefined, 'signal:urgent')).toEqual({ event: 'signal:urgent', ...DEFAULT_RULE });
  expect(filterOf({ ...rule, filter: { regions: ['west'] } }, 'regions')).toEqual(['west']);
  expect(filterOf({ ...rule, filter: { regions: 'west' } }, 'regions')).toBeNull();
  expect(filterOf({ ...rule, filter: ['high'] }, 'urgencies')).toBeNull();
});

describe('where a notification leads', () => {
  const base = {
    id: 'n',
    title: '',
    body: null,
    severity: 'info' as const,
    count: 1,
    regions: [],
    created_at: '',
    read_at: null,
  };
  test.each([
    ['app', 'signal:urgent', 'signal', 's1', '/signals/s1'],
    ['app', 'signal:urgent', 'signal', null, '/signals?urgency=high,critical'],
    ['app', 'signal:requested', 'connection', null, '/connections?status=pending_review'],
    ['app', 'sync:trouble', 'sync', null, '/sync'],
    ['app', 'view:1', 'organization', 'o1', '/organizations/o1'],
    ['app', 'view:1', 'connection', null, '/connections'],
    ['portal', 'signal:assigned', 'assignment', 'a1', '/portal?open=a1'],
    ['portal', 'connection:progress', 'connection', 'k1', '/portal/connections?open=k1'],
    ['portal', 'signal:urgent', 'signal', 's1', null],
  ] as const)('%s: %s of %s %s → %s', (area, kind, entity, entity_id, path) => {
    expect(pathOf({ ...base, kind, entity, entity_id }, area)).toBe(path);
  });
});
