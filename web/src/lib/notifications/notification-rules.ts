import type { Database } from '../../../../supabase/types/database.ts';
import type { Area } from './notification.ts';

type Row = Database['public']['Tables']['notification_rules']['Row'];
/** What a person wishes of an event; of '*', how they are told of all. */
export type Rule = Pick<
  Row,
  'event' | 'filter' | 'muted' | 'sound' | 'desktop' | 'quiet_from' | 'quiet_until' | 'digest'
>;

/** Holds for all events, and has sound, desktop, quiet hours and digest. */
export const EVERYTHING = '*';

export const DEFAULT_RULE: Omit<Rule, 'event'> = {
  filter: {},
  muted: false,
  sound: false,
  desktop: false,
  quiet_from: null,
  quiet_until: null,
  digest: 'off',
};

interface EventWords {
  event: string;
  label: string;
  hint: string;
  area: Area;
  ownersOnly?: boolean;
  /** News of it have an urgency that can be chosen by. */
  urgencies?: boolean;
}

export const EVENTS: readonly EventWords[] = [
  {
    event: 'signal:urgent',
    label: 'Urgent signals',
    hint: 'A signal of your regions is or becomes urgent.',
    area: 'app',
    urgencies: true,
  },
  {
    event: 'signal:requested',
    label: 'Requests from startups',
    hint: 'A startup asks for an introduction.',
    area: 'app',
  },
  {
    event: 'assignment:answered',
    label: 'Answers from startups',
    hint: 'A startup accepts or declines what it was handed.',
    area: 'app',
  },
  {
    event: 'connection:status',
    label: 'Connections that move on',
    hint: 'Somebody else or Airtable changes a status.',
    area: 'app',
  },
  {
    event: 'match:generated',
    label: 'New matches',
    hint: 'Startups are proposed for a signal.',
    area: 'app',
  },
  {
    event: 'sync:trouble',
    label: 'Trouble with the sync',
    hint: 'Records that cannot be applied, runs that fail.',
    area: 'app',
    ownersOnly: true,
  },
  {
    event: 'signal:assigned',
    label: 'New signals for you',
    hint: 'The staff hand your startup a signal.',
    area: 'portal',
  },
  {
    event: 'connection:progress',
    label: 'Your connections',
    hint: 'A request is answered, or a connection moves on.',
    area: 'portal',
  },
];

/** The rule of an event, as it is kept or as it is without one. */
export const ruleOf = (rules: readonly Rule[] | undefined, event: string): Rule =>
  rules?.find((rule) => rule.event === event) ?? { event, ...DEFAULT_RULE };

/** The values of a filter, e.g. `urgencies`; null where any passes. */
export function filterOf({ filter }: Rule, name: 'urgencies' | 'regions'): string[] | null {
  const values = (filter as Record<string, unknown> | null)?.[name];
  return Array.isArray(values) ? values.map(String) : null;
}
