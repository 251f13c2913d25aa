import { createClient, isAuthError, type SupabaseClient, type User } from '@supabase/supabase-js';
import type { SeedPerson } from '../people.ts';
import { askAuth } from './ask-auth.ts';

export interface AccountsOptions {
  apiUrl: string;
  secretKey: string;
  password: string;
  /** For tests. */
  fetch?: typeof fetch;
}

export interface Account {
  person: SeedPerson;
  /** The person's own, unless somebody with their address was there before under another. */
  userId: string;
  state: 'made' | 'updated';
}

type Admin = SupabaseClient['auth']['admin'];

function adminOf({ apiUrl, secretKey, fetch }: Omit<AccountsOptions, 'password'>): Admin {
  return createClient(apiUrl, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(fetch && { global: { fetch } }),
  }).auth.admin;
}

/** Throws when accounts could not be made, before anything is lost that cannot be seeded again. */
export async function requireAdmin(options: Omit<AccountsOptions, 'password'>): Promise<void> {
  try {
    await askAuth(() => adminOf(options).listUsers({ page: 1, perPage: 1 }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Auth at ${options.apiUrl} does not take the secret key: ${reason}`, { cause });
  }
}

/**
 * Makes an account for each person through Auth's admin API; one that exists gets the password and the name. Throws with
 * the address of who could not be made.
 */
export async function makeAccounts(
  people: readonly SeedPerson[],
  options: AccountsOptions,
): Promise<Account[]> {
  const admin = adminOf(options);
  const accounts: Account[] = [];
  for (const person of people) {
    try {
      accounts.push(await makeAccount(admin, person, options.password));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${person.email}: ${reason}`, { cause });
    }
  }
  return accounts;
}

async function makeAccount(admin: Admin, person: SeedPerson, password: string): Promise<Account> {
  const wanted = { password, email_confirm: true, user_metadata: { display_name: person.displayName } };
  try {
    await askAuth(() => admin.createUser({ id: person.id, email: person.email, ...wanted }));
    return { person, userId: person.id, state: 'made' };
  } catch (error) {
    if (!isAuthError(error) || error.code !== 'email_exists') throw error;
  }
  const { id } = await findByEmail(admin, person.email);
  await askAuth(() => admin.updateUserById(id, wanted));
  return { person, userId: id, state: 'updated' };
}

async function findByEmail(admin: Admin, email: string): Promise<User> {
  let page: number | null = 1;
  while (page !== null) {
    const asked: number = page;
    const list: { users: User[]; nextPage?: number | null } = await askAuth(() =>
      admin.listUsers({ page: asked, perPage: 200 }),
    );
    const found = list.users.find((user) => user.email === email.toLowerCase());
    if (found) return found;
    page = list.nextPage ?? null;
  }
  throw new Error('Auth says that the address is taken, and lists nobody who has it');
}
