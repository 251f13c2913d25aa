import type { World } from './world.ts';

/** Where an action is not sent, refused with a reason or superseded; or was sent more often than it should be. In words. */
export async function checkOutbox(world: World): Promise<string[]> {
  const { database } = world.lane;
  const { rows: entries } = await database.query<{ what: string; state: string; error: string | null }>(`
    select format('%s %s of %s', case when o.creation then 'making' else 'changing' end, o.row_id, o.table_name) as what,
      o.state, o.error from airtable.outbox o`);
  const { rows: fields } = await database.query<{ n: number }>(
    'select count(*)::int as n from airtable.outbox_fields',
  );
  const { rows: alone } = await database.query<{ id: string }>(`
    select t.id from public.connections t where t.airtable_id is null and t.deleted_at is null
      and not exists (select from airtable.outbox o where o.row_id = t.id and o.state = 'parked')`);
  const liveIds = world.liveIds();
  const most = 2 * ((fields[0]?.n ?? 0) + entries.length);
  return [
    ...entries
      .filter(({ state }) => !['done', 'parked', 'superseded'].includes(state))
      .map(({ what, state, error }) => `${what} is ${state} in the end (${error})`),
    ...entries
      .filter(({ state, error }) => state === 'parked' && !error)
      .map(({ what }) => `${what} is parked, and nobody knows why`),
    ...alone.map(({ id }) => `The connection ${id} was never made in Airtable`),
    ...liveIds
      .filter((id, index) => liveIds.indexOf(id) !== index)
      .map((id) => `The connection ${id} was made twice`),
    ...(world.writes > most
      ? [`${world.writes} records were written for ${most / 2} cells and entries`]
      : []),
  ];
}
