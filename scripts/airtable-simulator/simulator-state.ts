import type { BaseRecord, Table } from './schema.ts';
import type { Payload } from './webhooks/payload.ts';
import type { WebhookState } from './webhooks/webhook-state.ts';

/** Everything that survives a restart, as JSON. */
export interface Snapshot {
  version: 1;
  baseId: string;
  transactionNumber: number;
  tables: Table[];
  records: Record<string, BaseRecord[]>;
  trash: Record<string, BaseRecord[]>;
  webhooks: (WebhookState & { payloads: RecordedPayload[] })[];
}

/** A payload with its number in the webhook's log and the time it was recorded, epoch ms. */
export interface RecordedPayload {
  number: number;
  at: number;
  payload: Payload;
}

/** One step of change. Steps are journaled before they are seen by anyone, and replayed after a crash. */
export type Patch =
  | {
      kind: 'transaction';
      number: number;
      tables?: Table[];
      /** null: destroyed. */
      records: [tableId: string, recordId: string, record: BaseRecord | null][];
      payloads: [webhookId: string, payloads: RecordedPayload[]][];
    }
  | { kind: 'webhook'; webhook: WebhookState }
  | { kind: 'webhook removed'; webhookId: string }
  | { kind: 'payloads dropped'; webhookId: string; below: number }
  | { kind: 'reset'; snapshot: Snapshot };

/** The state in memory; changed by `apply` alone. */
export class SimulatorState {
  readonly baseId: string;
  transactionNumber = 0;
  tables: Table[] = [];
  readonly records = new Map<string, Map<string, BaseRecord>>();
  /** Destroyed records, by table: Airtable can bring them back with their old ids. */
  readonly trash = new Map<string, Map<string, BaseRecord>>();
  readonly webhooks = new Map<string, WebhookState>();
  readonly payloads = new Map<string, RecordedPayload[]>();

  constructor(snapshot: Snapshot) {
    this.baseId = snapshot.baseId;
    this.#load(snapshot);
  }

  #load(snapshot: Snapshot): void {
    for (const map of [this.records, this.trash, this.webhooks, this.payloads]) map.clear();
    this.transactionNumber = snapshot.transactionNumber;
    this.tables = snapshot.tables;
    for (const table of snapshot.tables) {
      this.records.set(table.id, byId(snapshot.records[table.id] ?? []));
      this.trash.set(table.id, byId(snapshot.trash[table.id] ?? []));
    }
    for (const { payloads, ...webhook } of snapshot.webhooks) {
      this.webhooks.set(webhook.id, webhook);
      this.payloads.set(webhook.id, payloads);
    }
  }

  apply(patch: Patch): void {
    switch (patch.kind) {
      case 'transaction':
        this.transactionNumber = patch.number;
        if (patch.tables) this.tables = patch.tables;
        for (const [tableId, recordId, record] of patch.records) this.#put(tableId, recordId, record);
        for (const [webhookId, payloads] of patch.payloads) {
          const webhook = this.webhooks.get(webhookId);
          this.payloads.get(webhookId)?.push(...payloads);
          if (!webhook) continue;
          webhook.nextNumber += payloads.length;
          if (payloads.some(({ payload }) => payload.error)) webhook.isHookEnabled = false;
        }
        break;
      case 'webhook':
        this.webhooks.set(patch.webhook.id, patch.webhook);
        if (!this.payloads.has(patch.webhook.id)) this.payloads.set(patch.webhook.id, []);
        break;
      case 'webhook removed':
        this.webhooks.delete(patch.webhookId);
        this.payloads.delete(patch.webhookId);
        break;
      case 'payloads dropped': {
        const kept = (this.payloads.get(patch.webhookId) ?? []).filter(({ number }) => number >= patch.below);
        this.payloads.set(patch.webhookId, kept);
        break;
      }
      case 'reset':
        this.#load(patch.snapshot);
        break;
    }
  }

  snapshot(): Snapshot {
    const lists = (maps: Map<string, Map<string, BaseRecord>>) =>
      Object.fromEntries([...maps].map(([tableId, records]) => [tableId, [...records.values()]]));
    return {
      version: 1,
      baseId: this.baseId,
      transactionNumber: this.transactionNumber,
      tables: this.tables,
      records: lists(this.records),
      trash: lists(this.trash),
      webhooks: [...this.webhooks.values()].map((webhook) => ({
        ...webhook,
        payloads: this.payloads.get(webhook.id) ?? [],
      })),
    };
  }

  #put(tableId: string, recordId: string, record: BaseRecord | null): void {
    const live = entry(this.records, tableId);
    const trash = entry(this.trash, tableId);
    if (record) {
      live.set(recordId, record);
      trash.delete(recordId);
      return;
    }
    const gone = live.get(recordId);
    if (gone) trash.set(recordId, gone);
    live.delete(recordId);
  }
}

function entry(maps: Map<string, Map<string, BaseRecord>>, tableId: string): Map<string, BaseRecord> {
  const known = maps.get(tableId);
  if (known) return known;
  const made = new Map<string, BaseRecord>();
  maps.set(tableId, made);
  return made;
}

function byId(records: readonly BaseRecord[]): Map<string, BaseRecord> {
  return new Map(records.map((record) => [record.id, record]));
}
