import { resolve } from '$app/paths';
import type { ResolvedPathname } from '$app/types';
import { type Area, type Notification, pathOf } from './notification.ts';

/** The address that a notification leads to; null where there is nothing to open. */
export function hrefOf(notification: Notification, area: Area): ResolvedPathname | null {
  const path = pathOf(notification, area);
  return path === null ? null : (`${resolve('/(app)').replace(/\/$/, '')}${path}` as ResolvedPathname);
}
