import { perform } from '../actions/calls.ts';
import { isUnreached, refusalOf } from '../actions/refusal.ts';
import type { Db } from '../supabase/schema.ts';
import type { Sent } from './action-queue.ts';
import type { QueuedAction } from './queued-action.ts';

/** Two that wait for each other, one that waited too long, a token that is just over: not done, and gone the next time. */
const PASSING = /^(40001|40P01|55P03|57014|PGRST30[0-3])$/;

/** Sends an action in the name of `user`; never in that of somebody else. */
export async function sendAction(db: Db, user: string, { key, call }: QueuedAction): Promise<Sent> {
  const { data, error } = await db.auth.getSession();
  if (!data.session) {
    // The session could not be renewed now, which says nothing of later.
    return error ? { kind: 'unreached', refusal: refusalOf(error) } : { kind: 'signed_out' };
  }
  if (data.session.user.id !== user) return { kind: 'signed_out' };
  try {
    return { kind: 'done', answer: await perform(db, key, call) };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    return isUnreached(refusal) || PASSING.test(refusal.code)
      ? { kind: 'unreached', refusal }
      : { kind: 'refused', refusal };
  }
}
