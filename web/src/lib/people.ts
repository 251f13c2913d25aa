import type { Whoami } from '../../../supabase/types/realtime.ts';
import { REGION_LABELS } from './entities/words.ts';

/** Up to two letters for a round badge. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '');
  return letters.join('').toUpperCase() || '?';
}

const ROLES: Record<Whoami['role'], string> = { owner: 'Owner', admin: 'Admin', viewer: 'Viewer' };

/** Whose rows belong to regions, of which this one has none: an owner has to give them one. */
export const isWithoutRegion = ({ role, regions }: Pick<Whoami, 'role' | 'regions'>): boolean =>
  role !== 'owner' && regions.length === 0;

export const WITHOUT_REGION = {
  title: 'You have no region',
  text: 'An owner gives you one under Team and regions. What belongs to it appears here at once.',
} as const;

/** "Owner, all regions" or "Admin, West and South". */
export function describeScope({ role, regions }: Pick<Whoami, 'role' | 'regions'>): string {
  if (role === 'owner') return 'Owner, all regions';
  const names = new Intl.ListFormat('en').format(regions.map((region) => REGION_LABELS[region]));
  return `${ROLES[role]}, ${names || 'no region yet'}`;
}
