import type { LiveKind, LiveReason, LiveStatus } from '#lib/realtime/live-machine.ts';

/** The badge's word. */
export const LIVE_WORDS: Record<LiveKind, string> = {
  connecting: 'Connecting',
  live: 'Live',
  catching_up: 'Catching up',
  polling: 'Polling',
  offline: 'Offline',
  signed_out: 'Signed out',
};

const WHY: Record<LiveReason, string> = {
  starting: 'The page is joining its channels.',
  joined: 'Connected. Changes made meanwhile are being filled in.',
  missed_changes: 'A change was skipped on the way. It is being filled in from the log.',
  up_to_date: 'Changes appear here as they happen.',
  connection_lost: 'The connection to the server broke. It is being set up again.',
  join_refused: 'The server did not let this page join. Its rights are being checked.',
  server_slow: 'The server takes long to answer.',
  no_network: 'This device has no network. What you see is from before.',
  network_returned: 'The network is back. The page is joining its channels.',
  signed_out: 'You are signed out.',
};

/** What is going on, in a sentence or two. */
export function explain({ kind, reason }: LiveStatus): string {
  const why = WHY[reason];
  return kind === 'polling' ? `${why} Until then, the page asks for changes every 30 seconds.` : why;
}

const CLOCK = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });

/** "10:02" of today, "Nov 3" of another day. */
export function sinceWords(time: number): string {
  const isToday = new Date(time).toDateString() === new Date().toDateString();
  return (isToday ? CLOCK : DAY).format(time);
}
