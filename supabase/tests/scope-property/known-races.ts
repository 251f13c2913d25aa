import type { Change, Person, Scenario } from './steps.ts';

const owner: Person = { role: 'owner', regions: [], startups: [], client: 'prompt' };
const member: Person = { role: null, regions: [], startups: [1], client: 'prompt' };
const nobody: Person = { role: null, regions: [], startups: [], client: 'prompt' };

const atOnce = (first: Change[], second: Change[], people: Person[]): Scenario => ({
  people,
  steps: [{ step: 'two at once', first, second, order: 'publish first' }],
  lost: 0,
});
const insert = (
  table: Extract<Change, { do: 'insert' }>['table'],
  links: Record<string, number>,
): Change => ({
  do: 'insert',
  table,
  count: 1,
  set: {},
  links,
});

/** Chance seldom finds these: they are played first, every time. */
export const KNOWN_RACES: Record<string, Scenario> = {
  'a signal changes while it is assigned': atOnce(
    [{ do: 'update', table: 'signals', row: 0, set: { title: 'changed' } }],
    [insert('signal_assignments', { signal_id: 0, startup_id: 1 })],
    [owner, member, member, nobody],
  ),
  'a signal is assigned while it changes': atOnce(
    [insert('signal_assignments', { signal_id: 0, startup_id: 1 })],
    [{ do: 'update', table: 'signals', row: 0, set: { title: 'changed' } }],
    [owner, member, member, nobody],
  ),
  'a contact changes while they are introduced': atOnce(
    [{ do: 'update', table: 'contacts', row: 0, set: { phone: '2' } }],
    [{ do: 'update', table: 'connections', row: 1, set: { connection_status: 'introduced' } }],
    [owner, member, { ...member, startups: [0, 1] }, nobody],
  ),
  'an organization is renamed while a signal of it enters the pool': atOnce(
    [{ do: 'update', table: 'organizations', row: 1, set: { name: 'changed' } }],
    [{ do: 'update', table: 'signals', row: 1, set: { is_public: true, approval_status: 'approved' } }],
    [owner, member, member, nobody],
  ),
  'a connection gets another contact while that contact changes': atOnce(
    [{ do: 'update', table: 'contacts', row: 0, set: { email: 'new@x.test' } }],
    [{ do: 'link', table: 'connections', row: 0, column: 'contact_id', to: 2 }],
    [owner, { ...member, startups: [0] }, member, nobody],
  ),
  'the first member of a startup comes while it is given a signal': atOnce(
    [{ do: 'member', who: 3, startup: 1, has: true }],
    [insert('signal_assignments', { signal_id: 0, startup_id: 1 })],
    [owner, nobody, nobody, nobody],
  ),
  'a signal is given to a startup while its first member comes': atOnce(
    [insert('signal_assignments', { signal_id: 0, startup_id: 1 })],
    [{ do: 'member', who: 3, startup: 1, has: true }],
    [owner, nobody, nobody, nobody],
  ),
  'somebody is notified while they get their first role': atOnce(
    [{ do: 'role', who: 3, role: 'viewer' }],
    [insert('notifications', { user_id: 3 })],
    [owner, nobody, nobody, nobody],
  ),
  'somebody gets their first role while they are notified': atOnce(
    [insert('notifications', { user_id: 3 })],
    [{ do: 'role', who: 3, role: 'viewer' }],
    [owner, nobody, nobody, nobody],
  ),
  'an organization moves while a signal is added to it': atOnce(
    [{ do: 'update', table: 'organizations', row: 0, set: { region: 'south' } }],
    [insert('signals', { organization_id: 3, contact_id: 0 })],
    [owner, nobody, nobody, { ...nobody, role: 'admin', regions: ['west'] }],
  ),
  'a region is taken while a row of it changes': atOnce(
    [{ do: 'region', who: 3, region: 'west', has: false }],
    [{ do: 'update', table: 'organizations', row: 0, set: { name: 'changed' } }],
    [owner, nobody, nobody, { role: 'admin', regions: ['west'], startups: [], client: 'hostile' }],
  ),
  'a row of a region changes while the region is taken': atOnce(
    [{ do: 'update', table: 'organizations', row: 0, set: { name: 'changed' } }],
    [{ do: 'region', who: 3, region: 'west', has: false }],
    [owner, nobody, nobody, { role: 'admin', regions: ['west'], startups: [], client: 'hostile' }],
  ),
  'a region is given in one transaction and the role taken in another': atOnce(
    [{ do: 'region', who: 3, region: 'south', has: true }],
    [{ do: 'role', who: 3, role: null }],
    [owner, nobody, nobody, { role: 'admin', regions: ['west'], startups: [], client: 'prompt' }],
  ),
  'two lose the same region at once': atOnce(
    [{ do: 'region', who: 2, region: 'west', has: false }],
    [{ do: 'region', who: 3, region: 'west', has: false }],
    [
      owner,
      nobody,
      { role: 'admin', regions: ['west'], startups: [], client: 'hostile' },
      { role: 'admin', regions: ['west'], startups: [], client: 'prompt' },
    ],
  ),
};
