import { createServerClient } from '@supabase/ssr';
import type { RequestEvent } from '@sveltejs/kit';
import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import type { Database, Db } from '../supabase/schema.ts';

/** The Node adapter calls every request https unless a proxy says otherwise; loopback never is. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** A client with the rights of this request's visitor. Refreshed tokens go back as cookies. */
export function requestClient(event: RequestEvent): Db {
  const secure = event.url.protocol === 'https:' && !LOOPBACK.test(event.url.hostname);
  return createServerClient<Database>(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    cookieOptions: { secure, sameSite: 'lax' },
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (cookies, headers) => {
        for (const { name, value, options } of cookies) {
          // The browser's client reads the session for its socket, so the cookie cannot be httpOnly.
          event.cookies.set(name, value, { ...options, path: '/', httpOnly: false, secure });
        }
        event.setHeaders(headers);
      },
    },
  });
}
