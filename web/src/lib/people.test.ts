import { expect, test } from 'vitest';
import { describeScope, initials } from './people.ts';

test.each([
  ['Olivia Park', 'OP'],
  ['Simone de la Baptiste', 'SB'],
  ['Cher', 'C'],
  ['  ', '?'],
])('%j → %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test.each([
  [{ role: 'owner', regions: ['west', 'unassigned'] } as const, 'Owner, all regions'],
  [{ role: 'admin', regions: ['west', 'south'] } as const, 'Admin, West and South'],
  [{ role: 'viewer', regions: [] } as const, 'Viewer, no region yet'],
])('%j → %s', ({ role, regions }, text) => {
  expect(describeScope({ role, regions: [...regions] })).toBe(text);
});
