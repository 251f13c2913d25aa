import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import type { Envelope } from '../../supabase/types/realtime.ts';
import { MIRROR, TABLE_NAMES } from './mirror-columns.ts';
import { replayLog } from './replay-log.ts';

interface Shown {
  channel: string;
  entity: string;
  id: string;
  row: Record<string, unknown>;
}

/** Where a client that heard every message has other rows than the tables, in words. */
export async function checkLiveLog(database: Pool): Promise<string[]> {
  const problems: string[] = [];
  const shown = await readShown(database);
  const { rows: channels } = await database.query<{ name: string; seq: string; log: Envelope[] | null }>(
    `select c.name, c.seq, jsonb_agg(h.envelope order by h.seq) filter (where h.seq is not null) as log
     from live.channels c left join live.changes h on h.channel = c.name group by c.name, c.seq`,
  );
  for (const { name, seq, log } of channels) {
    const envelopes = log ?? [];
    if (envelopes.length !== Number(seq))
      problems.push(`${name}: ${envelopes.length} messages, and the last number is ${seq}`);
    const replay = replayLog(envelopes);
    for (const { entity, id, row } of shown.filter(({ channel }) => channel === name)) {
      const known = replay.get(entity)?.get(id);
      replay.get(entity)?.delete(id);
      if (known === undefined) problems.push(`${name}: nobody was told of ${entity} ${id}`);
      else if (known !== 'to be fetched' && !isDeepStrictEqual(known, row))
        problems.push(
          `${name}: ${entity} ${id} was last told otherwise than it is: ${difference(known, row)}`,
        );
    }
    for (const [entity, rows] of replay)
      for (const id of rows.keys())
        problems.push(`${name}: ${entity} ${id} was told, and is not to be seen there`);
  }
  return problems;
}

/** Every row on each channel where it may be seen. */
async function readShown(database: Pool): Promise<Shown[]> {
  const selects = TABLE_NAMES.map((table) => {
    const { rows, entity } = MIRROR[table];
    const channel = entity === 'startup' ? `'network'` : `'region:' || t.region`;
    return `select ${channel} as channel, '${entity}' as entity, t.id::text as id, to_jsonb(t) as row
      from public.${rows} t where t.deleted_at is null`;
  });
  const pool = `select 'pool' as channel, 'pool' as entity, v.id::text as id, to_jsonb(v) as row from private.pool_signals v`;
  const { rows } = await database.query<Shown>([...selects, pool].join(' union all '));
  return rows;
}

function difference(one: Record<string, unknown>, other: Record<string, unknown>): string {
  return Object.keys({ ...one, ...other })
    .filter((key) => !isDeepStrictEqual(one[key], other[key]))
    .map((key) => `${key} ${JSON.stringify(one[key])} / ${JSON.stringify(other[key])}`)
    .join(', ');
}
