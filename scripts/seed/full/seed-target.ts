import { z } from 'zod';
import { readStackEnv, type StackEnv } from '../../stack/stack-env.ts';
import { DEMO_PASSWORD } from '../people.ts';

/** The project that is to be seeded. */
export interface SeedTarget {
  apiUrl: string;
  databaseUrl: string;
  secretKey: string;
  password: string;
  /** Where it is the local stack: its base is reset with it. */
  stack?: StackEnv;
  /** Whoever can reach it can reach the demo accounts. */
  remote: boolean;
}

const Environment = z.object({
  API_URL: z.url(),
  DB_URL: z.string().startsWith('postgres'),
  SECRET_KEY: z.string().min(1),
  DEMO_PASSWORD: z.string().min(6).default(DEMO_PASSWORD),
});
const NAMES = ['API_URL', 'DB_URL', 'SECRET_KEY'] as const;
const LOCAL_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** The project that the environment names; where it names none, the stack that runs on `stateDir`. Throws with what is missing. */
export function readSeedTarget(
  env: Readonly<Record<string, string | undefined>>,
  stateDir: string,
): SeedTarget {
  if (NAMES.every((name) => env[name] === undefined)) {
    const stack = readStackEnv(stateDir);
    return {
      apiUrl: stack.API_URL,
      databaseUrl: stack.DB_URL,
      secretKey: stack.SECRET_KEY,
      password: stack.DEMO_PASSWORD,
      stack,
      remote: false,
    };
  }
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const wrong = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
    throw new Error(`Set ${wrong.join(', ')} too, or none of ${NAMES.join(', ')} for the local stack.`);
  }
  const { API_URL, DB_URL, SECRET_KEY, DEMO_PASSWORD: password } = parsed.data;
  const hosts = [API_URL, DB_URL].map((url) => new URL(url).hostname);
  return {
    apiUrl: API_URL,
    databaseUrl: DB_URL,
    secretKey: SECRET_KEY,
    password,
    remote: !hosts.every((host) => LOCAL_HOSTS.includes(host)),
  };
}
