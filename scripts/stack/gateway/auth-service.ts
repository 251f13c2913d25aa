import { App, ConsoleEmailDriver } from '@supabase/lite';
import type postgres from 'postgres';
import { roleOfKey } from './api-keys.ts';
import { completeSession } from './complete-session.ts';
import { isoTimestamp } from './json-types.ts';
import { createLibraryConnection } from './library-connection.ts';
import type { LocalKeys } from './local-keys.ts';
import { quietly } from './quiet-console.ts';

export interface AuthServiceOptions {
  /** As `supabase_auth_admin`, who owns schema auth and nothing else. */
  authAdminUrl: string;
  keys: LocalKeys;
  siteUrl: string;
  enableSignup: boolean;
  jwtExpiryS: number;
  /** Where mail goes that the platform would send. */
  onLine: (line: string) => void;
}

/** `/auth/v1` with GoTrue's behaviour, but for the admin API. */
export interface AuthService extends AsyncDisposable {
  /** `issuer` is the address under which the caller reached the server, without a slash at the end. */
  fetch(request: Request, issuer: string): Promise<Response>;
}

const MAX_CONNECTIONS = 5;

const AUTH_TYPES: Record<string, postgres.PostgresType> = {
  // The library hands over documents that are JSON already: encoded again, they would be stored as one
  // string, and no trigger or policy could read raw_user_meta_data ->> 'name'.
  jsonb: {
    to: 3802,
    from: [3802],
    serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    parse: (text: string) => JSON.parse(text) as unknown,
  },
  timestamptz: {
    to: 1184,
    from: [1184],
    serialize: (value: unknown) => String(value),
    parse: (text: string) => isoTimestamp(text).replace('+00:00', 'Z'),
  },
};

/** Starts GoTrue's stand-in on the tables of platform/20_auth.sql. */
export async function createAuthService(options: AuthServiceOptions): Promise<AuthService> {
  const { authAdminUrl, keys, siteUrl, enableSignup, jwtExpiryS, onLine } = options;
  const library = createLibraryConnection(authAdminUrl, MAX_CONNECTIONS, AUTH_TYPES);
  const { connection } = library;
  const app = new App({
    connection,
    api: { enabled: false },
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      site_url: siteUrl,
      jwt_expiry: jwtExpiryS,
      enable_signup: enableSignup,
      additional_redirect_urls: [`${siteUrl}/**`],
    },
    db: { migrations: { enabled: false } },
    storage: { enabled: false },
    studio: { enabled: false },
    options: {
      drivers: { email: new ConsoleEmailDriver({ logger: { info: onLine } }) },
      server: {
        disableStudio: true,
        apiKeys: {
          resolver: (key) => {
            const role = roleOfKey(key, keys);
            if (role === undefined) return Promise.resolve(null);
            return Promise.resolve({ type: role === 'anon' ? 'publishable' : 'secret', claims: { role } });
          },
        },
      },
    },
  });
  await app.init();

  return {
    async fetch(incoming, issuer) {
      const request = enableSignup ? incoming : await withoutSignup(incoming);
      const response = await quietly(
        (line) => onLine(`auth: ${line}`),
        () => app.fetch(request),
      );
      return completeSession(response, keys, issuer);
    },
    [Symbol.asyncDispose]: () => library[Symbol.asyncDispose](),
  };
}

/** The library makes an account for whoever asks for a one-time password, also where nobody may sign up. */
async function withoutSignup(request: Request): Promise<Request> {
  if (request.method !== 'POST' || new URL(request.url).pathname !== '/auth/v1/otp') return request;
  const body: unknown = await request.json().catch(() => ({}));
  return new Request(request.url, {
    method: 'POST',
    headers: request.headers,
    body: JSON.stringify({ ...(body as object), create_user: false, options: { shouldCreateUser: false } }),
  });
}
