import type postgres from 'postgres';
import { TOLD, type Row } from './told.ts';

/** What one person may select at one moment, and the channels that they may join. */
export interface Selectable {
  rows: Record<string, Record<string, Row>>;
  channels: Record<string, { topic: string; seq: number }>;
}

/** The state of the world right after a commit, as each person sees it. */
export interface Snapshot {
  people: Record<string, Selectable>;
  /** The last number of every channel: what was told up to this commit. */
  seqs: Record<string, number>;
}

/**
 * Makes scope_property.snapshot(people): one call for all, with the rights of each in turn. There is no WHERE in
 * it: what comes out is what the policies let out.
 */
export async function createSnapshotFunction(superuser: postgres.Sql): Promise<void> {
  const views = TOLD.map(
    ({ view }) =>
      `'${view}', coalesce((select jsonb_object_agg(v.id, to_jsonb(v)) from public.${view} v), '{}')`,
  );
  await superuser.unsafe(`
    create schema scope_property;
    create function scope_property.snapshot(people uuid[]) returns jsonb language plpgsql as $$
    declare
      person uuid;
      selectable jsonb;
      answer jsonb := '{}';
    begin
      foreach person in array people loop
        perform set_config('request.jwt.claims', jsonb_build_object('sub', person, 'role', 'authenticated')::text, true),
          set_config('role', 'authenticated', true);
        select jsonb_build_object(
          'rows', jsonb_build_object(${views.join(', ')}),
          'channels', coalesce((select jsonb_object_agg(c.name, jsonb_build_object('topic', c.topic, 'seq', c.seq))
            from public.my_channels() c), '{}')
        ) into selectable;
        perform set_config('role', 'none', true);
        answer := answer || jsonb_build_object(person, selectable);
      end loop;
      return jsonb_build_object('people', answer, 'seqs', (select jsonb_object_agg(name, seq) from live.channels));
    end $$`);
}

export async function takeSnapshot(superuser: postgres.Sql, people: string[]): Promise<Snapshot> {
  const [row] = await superuser<{ snapshot: Snapshot }[]>`
    select scope_property.snapshot(${people}::uuid[]) as snapshot`;
  return row!.snapshot;
}
