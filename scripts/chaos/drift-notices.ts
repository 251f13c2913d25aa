import type { Pool } from 'pg';
import { MIRROR, TABLE_NAMES } from './mirror-columns.ts';

/**
 * Has a database keep what each column held when the drift of its field was noticed: from then on nobody may change it,
 * also who had read it before.
 */
export async function watchDrift(database: Pool): Promise<void> {
  await database.query(`
    create schema chaos;
    create table chaos.noticed (table_name text, column_name text, row_id uuid, value jsonb);
    create function chaos.notice() returns trigger language plpgsql security definer as $$
    begin
      delete from chaos.noticed n where n.table_name = new.table_name and n.column_name = new.column_name;
      if new.drift is not null and new.column_name <> 'live_id' then
        execute format('insert into chaos.noticed select %L, %L, t.id, to_jsonb(t) -> %2$L from public.%1$I t
          where t.deleted_at is null', new.table_name, new.column_name);
      end if;
      return null;
    end
    $$;
    create trigger notice after update of drift on airtable.field_bindings
      for each row when (old.drift is distinct from new.drift and (old.drift is null or new.drift is null))
      execute function chaos.notice();`);
}

/** Where a column has changed since its drift was noticed, by nobody's action. In words. */
export async function checkDrift(database: Pool): Promise<string[]> {
  const of = TABLE_NAMES.map((table) => {
    const { rows } = MIRROR[table];
    return `select n.*, t.airtable_id, to_jsonb(t) -> n.column_name as now from chaos.noticed n
      join public.${rows} t on t.id = n.row_id and t.deleted_at is null where n.table_name = '${rows}'`;
  });
  const { rows } = await database.query<{ what: string }>(`
    select format('%s: %s.%s is %s; when its drift was noticed it was %s', k.table_name, k.airtable_id, k.column_name, k.now, k.value)
      as what
    from (${of.join(' union all ')}) as k
    where k.now is distinct from k.value and k.row_id not in (select o.row_id from airtable.outbox o)`);
  return rows.map(({ what }) => what);
}
