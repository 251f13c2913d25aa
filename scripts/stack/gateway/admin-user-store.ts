import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { AdminUserInput } from './admin-user-input.ts';
import { GoTrueError } from './gotrue-error.ts';

/** A user in GoTrue's JSON. */
export type UserJson = Record<string, unknown> & { id: string };

type Row = { user: UserJson };

/** A metadata document, merged as GoTrue merges: a null removes its key. */
const MERGE = (column: string, patch: string): string =>
  `(select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(
     coalesce(${column}, '{}') || coalesce(${patch}::jsonb, '{}')) where value <> 'null')`;

const USER = `
  select jsonb_strip_nulls(jsonb_build_object(
    'id', u.id, 'aud', u.aud, 'role', u.role, 'email', u.email, 'phone', coalesce(u.phone, ''),
    'email_confirmed_at', u.email_confirmed_at, 'confirmed_at', u.confirmed_at,
    'confirmation_sent_at', u.confirmation_sent_at, 'last_sign_in_at', u.last_sign_in_at,
    'banned_until', u.banned_until, 'is_anonymous', u.is_anonymous,
    'created_at', u.created_at, 'updated_at', u.updated_at
  )) || jsonb_build_object(
    'app_metadata', coalesce(u.raw_app_meta_data, '{}'),
    'user_metadata', coalesce(u.raw_user_meta_data, '{}'),
    'identities', coalesce((
      select jsonb_agg(jsonb_build_object(
        'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'identity_data', i.identity_data,
        'provider', i.provider, 'last_sign_in_at', i.last_sign_in_at, 'created_at', i.created_at,
        'updated_at', i.updated_at, 'email', i.email
      ) order by i.created_at)
      from auth.identities i where i.user_id = u.id
    ), '[]')
  ) as user
  from auth.users u`;

/** Users in auth.users and auth.identities, as supabase_auth_admin. */
export class AdminUserStore implements AsyncDisposable {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 5_000 });
    // An idle connection that Postgres ended is replaced when the next one is needed.
    this.#pool.on('error', () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async list(page: number, perPage: number): Promise<{ users: UserJson[]; total: number }> {
    const { rows } = await this.#pool.query<Row>(
      `${USER} where u.deleted_at is null order by u.created_at desc, u.id limit $1 offset $2`,
      [perPage, (page - 1) * perPage],
    );
    const count = await this.#pool.query<{ total: number }>(
      'select count(*)::int as total from auth.users where deleted_at is null',
    );
    return { users: rows.map((row) => row.user), total: count.rows[0]?.total ?? 0 };
  }

  async get(id: string): Promise<UserJson> {
    const { rows } = await this.#pool.query<Row>(`${USER} where u.id = $1`, [id]);
    const [row] = rows;
    if (row === undefined) throw new GoTrueError(404, 'user_not_found', 'User not found');
    return row.user;
  }

  async create(input: AdminUserInput): Promise<UserJson> {
    const { email } = input;
    if (email === undefined) {
      throw new GoTrueError(
        400,
        'validation_failed',
        'Cannot create a user without either an email or phone',
      );
    }
    const id = input.id ?? randomUUID();
    const confirmed = input.email_confirm ?? false;
    const appMetadata = { provider: 'email', providers: ['email'], ...input.app_metadata };
    const userMetadata = { ...input.user_metadata, ...(confirmed ? { email_verified: true } : {}) };
    await refusingDuplicates(() =>
      this.#transaction(async (client) => {
        await client.query(
          `insert into auth.users (
             instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
             raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
             confirmation_token, recovery_token, email_change, email_change_token_new
           ) values (
             '00000000-0000-0000-0000-000000000000', $1, 'authenticated', $2, $3,
             extensions.crypt($4, extensions.gen_salt('bf', 10)), case when $5 then now() end,
             $6, $7, now(), now(), '', '', '', ''
           )`,
          [
            id,
            input.role ?? 'authenticated',
            email,
            input.password ?? randomBytes(32).toString('base64url'),
            confirmed,
            JSON.stringify(appMetadata),
            JSON.stringify(userMetadata),
          ],
        );
        await saveEmailIdentity(client, id, email, confirmed);
      }),
    );
    return this.get(id);
  }

  async update(id: string, input: AdminUserInput): Promise<UserJson> {
    await refusingDuplicates(() =>
      this.#transaction(async (client) => {
        const { rows } = await client.query<{ email: string; confirmed: boolean }>(
          `update auth.users u set
             role = coalesce($2, role),
             email = coalesce($3, email),
             encrypted_password = case when $4::text is null then encrypted_password
               else extensions.crypt($4, extensions.gen_salt('bf', 10)) end,
             email_confirmed_at = case when $5 then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
             raw_app_meta_data = ${MERGE('raw_app_meta_data', '$6')},
             raw_user_meta_data = ${MERGE('raw_user_meta_data', '$7')},
             updated_at = now()
           where id = $1
           returning email, email_confirmed_at is not null as confirmed`,
          [
            id,
            input.role ?? null,
            input.email ?? null,
            input.password ?? null,
            input.email_confirm ?? false,
            input.app_metadata === undefined ? null : JSON.stringify(input.app_metadata),
            input.user_metadata === undefined ? null : JSON.stringify(input.user_metadata),
          ],
        );
        const [row] = rows;
        if (row === undefined) throw new GoTrueError(404, 'user_not_found', 'User not found');
        if (input.email !== undefined) await saveEmailIdentity(client, id, row.email, row.confirmed);
        // Whoever held the old password is out, as with GoTrue.
        if (input.password !== undefined) {
          await client.query('delete from auth.sessions where user_id = $1', [id]);
        }
      }),
    );
    return this.get(id);
  }

  async delete(id: string): Promise<void> {
    const { rowCount } = await this.#pool.query('delete from auth.users where id = $1', [id]);
    if (rowCount === 0) throw new GoTrueError(404, 'user_not_found', 'User not found');
  }

  async #transaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
      client.release();
    } catch (error) {
      // Dropping the connection rolls back, also when it is the connection that failed.
      client.release(true);
      throw error;
    }
  }
}

async function saveEmailIdentity(
  client: pg.PoolClient,
  userId: string,
  email: string,
  verified: boolean,
): Promise<void> {
  const data = { sub: userId, email, email_verified: verified, phone_verified: false };
  await client.query(
    `insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at)
     values ($1, $2, $3, 'email', now())
     on conflict (provider, provider_id) do update
       set identity_data = auth.identities.identity_data || excluded.identity_data, updated_at = now()`,
    [userId, userId, JSON.stringify(data)],
  );
}

async function refusingDuplicates(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505') {
      throw new GoTrueError(
        422,
        'email_exists',
        'A user with this email address has already been registered',
      );
    }
    throw error;
  }
}
