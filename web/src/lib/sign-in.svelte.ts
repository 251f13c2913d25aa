import { isAuthApiError } from '@supabase/supabase-js';
import { browserClient } from './supabase/browser-client.ts';

/** The people of the local stack, offered where a demo password is set. */
export const DEMO_PEOPLE = [
  { email: 'owner@civstart.test', role: 'Owner', sees: 'All regions' },
  { email: 'west@civstart.test', role: 'Admin', sees: 'West' },
  { email: 'south@civstart.test', role: 'Admin', sees: 'South' },
  { email: 'viewer@civstart.test', role: 'Viewer', sees: 'West' },
  { email: 'founder@civstart.test', role: 'Startup', sees: 'The portal' },
] as const;

/** The sign-in form: who is being signed in, and why it did not work. */
export class SignIn {
  /** The address that is being signed in; null when nothing is under way. */
  busy = $state<string | null>(null);
  problem = $state<string | null>(null);

  /** Signs in and goes to `next`, a path of this app. */
  async with(email: string, password: string, next: string): Promise<void> {
    this.problem = null;
    this.busy = email;
    const { error } = await browserClient().auth.signInWithPassword({ email, password });
    // A page load, not a navigation: nothing of another person's session stays in memory.
    if (!error) return location.assign(next);
    this.problem = explain(error);
    this.busy = null;
  }
}

function explain(error: Error): string {
  if (!isAuthApiError(error)) return 'The server could not be reached. Check the network and try again.';
  if (error.code === 'invalid_credentials')
    return 'This email and password do not belong together. Check both and try again.';
  if (error.status === 429) return 'Too many attempts. Wait a minute and try again.';
  return `Signing in was refused: ${error.message}`;
}
