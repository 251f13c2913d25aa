import type { QueryClient } from '@tanstack/svelte-query';
import type { LiveState } from '../realtime/live.svelte.ts';
import type { LiveChange } from '../realtime/live-change.ts';
import type { Toasts } from '../toasts.svelte.ts';
import { alertFor } from './alerts.ts';
import { Chime } from './chime.ts';
import { followNotifications } from './notification-center.ts';
import type { Notification } from './notification.ts';
import { EVERYTHING, ruleOf } from './notification-rules.ts';
import { ruleQueries } from './rule-queries.ts';

/** So long the bell shows that it has rung. */
const RINGING_MS = 2500;
/** What was updated, and not just now, was read or was old. */
const NEW_MS = 30_000;

export interface BellOptions {
  live: LiveState;
  queries: QueryClient;
  toasts: Toasts;
  /** Opens a notification, when that of the operating system is clicked. */
  open: (notification: Notification) => void;
}

/** Tells what arrives while the page is open, as loudly as its reader wishes: silent unless asked. */
export class Bell {
  /** Something has just come: the visible twin of the sound. */
  ringing = $state(false);
  #options: BellOptions;
  #chime = new Chime();
  #alertedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: BellOptions) {
    this.#options = options;
  }

  /** Returns how to stop. */
  start(): () => void {
    const { live, queries } = this.#options;
    const stops = [
      followNotifications(live, queries),
      live.on(['notification:created', 'notification:updated'], (change) => this.#hear(change)),
      this.#chime.arm(),
    ];
    void queries.prefetchQuery(ruleQueries.mine());
    return () => {
      clearTimeout(this.#timer);
      for (const stop of stops) stop();
    };
  }

  #hear({ live, envelope }: LiveChange): void {
    if (!live) return;
    const records = (envelope.records ?? []) as unknown as Notification[];
    const isNew = ({ read_at, created_at }: Notification) =>
      read_at === null && Date.now() - Date.parse(created_at) < NEW_MS;
    const [newest] = records.filter(isNew);
    if (newest) this.#ring(newest);
  }

  #ring(notification: Notification): void {
    const rules = this.#options.queries.getQueryData(ruleQueries.mine().queryKey);
    const at = Date.now();
    const visible = document.visibilityState === 'visible';
    const alert = alertFor(ruleOf(rules, EVERYTHING), { at, alertedAt: this.#alertedAt, visible });
    if (!alert.toast && !alert.sound && !alert.desktop) return;
    this.#alertedAt = at;
    this.ringing = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.ringing = false), RINGING_MS);
    if (alert.toast) this.#say(notification);
    if (alert.sound) this.#chime.play().catch(reportError);
    if (alert.desktop) this.#showOnDesktop(notification);
  }

  #say({ kind, title, body }: Notification): void {
    const { toasts } = this.#options;
    // What the reader did and Airtable did not keep: with the reason, and not one of several.
    if (kind.startsWith('write:')) toasts.refuse([title, body?.split('\n')[0]].filter(Boolean).join('. '));
    else toasts.say(title, { group: 'notifications', several: (count) => `${count} new notifications` });
  }

  #showOnDesktop(notification: Notification): void {
    if (!('Notification' in window) || window.Notification.permission !== 'granted') return;
    const shown = new window.Notification(notification.title, {
      ...(notification.body && { body: notification.body }),
      // One, however many tabs say it.
      tag: notification.id,
      icon: '/favicon.svg',
    });
    shown.addEventListener('click', () => {
      window.focus();
      shown.close();
      this.#options.open(notification);
    });
  }
}
