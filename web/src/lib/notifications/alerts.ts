import type { Rule } from './notification-rules.ts';

/** How loudly a notification is told, beyond the badge and the list. */
export interface Alert {
  /** A short message on the page. */
  toast: boolean;
  sound: boolean;
  /** Of the operating system, when the page is not looked at. */
  desktop: boolean;
}

const SILENT: Alert = { toast: false, sound: false, desktop: false };
const DIGEST_MS: Record<string, number> = { hourly: 3_600_000, daily: 86_400_000 };

/** True between the two times of day, also across midnight. `HH:MM` or `HH:MM:SS`, in the reader's zone. */
export function isQuiet(
  { quiet_from, quiet_until }: Pick<Rule, 'quiet_from' | 'quiet_until'>,
  at: number,
): boolean {
  if (!quiet_from || !quiet_until) return false;
  const now = new Date(at);
  const time = `${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}`;
  const [from, until] = [quiet_from.slice(0, 5), quiet_until.slice(0, 5)];
  return from <= until ? time >= from && time < until : time >= from || time < until;
}

/**
 * What to do when something new is there. Without a wish of the reader: a message on the page, no more.
 * @param at now, ms since 1970
 * @param alertedAt when this was last more than silent; for the digest
 */
export function alertFor(
  rule: Rule,
  { at, alertedAt, visible }: { at: number; alertedAt: number; visible: boolean },
): Alert {
  if (isQuiet(rule, at)) return SILENT;
  const spacing = DIGEST_MS[rule.digest];
  if (spacing !== undefined && at - alertedAt < spacing) return SILENT;
  return { toast: visible, sound: rule.sound, desktop: rule.desktop && !visible };
}
