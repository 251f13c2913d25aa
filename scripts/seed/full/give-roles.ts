import type postgres from 'postgres';
import type { Account } from './make-accounts.ts';

/** Gives each account its person's role, regions and startup, and takes any other from it. One transaction. */
export async function giveRoles(sql: postgres.Sql, accounts: readonly Account[]): Promise<void> {
  await sql.begin(async (t) => {
    for (const { person, userId } of accounts) {
      const { role = null, regions = [], startup = null } = person;
      if (role === null) await t`delete from public.admins where user_id = ${userId}`;
      else {
        await t`
          insert into public.admins as a (user_id, display_name, role) values (${userId}, ${person.displayName}, ${role})
          on conflict (user_id) do update set display_name = excluded.display_name, role = excluded.role
          where (a.display_name, a.role) is distinct from (excluded.display_name, excluded.role)`;
        await t`delete from public.admin_regions where user_id = ${userId} and region::text <> all (${[...regions]}::text[])`;
        await t`
          insert into public.admin_regions (user_id, region)
          select ${userId}, r::public.region from unnest(${[...regions]}::text[]) as r on conflict do nothing`;
      }
      await t`
        delete from public.startup_members m using public.startups s
        where m.user_id = ${userId} and s.id = m.startup_id and s.name is distinct from ${startup}`;
      await t`
        insert into public.startup_members (user_id, startup_id)
        select ${userId}, s.id from public.startups s where s.name = ${startup} and s.airtable_id is not null
        on conflict do nothing`;
    }
  });
}
