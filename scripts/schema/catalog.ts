import type pg from 'pg';

/** The schemas that the migrations make or fill. */
export const OUR_SCHEMAS = ['public', 'private', 'live', 'airtable'];

/** A line or a statement, and what it belongs to: a table, or a schema. */
export interface Part {
  of: string;
  text: string;
}

/** Runs a query of (of, text), whose `$1` is OUR_SCHEMAS. */
export async function readParts(client: pg.Client, query: string): Promise<Part[]> {
  return (await client.query<Part>(query, [OUR_SCHEMAS])).rows;
}

/** One grant a set of rights and a kind of thing: `acls` is a query of (of, thing, owner, acl). */
export function grants(acls: string): string {
  return `
    select of, format('grant %s on %s to %s;', rights, thing, string_agg(role, ', ' order by role)) as text
    from (
      select a.of, a.thing, coalesce(r.rolname, 'public') || case when x.is_grantable then ' with grant option' else '' end as role,
        string_agg(lower(x.privilege_type), ', ' order by array_position(
          array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], x.privilege_type), x.privilege_type) as rights
      from (${acls}) as a cross join lateral aclexplode(a.acl) as x
      left join pg_roles r on r.oid = x.grantee
      where x.grantee <> a.owner
      group by 1, 2, 3
    ) as one
    group by of, thing, rights order by of, thing, rights`;
}

export const TABLES = `pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = any ($1)`;
