import { createBrowserClient } from '@supabase/ssr';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { browser } from '$app/env';
import type { Database, Db } from './schema.ts';

/** A dead socket is noticed within this time, and the badge says so. */
const HEARTBEAT_MS = 15_000;

/**
 * The one client of this page: session in cookies (so that the server sees it), one socket. The library
 * keeps the instance; on the server there is none, there every request has its own.
 */
export function browserClient(): Db {
  if (!browser) throw new Error('browserClient() was called on the server; use locals.supabase there.');
  return createBrowserClient<Database>(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    cookieOptions: { secure: location.protocol === 'https:', sameSite: 'lax' },
    realtime: { heartbeatIntervalMs: HEARTBEAT_MS },
  });
}
