import type { Whoami } from '../../../supabase/types/realtime.ts';
import { REGION_LABELS } from './entities/words.ts';

/** Up to two letters for a round badge. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? '');
  return letters.join('').toUpperCase() || '?';
}

const ROLES: Record<Whoami['role'], string> = { owner: 'Owner', admin: 'Admin', viewer: 'Viewer' };

/** "Owner, all regions" or "Admin, West and South". */
export function describeScope({ role, regions }: Pick<Whoami, 'role' | 'regions'>): string {
  if (role === 'owner') return 'Owner, all regions';
  const names = new Intl.ListFormat('en').format(regions.map((region) => REGION_LABELS[region]));
  return `${ROLES[role]}, ${names || 'no region yet'}`;
}
