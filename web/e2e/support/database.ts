import pg from 'pg';
import { stackEnv } from './stack-env.ts';

/** The database as other parts of the system change it. Closes itself when it is let go. */
export class Database implements AsyncDisposable {
  #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(): Promise<Database> {
    const client = new pg.Client({ connectionString: stackEnv('DB_URL') });
    await client.connect();
    return new Database(client);
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(sql, values)).rows;
  }

  /**
   * Signals of the west with these numbers, in one transaction.
   * @param prefix of their numbers and titles, by which they are taken away again
   */
  async addSignals(prefix: string, count: number): Promise<void> {
    await this.#client.query(
      `insert into public.signals (signal_identifier, title, organization_id, airtable_edited_at)
       select $1 || '-' || lpad(n::text, 5, '0'), $1 || ' signal ' || n,
         (select id from public.organizations where region = 'west' and deleted_at is null order by id limit 1),
         now() - n * interval '1 second'
       from generate_series(1, $2::integer) n`,
      [prefix, count],
    );
  }

  async removeSignals(prefix: string): Promise<void> {
    await this.#client.query(`delete from public.signals where signal_identifier like $1 || '-%'`, [prefix]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}
