import postgres from 'postgres';
import { signToken } from '../../../scripts/stack/realtime/testing/realtime-harness.ts';
import type { ChangesSince, DashboardMetrics, Envelope } from '../../types/realtime.ts';
import { actingAs } from '../support/people.ts';
import { createProjectRealtime, JWT_SECRET, type ProjectRealtime } from '../support/project-realtime.ts';
import { FENCE_TOPIC, Listener } from './listener.ts';
import { createSnapshotFunction, takeSnapshot, type Snapshot } from './snapshot.ts';

/** A database, a Realtime server, and accounts with open sockets, for many scenarios one after the other. */
export class World implements AsyncDisposable {
  readonly realtime: ProjectRealtime;
  /** As `postgres`, whom no policy holds back: rows come from the mirror. */
  readonly writer: postgres.Sql;
  readonly superuser: postgres.Sql;
  readonly people: readonly { id: string; listener: Listener }[];
  /** One after each commit of the scenario; the first is its start. */
  history: Snapshot[] = [];
  #clear = '';
  #fences = 0;

  private constructor(realtime: ProjectRealtime, people: World['people']) {
    this.realtime = realtime;
    this.people = people;
    const options = { onnotice: () => undefined, connection: { synchronous_commit: 'on' } } as const;
    this.writer = postgres(realtime.database.url(), { max: 4, ...options });
    this.superuser = postgres(realtime.database.url('supabase_admin'), { max: 1, ...options });
  }

  /** `alter`: SQL of the superuser that changes the project before it is tested. */
  static async create(size: number, alter = ''): Promise<World> {
    const realtime = await createProjectRealtime();
    const people = await Promise.all(
      Array.from({ length: size }, async (_, n) => {
        const id = `00000000-0000-4000-8000-${String(n + 1).padStart(12, '0')}`;
        const listener = new Listener(await realtime.client(await signToken(id, { secret: JWT_SECRET })));
        await listener.open();
        return { id, listener };
      }),
    );
    const world = new World(realtime, people);
    const { superuser } = world;
    await superuser.unsafe(alter);
    // Two transactions that wait for each other are found at once, not after a second.
    await superuser.unsafe(`alter database ${realtime.database.name} set deadlock_timeout = '10ms'`);
    await createSnapshotFunction(superuser);
    const tables = await superuser<{ name: string }[]>`
      select schemaname || '.' || tablename as name from pg_tables
      where (schemaname = 'public' and tablename <> 'credit_configurations') or (schemaname = 'live' and tablename <> 'channels')`;
    // Without triggers, so that nothing is told of it; numbers and epochs go on.
    world.#clear = `set local session_replication_role = replica;
      ${tables.map(({ name }) => `delete from ${name};`).join(' ')}
      delete from live.channels where name ~ '^(startup|user):'`;
    return world;
  }

  get ids(): string[] {
    return this.people.map(({ id }) => id);
  }

  get last(): Snapshot {
    return this.history.at(-1)!;
  }

  /** Takes away every row and right, and gives everybody their account back. */
  async clear(): Promise<void> {
    await this.superuser.begin(async (t) => {
      await t.unsafe(this.#clear);
      await t`insert into auth.users (id, email)
        select id, id || '@civstart.test' from unnest(${this.ids}::uuid[]) as id on conflict do nothing`;
    });
    this.history = [];
  }

  async noteCommit(): Promise<void> {
    this.history.push(await takeSnapshot(this.superuser, this.ids));
  }

  /** Resolves when everything that was committed before has reached whom it reaches. */
  async fence(): Promise<void> {
    const n = ++this.#fences;
    const reached = this.people.map(({ listener }) => listener.fence(n));
    await this
      .superuser`select realtime.send(jsonb_build_object('n', ${n}::int), 'fence', ${FENCE_TOPIC}, false)`;
    await Promise.all(reached);
  }

  async changesSince(person: string, channel: string, after: number, max: number): Promise<ChangesSince> {
    const [row] = await actingAs(
      this.writer,
      person,
      (t) => t<{ answer: ChangesSince }[]>`select changes_since(${channel}, ${after}, ${max}) as answer`,
    );
    return row!.answer;
  }

  async metrics(person: string): Promise<DashboardMetrics> {
    const [row] = await actingAs(
      this.writer,
      person,
      (t) => t<{ metrics: DashboardMetrics }[]>`select dashboard_metrics() as metrics`,
    );
    return row!.metrics;
  }

  /** The log as it is kept now, by `channel/number`. */
  async readLog(): Promise<Map<string, Envelope>> {
    const rows = await this.superuser<{ key: string; envelope: Envelope }[]>`
      select channel || '/' || seq as key, envelope from live.changes`;
    return new Map(rows.map(({ key, envelope }) => [key, envelope]));
  }

  /** Rows that stand in another region than what they hang from. */
  async strays(): Promise<string[]> {
    const rows = await this.superuser<{ stray: string }[]>`
      with expected (entity, id, region, should_be) as (
        select 'contact', c.id, c.region, o.region from contacts c left join organizations o on o.id = c.organization_id
        union all
        select 'signal', s.id, s.region, o.region from signals s left join organizations o on o.id = s.organization_id
        union all
        select 'assignment', a.id, a.region, s.region from signal_assignments a join signals s on s.id = a.signal_id
        union all
        select 'match', m.id, m.region, s.region from matches m join signals s on s.id = m.signal_id
        union all
        select 'connection', k.id, k.region, coalesce(nullif(o.region, 'unassigned'), s.region) from connections k
          left join organizations o on o.id = k.organization_id left join signals s on s.id = k.signal_id
        union all
        select 'interaction', i.id, i.region, coalesce(nullif(k.region, 'unassigned'), c.region) from interactions i
          left join connections k on k.id = i.connection_id left join contacts c on c.id = i.contact_id
      )
      select format('%s %s is in %s, not in %s', entity, id, region, coalesce(should_be, 'unassigned')) as stray
      from expected where region <> coalesce(should_be, 'unassigned')`;
    return rows.map(({ stray }) => stray);
  }

  async failures(): Promise<number> {
    const [row] = await this.superuser<{ n: number }[]>`select count(*)::int as n from live.failures`;
    return row!.n;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.writer.end(), this.superuser.end()]);
    await this.realtime[Symbol.asyncDispose]();
  }
}
