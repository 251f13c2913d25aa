import type { LucideIcon } from '../icon.ts';
import Archive from '@lucide/svelte/icons/archive';
import ArrowRightLeft from '@lucide/svelte/icons/arrow-right-left';
import Building from '@lucide/svelte/icons/building';
import Building2 from '@lucide/svelte/icons/building-2';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock-3';
import HeartHandshake from '@lucide/svelte/icons/heart-handshake';
import Landmark from '@lucide/svelte/icons/landmark';
import Mail from '@lucide/svelte/icons/mail';
import Map from '@lucide/svelte/icons/map';
import MapPin from '@lucide/svelte/icons/map-pin';
import MapPinOff from '@lucide/svelte/icons/map-pin-off';
import Phone from '@lucide/svelte/icons/phone';
import Presentation from '@lucide/svelte/icons/presentation';
import Signal from '@lucide/svelte/icons/signal';
import SignalHigh from '@lucide/svelte/icons/signal-high';
import SignalLow from '@lucide/svelte/icons/signal-low';
import SignalMedium from '@lucide/svelte/icons/signal-medium';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Users from '@lucide/svelte/icons/users';
import UserCheck from '@lucide/svelte/icons/user-check';
import { CONNECTION_STATUSES, REGION_LABELS, STATUSES, type Tone, URGENCIES } from './words.ts';
import type { Choice } from './entity.ts';

interface Word {
  label: string;
  tone: Tone | 'accent';
}

const choices = <Value extends string>(
  words: Readonly<Record<Value, Word>>,
  icons: Readonly<Record<Value, LucideIcon>>,
): readonly Choice[] =>
  (Object.keys(words) as Value[]).map((value) => ({ value, ...words[value], icon: icons[value] }));

export const URGENCY_CHOICES = choices(URGENCIES, {
  low: SignalLow,
  medium: SignalMedium,
  high: SignalHigh,
  critical: Signal,
});

export const STATUS_CHOICES = choices(STATUSES, {
  draft: CircleDashed,
  pending_review: Clock,
  approved: CircleCheck,
  rejected: CircleX,
  archived: Archive,
});

export const CONNECTION_STATUS_CHOICES = choices(CONNECTION_STATUSES, {
  pending_review: Clock,
  introduced: UserCheck,
  in_progress: ArrowRightLeft,
  matched: CircleCheck,
  declined: CircleX,
  closed: Archive,
});

const calm = <Value extends string>(labels: Readonly<Record<Value, string>>) =>
  Object.fromEntries(
    Object.entries<string>(labels).map(([value, label]) => [value, { label, tone: 'calm' }]),
  ) as Record<Value, Word>;

export const REGION_CHOICES = choices(calm(REGION_LABELS), {
  northeast: MapPin,
  south: MapPin,
  midwest: MapPin,
  west: MapPin,
  unassigned: MapPinOff,
});

export const ORGANIZATION_KIND_CHOICES = choices(
  calm({
    city: 'City',
    county: 'County',
    state: 'State',
    agency: 'Agency',
    district: 'District',
    nonprofit: 'Nonprofit',
  }),
  {
    city: Building2,
    county: Map,
    state: Landmark,
    agency: Building,
    district: MapPin,
    nonprofit: HeartHandshake,
  },
);

export const INTERACTION_KIND_CHOICES = choices(
  calm({ call: 'Call', email: 'Email', meeting: 'Meeting', demo: 'Demo', note: 'Note' }),
  { call: Phone, email: Mail, meeting: Users, demo: Presentation, note: StickyNote },
);
