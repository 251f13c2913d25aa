import type { LiveEvent } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from './live-change.ts';

export type ChangeListener = (change: LiveChange) => void;

/** Who wants to hear of which events. */
export class ChangeListeners {
  #listeners = new Map<LiveEvent, Set<ChangeListener>>();

  /** Returns how to stop listening. */
  add(events: readonly LiveEvent[], listener: ChangeListener): () => void {
    // A function that two places give is two listeners: one of them going must not end the other.
    const own: ChangeListener = (change) => listener(change);
    for (const event of events) {
      const listeners = this.#listeners.get(event) ?? new Set();
      this.#listeners.set(event, listeners.add(own));
    }
    return () => events.forEach((event) => this.#listeners.get(event)?.delete(own));
  }

  /** One listener's failure is reported, and keeps no other from hearing. */
  tell(change: LiveChange): void {
    for (const listener of this.#listeners.get(change.envelope.event) ?? []) {
      try {
        listener(change);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
