import type { LucideIcon } from '@lucide/svelte';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Radio from '@lucide/svelte/icons/radio';
import Settings from '@lucide/svelte/icons/settings';

interface NavPage {
  /** The route, which the pages below it begin with. */
  id: '/(app)' | '/(app)/signals' | '/(app)/settings';
  label: string;
  icon: LucideIcon;
}

/** The pages of the navigation, in its order. */
export const PAGES: readonly NavPage[] = [
  { id: '/(app)', label: 'Dashboard', icon: LayoutDashboard },
  { id: '/(app)/signals', label: 'Signals', icon: Radio },
  { id: '/(app)/settings', label: 'Settings', icon: Settings },
];

/** The page of the navigation that a route belongs to. */
export const pageOf = (routeId: string | null): NavPage | undefined =>
  PAGES.findLast(({ id }) => routeId === id || routeId?.startsWith(`${id}/`));
