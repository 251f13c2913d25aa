import { createClient, REALTIME_SUBSCRIBE_STATES, type SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '../../../supabase/types/database.ts';
import type { Envelope } from '../../../supabase/types/realtime.ts';
import type { StackEnv } from '../stack-env.ts';

/** A signed-in person on a raw supabase-js client, who has joined every channel that they may. */
export interface LiveListener extends AsyncDisposable {
  readonly supabase: SupabaseClient<Database>;
  readonly heard: readonly { channel: string; envelope: Envelope }[];
  /** Resolves with the first message, heard already or yet to come, that is wanted. */
  hears(wanted: (envelope: Envelope, channel: string) => boolean): Promise<Envelope>;
}

export async function createLiveListener(env: StackEnv, email: string): Promise<LiveListener> {
  const supabase = createClient<Database>(env.API_URL, env.PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error } = await supabase.auth.signInWithPassword({ email, password: env.DEMO_PASSWORD });
  if (error) throw error;
  await supabase.realtime.setAuth();
  const { data: channels, error: refused } = await supabase.rpc('my_channels');
  if (refused) throw new Error(refused.message);

  const heard: { channel: string; envelope: Envelope }[] = [];
  const waiting = new Set<() => void>();
  await Promise.all(
    channels
      .filter(({ name }) => !name.startsWith('presence:'))
      .map(
        ({ name, topic }) =>
          new Promise<void>((resolve, reject) => {
            supabase
              .channel(topic, { config: { private: true } })
              .on('broadcast', { event: '*' }, (message) => {
                heard.push({ channel: name, envelope: message.payload as Envelope });
                for (const check of waiting) check();
              })
              .subscribe((status, cause) => {
                if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) resolve();
                else if (status !== REALTIME_SUBSCRIBE_STATES.CLOSED)
                  reject(cause ?? new Error(`${name}: ${status}`));
              });
          }),
      ),
  );

  return {
    supabase,
    heard,
    hears: (wanted) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = heard.find(({ envelope, channel }) => wanted(envelope, channel));
          if (!found) return;
          waiting.delete(check);
          resolve(found.envelope);
        };
        waiting.add(check);
        check();
      }),
    async [Symbol.asyncDispose]() {
      await supabase.removeAllChannels();
      await supabase.realtime.disconnect();
    },
  };
}
