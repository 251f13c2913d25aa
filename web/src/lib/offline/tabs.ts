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

/** The other tabs of this browser. */
export class Tabs {
  #channel = new BroadcastChannel(NAME);

  /** @param hear is told what the others say, never what this one says */
  constructor(hear?: (message: TabMessage) => void) {
    if (hear) this.#channel.onmessage = ({ data }: MessageEvent<TabMessage>) => hear(data);
  }

  tell(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  close(): void {
    this.#channel.close();
  }
}
