import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { stackEnv } from './stack-env.ts';

/** The database as its owner sees it, and people who call it without a browser. */
export class Marketplace implements AsyncDisposable {
  readonly database = new pg.Client({ connectionString: stackEnv('DB_URL') });
  #undo: (() => Promise<unknown>)[] = [];

  static async open(): Promise<Marketplace> {
    const marketplace = new Marketplace();
    await marketplace.database.connect();
    return marketplace;
  }

  /** Whatever is added is undone at the end, the last first. */
  later(undo: () => Promise<unknown>): void {
    this.#undo.unshift(undo);
  }

  /** Calls functions with the rights of a person. */
  async as(email: string): Promise<<T>(rpc: string, args: Record<string, unknown>) => Promise<T>> {
    const client = anonymous('PUBLISHABLE_KEY');
    const { error } = await client.auth.signInWithPassword({ email, password: stackEnv('DEMO_PASSWORD') });
    if (error) throw error;
    return async (rpc, args) => {
      const answer = await client.rpc(rpc, args);
      if (answer.error) throw answer.error;
      return answer.data as never;
    };
  }

  /** An account that may nothing, and its id. */
  async addAccount(email: string): Promise<string> {
    const { auth } = anonymous('SECRET_KEY');
    const password = stackEnv('DEMO_PASSWORD');
    const { data, error } = await auth.admin.createUser({ email, password, email_confirm: true });
    if (error) throw error;
    this.later(() => auth.admin.deleteUser(data.user.id));
    return data.user.id;
  }

  async addOwner(email: string, name: string): Promise<void> {
    const id = await this.addAccount(email);
    await this.database.query(`insert into admins (user_id, display_name, role) values ($1, $2, 'owner')`, [
      id,
      name,
    ]);
  }

  /** An account that belongs to a startup of its own. */
  async addMember(email: string, startup: string): Promise<void> {
    const id = await this.addAccount(email);
    const { rows } = await this.database.query<{ id: string }>(
      `insert into startups (name, is_active, credits) values ($1, true, 50) returning id`,
      [startup],
    );
    await this.database.query(`insert into startup_members (user_id, startup_id) values ($1, $2)`, [
      id,
      rows[0]!.id,
    ]);
    this.later(() => this.database.query(`delete from startups where id = $1`, [rows[0]!.id]));
  }

  async one<Row>(sql: string, values: unknown[] = []): Promise<Row> {
    const { rows } = await this.database.query(sql, values);
    if (rows.length === 0) throw new Error(`No row: ${sql}`);
    return rows[0] as Row;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const undo of this.#undo) await undo();
    } finally {
      await this.database.end();
    }
  }
}

const anonymous = (key: 'PUBLISHABLE_KEY' | 'SECRET_KEY') =>
  createClient(stackEnv('API_URL'), stackEnv(key), { auth: { persistSession: false } });
