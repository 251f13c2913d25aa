import type postgres from 'postgres';

export type Region = 'northeast' | 'south' | 'midwest' | 'west';

/** Adds a person with an account, and a role with regions where given. Returns their user id. */
export async function addPerson(
  sql: postgres.Sql,
  name: string,
  role?: 'owner' | 'admin' | 'viewer',
  regions: Region[] = [],
): Promise<string> {
  const [user] = await sql<{ id: string }[]>`
    insert into auth.users (id, email) values (gen_random_uuid(), ${`${name}-${crypto.randomUUID()}@civstart.test`}) returning id`;
  const id = user!.id;
  if (role) await sql`insert into admins (user_id, display_name, role) values (${id}, ${name}, ${role})`;
  for (const region of regions)
    await sql`insert into admin_regions (user_id, region) values (${id}, ${region})`;
  return id;
}

/** Runs queries with the rights of a signed-in person (null: nobody), as the API does: role and claims for one transaction. */
export async function actingAs<T>(
  sql: postgres.Sql,
  userId: string | null,
  work: (sql: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  const role = userId === null ? 'anon' : 'authenticated';
  const claims = JSON.stringify({ sub: userId, role });
  return (await sql.begin(async (transaction) => {
    await transaction`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true)`;
    return work(transaction);
  })) as T;
}
