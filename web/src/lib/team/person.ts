import type { Region, Whoami } from '../../../../supabase/types/realtime.ts';
import { REGION_LABELS } from '../entities/words.ts';

export type Role = Whoami['role'];

/** An account, and what it may do here. */
export interface Person {
  user_id: string;
  email: string;
  /** Null for accounts without a role. */
  display_name: string | null;
  role: Role | null;
  regions: Region[];
  startups: { id: string; name: string | null }[];
  created_at: string;
  last_sign_in_at: string | null;
}

/** What an owner decides about a person. */
export interface Rights {
  name: string;
  role: Role;
  regions: Region[];
}

export const ROLES: readonly { value: Role; label: string; about: string }[] = [
  { value: 'viewer', label: 'Viewer', about: 'Sees the records of their regions, and changes nothing.' },
  { value: 'admin', label: 'Admin', about: 'Sees the records of their regions, and works on them.' },
  {
    value: 'owner',
    label: 'Owner',
    about: 'Sees everything, also what has no region, and manages team, credits and sync.',
  },
];

/** Regions that can be given; rows without one are the owners' alone. */
export const GIVEN_REGIONS: readonly Region[] = ['northeast', 'south', 'midwest', 'west'];

/** Name to call an account by. */
export const nameOf = ({ display_name, email }: Pick<Person, 'display_name' | 'email'>): string =>
  display_name ?? email;

/** Staff, people of startups who are no staff, and accounts that are neither; each in the order given. */
export function sortPeople(people: readonly Person[]) {
  const groups = Object.groupBy(people, ({ role, startups }) =>
    role ? 'staff' : startups.length ? 'startups' : 'others',
  );
  return { staff: groups.staff ?? [], startups: groups.startups ?? [], others: groups.others ?? [] };
}

const seenBy = (role: Role | null, regions: readonly Region[]): readonly Region[] =>
  role === null ? [] : role === 'owner' ? [...GIVEN_REGIONS, 'unassigned'] : regions;

const list = (words: readonly string[]) => new Intl.ListFormat('en').format(words);

/** What the person loses the moment it is saved; null when they lose nothing. */
export function lossOf(
  person: Pick<Person, 'role' | 'regions'>,
  rights: Pick<Rights, 'role' | 'regions'>,
): string | null {
  const { role } = person;
  const kept = seenBy(rights.role, rights.regions);
  const lost = seenBy(role, person.regions).filter((region) => !kept.includes(region));
  const losses = [
    ...(lost.length ? [`the records of ${list(lost.map((region) => REGION_LABELS[region]))}`] : []),
    ...(role === 'owner' && rights.role !== 'owner' ? ['the management of team, credits and sync'] : []),
    ...(role !== null && role !== 'viewer' && rights.role === 'viewer'
      ? ['the right to change anything']
      : []),
  ];
  return losses.length ? list(losses) : null;
}

/** Why the rights cannot be saved yet; null when they can. */
export function problemOf({ name, role, regions }: Rights): string | null {
  if (!name.trim()) return 'Give a name: it is what colleagues see.';
  if (role !== 'owner' && regions.length === 0)
    return 'Choose a region: without one, there is nothing to see.';
  return null;
}

/** What the presence of colleagues says of the team: it is asked for again when this changes. `''` while nothing is known. */
export const toldOfTeam = (people: readonly { user_id: string; rights: string | null }[]): string =>
  people
    .map(({ user_id, rights }) => `${user_id} ${rights ?? ''}`)
    .sort()
    .join();
