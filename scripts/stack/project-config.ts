import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

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

type Value = string | number | boolean;

const CONFIG_FILE = fileURLToPath(new URL('../../supabase/config.toml', import.meta.url));

/** Reads the file that `supabase start` and `supabase functions deploy` read too. Throws when it asks for what the local stack does not do. */
export function readProjectConfig(file = CONFIG_FILE): ProjectConfig {
  const sections = readSections(readFileSync(file, 'utf8'));
  const setting = <T extends Value>(section: string, key: string, fallback: T): T => {
    const value = sections.get(section)?.get(key);
    if (value === undefined) return fallback;
    if (typeof value !== typeof fallback)
      throw new Error(`${file}: [${section}] ${key} is no ${typeof fallback}`);
    return value as T;
  };

  const functions: FunctionConfig[] = [];
  for (const section of sections.keys()) {
    const name = /^functions\.([\w-]+)$/.exec(section)?.[1];
    if (name === undefined || !setting(section, 'enabled', true)) continue;
    if (setting(section, 'verify_jwt', true)) {
      throw new Error(
        `${file}: [${section}] needs verify_jwt = false: the local stack checks no tokens for functions.`,
      );
    }
    const path = (key: string): string => {
      const value = setting(section, key, '');
      if (value === '') throw new Error(`${file}: [${section}] needs ${key}`);
      return resolve(dirname(file), value);
    };
    functions.push({ name, entrypoint: path('entrypoint'), importMap: path('import_map') });
  }

  return {
    enableSignup: setting('auth', 'enable_signup', true),
    jwtExpiryS: setting('auth', 'jwt_expiry', 3600),
    maxRows: setting('api', 'max_rows', 1000),
    functions,
  };
}

/** The part of TOML that the file needs: sections of strings, numbers and booleans. Lists are passed over. */
function readSections(toml: string): Map<string, Map<string, Value>> {
  const sections = new Map<string, Map<string, Value>>();
  let current = new Map<string, Value>();
  for (const line of toml.split('\n')) {
    const section = /^\s*\[([^[\]]+)\]/.exec(line)?.[1];
    if (section !== undefined) {
      current = new Map();
      sections.set(section.trim(), current);
      continue;
    }
    const [, key, raw] = /^\s*([\w-]+)\s*=\s*("[^"]*"|\d+|true|false)\s*(?:#.*)?$/.exec(line) ?? [];
    if (key !== undefined && raw !== undefined) current.set(key, JSON.parse(raw) as Value);
  }
  return sections;
}
