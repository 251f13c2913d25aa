import type { LucideIcon } from '../icon.ts';
import Bell from '@lucide/svelte/icons/bell';
import Handshake from '@lucide/svelte/icons/handshake';
import Inbox from '@lucide/svelte/icons/inbox';
import Waypoints from '@lucide/svelte/icons/waypoints';

export const PORTAL_PAGES = [
  { id: '/portal', label: 'Inbox', icon: Inbox },
  { id: '/portal/pool', label: 'Signal pool', icon: Waypoints },
  { id: '/portal/connections', label: 'Connections', icon: Handshake },
  { id: '/portal/notifications', label: 'Notifications', icon: Bell },
] as const satisfies readonly { id: string; label: string; icon: LucideIcon }[];

export const portalPageOf = (routeId: string | null) => PORTAL_PAGES.find(({ id }) => id === routeId);
