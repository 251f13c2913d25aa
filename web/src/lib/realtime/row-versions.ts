import type { ChannelName } from '../../../../supabase/types/realtime.ts';
import type { LiveChange } from './live-change.ts';

/** Rows whose last change is remembered; the oldest are forgotten first. */
const ROWS_MAX = 5000;

/**
 * Within a channel the numbers give the order. Between two channels nothing does, and a row that moves
 * from one region to another and back tells its story in both. Each row's last commit time decides: a
 * record older than the one applied from another channel is left out. Removals pass: they mean only rows
 * that are still shown under the region that they left.
 */
export class RowVersions {
  #rows = new Map<string, { at: number; channel: ChannelName }>();

  /** The change without the rows for which a newer one was applied; null when none is left. */
  admit(change: LiveChange): LiveChange | null {
    const { envelope, channel } = change;
    if (envelope.event.endsWith(':removed')) return change;
    const at = Date.parse(envelope.at);
    const stale = new Set<string>();
    for (const id of envelope.ids) {
      const known = this.#rows.get(id);
      if (known && known.channel !== channel && at < known.at) stale.add(id);
      else this.#remember(id, at, channel);
    }
    if (!stale.size) return change;
    if (stale.size === envelope.ids.length) return null;
    const ids = envelope.ids.filter((id) => !stale.has(id));
    const records = envelope.records?.filter((row) => !stale.has(String(row.id)));
    return { ...change, envelope: { ...envelope, ids, ...(records && { records }) } };
  }

  clear(): void {
    this.#rows.clear();
  }

  #remember(id: string, at: number, channel: ChannelName): void {
    this.#rows.delete(id);
    this.#rows.set(id, { at, channel });
    if (this.#rows.size <= ROWS_MAX) return;
    for (const oldest of this.#rows.keys()) {
      this.#rows.delete(oldest);
      return;
    }
  }
}
