/** A row as the API gives it. */
export type Row = Record<string, unknown> & { id: string };

/** The part of a channel's name before the colon. */
export type ChannelKind = 'region' | 'network' | 'startup' | 'pool' | 'user';

interface Told {
  /** What a person selects from: a table, or a projection made for the portal. */
  view: string;
  /** On channels of these kinds … */
  kinds: ChannelKind[];
  /** … these events speak of rows of the view. */
  event: RegExp;
  /** The channels that a row is told on. */
  channelsOf: (row: Row) => string[];
  /** A row that may be selected here, and is told as a row of another view to a person with these channels. */
  toldOtherwise?: (row: Row, channels: ReadonlySet<string>) => boolean;
}

const region = (row: Row): string[] => [`region:${String(row.region)}`];
const startup = (row: Row): string[] => [`startup:${String(row.startup_id)}`];

/** Everything that people are told, one line a view. */
export const TOLD: readonly Told[] = [
  { view: 'organizations', kinds: ['region'], event: /^organization:/, channelsOf: region },
  { view: 'contacts', kinds: ['region'], event: /^contact:/, channelsOf: region },
  { view: 'signals', kinds: ['region'], event: /^signal:(created|updated|removed)$/, channelsOf: region },
  { view: 'connections', kinds: ['region'], event: /^connection:/, channelsOf: region },
  { view: 'interactions', kinds: ['region'], event: /^interaction:/, channelsOf: region },
  { view: 'matches', kinds: ['region'], event: /^match:/, channelsOf: region },
  {
    view: 'signal_assignments',
    kinds: ['region'],
    event: /^(signal:assigned$|assignment:)/,
    channelsOf: region,
    toldOtherwise: (row, channels) => !channels.has(region(row)[0]!) && channels.has(startup(row)[0]!),
  },
  {
    view: 'startups',
    kinds: ['network', 'startup'],
    event: /^startup:/,
    channelsOf: (row) => ['network', `startup:${row.id}`],
  },
  {
    view: 'credit_changes',
    kinds: ['network', 'startup'],
    event: /^credit:/,
    channelsOf: (row) => ['network', ...startup(row)],
  },
  {
    view: 'startup_signals()',
    kinds: ['startup'],
    event: /^(signal:assigned$|assignment:)/,
    channelsOf: startup,
  },
  { view: 'startup_connections()', kinds: ['startup'], event: /^connection:/, channelsOf: startup },
  { view: 'pool_signals()', kinds: ['pool'], event: /^pool:/, channelsOf: () => ['pool'] },
  {
    view: 'notifications',
    kinds: ['user'],
    event: /^notification:/,
    channelsOf: (row) => [`user:${String(row.user_id)}`],
  },
];

/** Which view the rows of a message are of; null for a message that has no place in the design. */
export function viewOf(channel: string, event: string): string | null {
  const kind = channel.split(':')[0];
  return TOLD.find((told) => told.kinds.some((k) => k === kind) && told.event.test(event))?.view ?? null;
}
