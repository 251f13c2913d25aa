import type { LucideIcon } from '../../icon.ts';
import Bell from '@lucide/svelte/icons/bell';
import Bookmark from '@lucide/svelte/icons/bookmark';
import CloudAlert from '@lucide/svelte/icons/cloud-alert';
import Handshake from '@lucide/svelte/icons/handshake';
import Inbox from '@lucide/svelte/icons/inbox';
import MessageCircleReply from '@lucide/svelte/icons/message-circle-reply';
import Route from '@lucide/svelte/icons/route';
import Siren from '@lucide/svelte/icons/siren';
import Sparkles from '@lucide/svelte/icons/sparkles';

const ICONS: Record<string, LucideIcon> = {
  'signal:urgent': Siren,
  'signal:requested': Handshake,
  'assignment:answered': MessageCircleReply,
  'connection:status': Route,
  'connection:progress': Route,
  'match:generated': Sparkles,
  'signal:assigned': Inbox,
  'sync:trouble': CloudAlert,
};

export const iconOf = (kind: string): LucideIcon =>
  ICONS[kind] ?? (kind.startsWith('view:') ? Bookmark : Bell);

/** Text and ground of the icon, by severity. */
export const SEVERITY_TONES: Record<string, string> = {
  info: 'bg-info-soft text-info',
  success: 'bg-good-soft text-good',
  warning: 'bg-wait-soft text-wait',
  critical: 'bg-bad-soft text-bad',
};
