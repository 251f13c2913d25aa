import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'smol-toml';
import { z } from 'zod';

/** An edge function as supabase/config.toml declares it, with absolute paths. */
export interface FunctionConfig {
  name: string;
  entrypoint: string;
  importMap: string;
}

/** What the local stack follows of supabase/config.toml. */
export interface ProjectConfig {
  enableSignup: boolean;
  /** Seconds that an access token is valid. */
  jwtExpiryS: number;
  /** The most rows that one request gets. */
  maxRows: number;
  functions: FunctionConfig[];
}

const Config = z.object({
  api: z.object({ max_rows: z.int().default(1000) }).prefault({}),
  auth: z
    .object({ enable_signup: z.boolean().default(true), jwt_expiry: z.int().default(3600) })
    .prefault({}),
  functions: z
    .record(
      z.string(),
      z.object({
        enabled: z.boolean().default(true),
        verify_jwt: z.boolean().default(true),
        entrypoint: z.string().optional(),
        import_map: z.string().optional(),
      }),
    )
    .default({}),
});

const CONFIG_FILE = fileURLToPath(new URL('../../supabase/config.toml', import.meta.url));

/** Reads the file that `supabase start` and `supabase functions deploy` read too. Throws when it asks for what the local stack does not do. */
export function readProjectConfig(file = CONFIG_FILE): ProjectConfig {
  const parsed = Config.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const { api, auth, functions } = parsed.data;

  return {
    enableSignup: auth.enable_signup,
    jwtExpiryS: auth.jwt_expiry,
    maxRows: api.max_rows,
    functions: Object.entries(functions)
      .filter(([, declared]) => declared.enabled)
      .map(([name, declared]) => {
        if (declared.verify_jwt) {
          throw new Error(
            `${file}: [functions.${name}] needs verify_jwt = false: the local stack checks no tokens for functions.`,
          );
        }
        const path = (key: 'entrypoint' | 'import_map'): string => {
          const value = declared[key];
          if (!value) throw new Error(`${file}: [functions.${name}] needs ${key}`);
          return resolve(dirname(file), value);
        };
        return { name, entrypoint: path('entrypoint'), importMap: path('import_map') };
      }),
  };
}
