import { createClient } from '@supabase/supabase-js';
import type { Database } from '../../../supabase/types/database.ts';
import type { SeedPerson } from '../people.ts';
import type { Check } from './check.ts';

export interface SignInOptions {
  apiUrl: string;
  /** Any key of the project: what counts afterwards is the token of who signed in. */
  apiKey: string;
  password: string;
}

/** Signs in as each person, and asks for their channels, which say whose regions and startups they are told of. */
export async function checkSignIns(people: readonly SeedPerson[], options: SignInOptions): Promise<Check[]> {
  const checks: Check[] = [];
  for (const person of people) {
    const expected = expectedChannels(person);
    const found = await channelsOf(person, options);
    checks.push({ what: `${person.email} signs in`, expected, found, ok: found === expected });
  }
  return checks;
}

/** `region:west` for an admin of the west, `ops` for owners, `startup` for a member. */
function expectedChannels({ role, regions = [], startup }: SeedPerson): string {
  if (role === 'owner') return 'ops';
  const staff = regions.map((region) => `region:${region}`).sort();
  return [...staff, ...(startup === undefined ? [] : ['startup'])].join(' ');
}

async function channelsOf(person: SeedPerson, options: SignInOptions): Promise<string> {
  const supabase = createClient<Database>(options.apiUrl, options.apiKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error: refused } = await supabase.auth.signInWithPassword({
    email: person.email,
    password: options.password,
  });
  if (refused) return refused.message;
  const { data, error } = await supabase.rpc('my_channels');
  if (error) return error.message;
  const names = data.map(({ name }) => name);
  if (names.includes('ops')) return 'ops';
  return names
    .filter((name) => name.startsWith('region:') || name.startsWith('startup:'))
    .map((name) => name.replace(/^startup:.*/, 'startup'))
    .sort()
    .join(' ');
}
