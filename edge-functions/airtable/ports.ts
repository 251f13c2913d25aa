import type { AirtableClient } from './airtable-client.ts';
import type { CanaryStore } from './canary-store.ts';
import type { Log } from './log.ts';
import type { MirrorStore } from './mirror-store.ts';
import type { PushStore } from './push-store.ts';
import type { ReaderStore } from './reader-store.ts';
import type { ReconcileStore } from './reconcile-store.ts';
import type { RecordsClient } from './records-client.ts';
import type { StatusStore } from './status-store.ts';
import type { RunsStore } from './runs-store.ts';

/** What the engine needs of the outside. */
export interface Ports {
  store: MirrorStore;
  reader: ReaderStore;
  reconcile: ReconcileStore;
  status: StatusStore;
  outbox: PushStore;
  canary: CanaryStore;
  runs: RunsStore;
  airtable: AirtableClient;
  records: RecordsClient;
  log: Log;
  /** Where Airtable is to post its pings, for a webhook that has to be made anew. */
  notificationUrl: string | undefined;
  /** Has another run of this function go on, since the time of this one is over. */
  handOver: () => Promise<void>;
}
