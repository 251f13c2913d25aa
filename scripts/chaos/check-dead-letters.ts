import { badRecords } from './check-rows.ts';
import type { World } from './world.ts';

/** Where the open dead letters are not those of the records that cannot be stored, in words. */
export async function checkDeadLetters(world: World): Promise<string[]> {
  const { rows } = await world.lane.database.query<{ record_id: string; reason: string }>(
    'select distinct record_id, reason from airtable.dead_letters where resolved_at is null',
  );
  const bad = badRecords(world);
  const open = new Map(rows.map((row) => [row.record_id, row.reason]));
  const missing = [...bad].filter((id) => !open.has(id));
  const wrong = [...open].filter(([id]) => !bad.has(id) && !world.undecided.has(id));
  return [
    ...missing.map((id) => `${id} cannot be stored, and is no dead letter`),
    ...wrong.map(([id, reason]) => `${id} is a dead letter, though all of it can be stored (${reason})`),
  ];
}
