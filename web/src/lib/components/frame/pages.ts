import type { LucideIcon } from '../../icon.ts';
import History from '@lucide/svelte/icons/history';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import RefreshCcw from '@lucide/svelte/icons/refresh-ccw';
import Settings from '@lucide/svelte/icons/settings';
import UsersRound from '@lucide/svelte/icons/users-round';
import type { Whoami } from '../../../../../supabase/types/realtime.ts';
import type { List } from '#lib/lists/list.ts';
import { LISTS } from '#lib/lists/lists.ts';

export interface NavPage {
  /** The route, which the pages below it begin with. */
  id:
    '/(app)' | '/(app)/activity' | '/(app)/sync' | '/(app)/team' | '/(app)/settings' | `/(app)/${List['id']}`;
  label: string;
  icon: LucideIcon;
  /** What it lists. */
  list?: List;
  /** For owners alone; the page itself refuses others. */
  owners?: boolean;
}

const LIST_PAGES: NavPage[] = Object.values(LISTS).map((list) => ({
  id: `/(app)/${list.id}`,
  label: list.label,
  icon: list.icon,
  list,
}));

/** The pages of the navigation, in its order. */
const PAGES: readonly NavPage[] = [
  { id: '/(app)', label: 'Dashboard', icon: LayoutDashboard },
  ...LIST_PAGES,
  { id: '/(app)/activity', label: 'Activity', icon: History },
  { id: '/(app)/sync', label: 'Sync', icon: RefreshCcw, owners: true },
  { id: '/(app)/team', label: 'Team and regions', icon: UsersRound, owners: true },
  { id: '/(app)/settings', label: 'Settings', icon: Settings },
];

/** The pages that a person has. */
export const pagesFor = ({ role }: Pick<Whoami, 'role'>): NavPage[] =>
  PAGES.filter(({ owners }) => !owners || role === 'owner');

/** The page of the navigation that a route belongs to; none for the notifications, which the bell opens. */
export const pageOf = (routeId: string | null): NavPage | undefined =>
  PAGES.findLast(({ id }) => routeId === id || (id !== '/(app)' && routeId?.startsWith(`${id}/`)));
