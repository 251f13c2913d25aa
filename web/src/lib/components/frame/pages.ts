import type { LucideIcon } from '@lucide/svelte';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Settings from '@lucide/svelte/icons/settings';
import type { List } from '#lib/lists/list.ts';
import { LISTS } from '#lib/lists/lists.ts';

interface NavPage {
  /** The route, which the pages below it begin with. */
  id: '/(app)' | '/(app)/settings' | `/(app)/${List['id']}`;
  label: string;
  icon: LucideIcon;
}

const LIST_PAGES: NavPage[] = Object.values(LISTS).map(({ id, label, icon }) => ({
  id: `/(app)/${id}`,
  label,
  icon,
}));

/** The pages of the navigation, in its order. */
export const PAGES: readonly NavPage[] = [
  { id: '/(app)', label: 'Dashboard', icon: LayoutDashboard },
  ...LIST_PAGES,
  { id: '/(app)/settings', label: 'Settings', icon: Settings },
];

/** The page of the navigation that a route belongs to. */
export const pageOf = (routeId: string | null): NavPage | undefined =>
  PAGES.findLast(({ id }) => routeId === id || routeId?.startsWith(`${id}/`));
