import type { RealtimeContext } from '../realtime-context.ts';
import type { ColumnValue, PgOutputMessage, Relation, RowChange } from './pgoutput.ts';
import type { UserPayload } from '../wire/protocol.ts';
import { userBroadcast } from '../wire/shared-message.ts';

export const MESSAGES_PUBLICATION = 'supabase_realtime_messages_publication';

/** A message that a transaction stored in realtime.messages. */
export interface StoredBroadcast {
  id: string;
  topic: string;
  private: boolean;
  user: UserPayload;
}

/** @returns null for a change that is no new message, and for a message without topic, event or payload. */
export function readStoredBroadcast(change: RowChange): StoredBroadcast | null {
  const { type, relation, row } = change;
  if (type !== 'INSERT' || !row || relation.schema !== 'realtime') return null;
  if (relation.name !== 'messages' && !relation.name.startsWith('messages_')) return null;
  const column = (name: string): ColumnValue => row[columnIndex(relation, name)];
  const [id, topic, event, isPrivate] = ['id', 'topic', 'event', 'private'].map((name) => column(name));
  const payload = readPayload(column('payload'), column('binary_payload'));
  if (!id || !topic || !event || !isPrivate || !payload) return null;
  return {
    id: id.toString(),
    topic: topic.toString(),
    private: isPrivate.toString() === 't',
    user: { event: event.toString(), ...payload },
  };
}

/** Sends the messages of committed transactions to those who joined their topics. */
export function databaseBroadcaster(context: RealtimeContext): (message: PgOutputMessage) => void {
  const { limits, rates, rooms, streamed, log } = context;
  let xid = 0;
  return (message) => {
    if (message.kind === 'begin') xid = message.xid;
    if (message.kind !== 'change') return;
    const stored = readStoredBroadcast(message);
    if (!stored) return;
    streamed.add(xid);
    if (stored.user.bytes.length > limits.payloadBytes) {
      log(
        `a message of ${stored.user.bytes.length} bytes to ${stored.topic} is over the limit and was not sent`,
      );
      return;
    }
    if (rates.messages.exceeded) return;
    rates.messages.add();
    rooms.broadcast(stored.private, stored.topic, userBroadcast(stored.topic, stored.user, stored.id));
  };
}

function readPayload(json: ColumnValue, binary: ColumnValue): Omit<UserPayload, 'event'> | null {
  // A copy: the views of the stream do not outlive the call, a subscriber that is still joining gets it later.
  if (json) return { encoding: 'json', bytes: Buffer.from(json) };
  if (binary) return { encoding: 'binary', bytes: Buffer.from(binary.toString('latin1').slice(2), 'hex') };
  return null;
}

function columnIndex(relation: Relation, name: string): number {
  return relation.columns.findIndex((column) => column.name === name);
}
