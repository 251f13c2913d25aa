import type { Envelope } from '../../supabase/types/realtime.ts';

/** What a client knows of a row: the row itself, or only that it has to fetch it. */
type Known = Record<string, unknown> | 'to be fetched';

/** A channel's rows by entity and id, as a client has them that hears every message in order. */
export type Replay = Map<string, Map<string, Known>>;

const VERB: Readonly<Record<string, 'put' | 'take'>> = {
  created: 'put',
  updated: 'put',
  published: 'put',
  removed: 'take',
};

/** Applies a channel's messages one after the other. Throws where their numbers have a gap. */
export function replayLog(envelopes: readonly Envelope[]): Replay {
  const replay: Replay = new Map();
  envelopes.forEach((envelope, index) => {
    if (envelope.seq !== index + 1) throw new Error(`Message ${index + 1} is number ${envelope.seq}`);
    const [entity = '', verb = ''] = envelope.event.split(':');
    const rows = replay.get(entity) ?? new Map<string, Known>();
    replay.set(entity, rows);
    switch (VERB[verb]) {
      case 'put': {
        const byId = new Map((envelope.records ?? []).map((record) => [String(record['id']), record]));
        for (const id of envelope.ids) rows.set(id, byId.get(id) ?? 'to be fetched');
        break;
      }
      case 'take':
        for (const id of envelope.ids) rows.delete(id);
        break;
      case undefined:
        break;
    }
  });
  return replay;
}
