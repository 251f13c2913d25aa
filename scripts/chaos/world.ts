import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createAirtableSimulator, type AirtableSimulator } from '../airtable-simulator/airtable-simulator.ts';
import type { BaseRecord } from '../airtable-simulator/schema.ts';
import { connectAirtable } from '../airtable/connect-airtable.ts';
import { Drift } from './drift.ts';
import { AIRTABLE_API_KEY, ONE_CALL, type Lane } from './lane.ts';
import { SkewedClock } from './skewed-clock.ts';
import { MIRROR, TABLE_NAMES, type MirrorColumn, type TableName } from './mirror-columns.ts';

/** One scenario's base, and what has to be remembered of what was done to it. */
export class World implements AsyncDisposable {
  readonly lane: Lane;
  readonly simulator: AirtableSimulator;
  readonly drift = new Drift();
  /** What goes on while further operations come. */
  readonly background: Promise<unknown>[] = [];
  /** Destroyed records that can be restored. */
  readonly trash: { table: TableName; id: string }[] = [];
  /** Records with a cell that could not be stored when its field went: nobody can say what becomes of them. */
  readonly undecided = new Set<string>();
  /** Something was read past the payload log, or lost from it. */
  beyondTheLog = false;
  /** The function may still be at work though it has answered. */
  worksInBackground = false;
  /** Records that the function has changed or made. */
  writes = 0;
  readonly #tableIds: ReadonlyMap<TableName, string>;
  readonly #fieldIds: ReadonlyMap<string, string>;

  readonly clock: SkewedClock;

  static async create(lane: Lane, clockAheadMs: number): Promise<World> {
    await lane.empty();
    lane.lines.length = 0;
    const clock = new SkewedClock(clockAheadMs);
    const simulator = await createAirtableSimulator({
      port: 0,
      apiKey: AIRTABLE_API_KEY,
      baseId: `app${randomBytes(7).toString('hex')}`,
      seed: 'empty',
      rateLimit: false,
      clock,
    });
    lane.airtable.target = simulator.port;
    const world = new World(lane, simulator, clock);
    await connectAirtable({
      apiUrl: simulator.url,
      apiKey: AIRTABLE_API_KEY,
      baseId: simulator.baseId,
      databaseUrl: lane.databaseUrl,
      notificationUrl: lane.notificationUrl,
    });
    return world;
  }

  private constructor(lane: Lane, simulator: AirtableSimulator, clock: SkewedClock) {
    this.lane = lane;
    this.simulator = simulator;
    this.clock = clock;
    const tables = simulator.base.tables;
    simulator.base.onChange(({ action, records }) => {
      if (action.source === 'publicApi')
        this.writes += records.filter(({ kind }) => kind !== 'destroyed').length;
    });
    this.#tableIds = new Map(
      TABLE_NAMES.map((name) => [name, tables.find((table) => table.name === name)?.id ?? '']),
    );
    this.#fieldIds = new Map(
      TABLE_NAMES.flatMap((name) =>
        (tables.find((table) => table.name === name)?.fields ?? []).map(
          (field) => [`${name}.${field.name}`, field.id] as const,
        ),
      ),
    );
  }

  /** Stays the same when the table is renamed. */
  tableId(name: TableName): string {
    return this.#tableIds.get(name) ?? '';
  }

  hasTable(name: TableName): boolean {
    return this.simulator.base.tables.some(({ id }) => id === this.tableId(name));
  }

  /** Stays the same when the field is renamed; undefined when it is gone. */
  fieldId(table: TableName, column: MirrorColumn): string | undefined {
    const id = this.#fieldIds.get(`${table}.${column.field}`) ?? '';
    const present = this.simulator.base.tables.find((one) => one.id === this.tableId(table));
    return present?.fields.some((field) => field.id === id) ? id : undefined;
  }

  records(name: TableName): BaseRecord[] {
    return this.hasTable(name) ? this.simulator.base.records(this.tableId(name)) : [];
  }

  record(name: TableName, nth: number): BaseRecord | undefined {
    const records = this.records(name);
    return records[nth % records.length];
  }

  /** What records say they were made for. */
  liveIds(): string[] {
    const table = this.simulator.base.tables.find(({ id }) => id === this.tableId('Connections'));
    const field = table?.fields.find(({ name }) => name === 'Live ID');
    return field ? this.records('Connections').flatMap(({ cells }) => (cells[field.id] as string) ?? []) : [];
  }

  columns(name: TableName): readonly MirrorColumn[] {
    return MIRROR[name].columns;
  }

  /** Posts to the simulator's `/_sim/…`. */
  async sim(method: 'POST' | 'DELETE', path: string, body: unknown = {}): Promise<void> {
    const response = await fetch(`${this.simulator.url}/_sim/${path}`, {
      method,
      headers: { ...ONE_CALL, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`/_sim/${path}: ${response.status} ${await response.text()}`);
  }

  /** Resolves when a call has met the late answer that was planned, or when none comes. */
  async lateAnswerIsOnItsWay(): Promise<void> {
    const until = performance.now() + 400;
    while (performance.now() < until) {
      const response = await fetch(`${this.simulator.url}/_sim/state`, { headers: ONE_CALL });
      const { faults } = (await response.json()) as { faults: { failNext: { how?: string }[] } };
      if (!faults.failNext.some(({ how }) => how === 'late')) return;
      await delay(3);
    }
  }

  async webhooks(): Promise<{ id: string; secret: string; cursor: number }[]> {
    const { rows } = await this.lane.database.query<{ id: string; secret: string; cursor: string }>(
      'select id, mac_secret_base64 as secret, cursor from airtable.webhooks order by id',
    );
    return rows.map((row) => ({ ...row, cursor: Number(row.cursor) }));
  }

  /** Lets the time pass that leases of the dead are kept, and that Airtable wants to be left alone. */
  async expireLeases(): Promise<void> {
    await this.lane.database.query(
      `update airtable.webhooks set lease_expires_at = now() - interval '1 second' where lease_holder is not null;
       update airtable.readers set expires_at = now() - interval '1 second' where holder is not null;
       update airtable.rate_limits set paused_until = null`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lane.airtable.target = undefined;
    await this.simulator[Symbol.asyncDispose]();
    await Promise.allSettled(this.background);
  }
}
