import postgres from 'postgres';
import { createTestDatabase } from '../../../scripts/stack/testing/test-database.ts';
import { actingAs, addPerson } from './people.ts';

/** One person of each kind. */
export interface People {
  owner: string;
  /** Admin of the west. */
  west: string;
  /** Admin of the south. */
  south: string;
  /** Viewer of the west. */
  viewer: string;
  /** Member of the startup Kelp. */
  member: string;
  /** An account with no role and no startup. */
  stranger: string;
}

/** A database with one person of each kind, an organization with a contact in the west, and a startup. */
export interface Marketplace extends AsyncDisposable {
  readonly sql: postgres.Sql;
  readonly url: string;
  readonly people: People;
  readonly organization: string;
  readonly contact: string;
  /** Kelp, active, with 10 credits and a member. */
  readonly startup: string;
  /** Adds a signal of the organization, approved unless told otherwise. */
  addSignal(columns?: Record<string, string | boolean | null>): Promise<string>;
  addStartup(columns?: Record<string, string | boolean | number>): Promise<string>;
  /** Calls a function as the API does for a signed-in person (null: nobody). */
  call<T>(who: string | null, rpc: string, args: Record<string, unknown>): Promise<T>;
  /** What has been told since the last time: `channel event source`. `rows`: without what single people were told. */
  told(of?: 'everything' | 'rows'): Promise<string[]>;
}

export async function createMarketplace(connections = 2): Promise<Marketplace> {
  const database = await createTestDatabase();
  const url = database.url();
  const sql = postgres(url, { max: connections, onnotice: () => {} });
  const insert = async (table: string, columns: Record<string, unknown>): Promise<string> => {
    const [row] = await sql<{ id: string }[]>`insert into ${sql(table)} ${sql(columns)} returning id`;
    return row!.id;
  };

  const organization = await insert('organizations', { name: 'Mesa Verano', region: 'west' });
  const contact = await insert('contacts', { full_name: 'Ana Ruiz', organization_id: organization });
  const startup = await insert('startups', { name: 'Kelp', is_active: true, credits: 10 });
  await insert('credit_changes', { startup_id: startup, delta: 10, balance: 10, reason: 'Welcome' });
  const people = {
    owner: await addPerson(sql, 'Olga', 'owner'),
    west: await addPerson(sql, 'Wes', 'admin', ['west']),
    south: await addPerson(sql, 'Sim', 'admin', ['south']),
    viewer: await addPerson(sql, 'Vera', 'viewer', ['west']),
    member: await addPerson(sql, 'Mo'),
    stranger: await addPerson(sql, 'Sam'),
  };
  await sql`insert into startup_members (user_id, startup_id) values (${people.member}, ${startup})`;

  return {
    sql,
    url,
    people,
    organization,
    contact,
    startup,
    addSignal: (columns = {}) =>
      insert('signals', {
        title: 'Flooded underpasses',
        organization_id: organization,
        contact_id: contact,
        approval_status: 'approved',
        ...columns,
      }),
    addStartup: (columns = {}) => insert('startups', { name: 'Reef', is_active: true, ...columns }),
    call: (who, rpc, args) =>
      actingAs(sql, who, async (t) => {
        const names = Object.keys(args).map((name, i) => `${name} => $${i + 1}`);
        const [row] = await t.unsafe(
          `select public.${rpc}(${names.join(', ')}) as answer`,
          Object.values(args) as postgres.ParameterOrJSON<never>[],
        );
        return row!.answer as never;
      }),
    told: async (of = 'everything') => {
      const rows = await sql<{ line: string }[]>`
        delete from live.changes returning channel || ' ' || (envelope ->> 'event') || ' ' || (envelope ->> 'source') as line`;
      const lines = rows.map(({ line }) => line).sort();
      return of === 'rows' ? lines.filter((line) => !line.startsWith('user:')) : lines;
    },
    async [Symbol.asyncDispose]() {
      await sql.end();
      await database[Symbol.asyncDispose]();
    },
  };
}
