import type { QueuedAction, Settled } from './queued-action.ts';

/** What the tabs of one browser tell each other. */
export type TabMessage =
  /** The list of actions is another one. */
  | { kind: 'queue' }
  | { kind: 'settled'; action: QueuedAction; outcome: Settled }
  /** Not sent, and not to be sent. */
  | { kind: 'dropped'; key: string }
  /** Rights changed: look for yourself. */
  | { kind: 'rights' }
  /** Nothing of this person is kept any more. */
  | { kind: 'forgotten' };

const NAME = 'civstart-offline';

/** Tells every other tab. */
export function tellTabs(message: TabMessage): void {
  const channel = new BroadcastChannel(NAME);
  // A channel that is closed has sent what it was given.
  channel.postMessage(message);
  channel.close();
}

/** Hears the other tabs. Returns how to stop. */
export function hearTabs(hear: (message: TabMessage) => void): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(data);
  return () => channel.close();
}
