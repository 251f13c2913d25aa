import { z } from 'zod';

const Environment = z.object({
  /** Postgres, given by the platform. */
  SUPABASE_DB_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  /** Personal access token of the base. */
  AIRTABLE_API_KEY: z.string().min(1),
  /** The one switch between the service and a stand-in. */
  AIRTABLE_API_URL: z.url().default('https://api.airtable.com'),
  /** Shared with automations and cron, which cannot sign what they send. */
  SYNC_SECRET: z.string().min(16, 'must have 16 characters or more'),
  /** The project's own address, given by the platform: for Auth, and for having another run go on. */
  SUPABASE_URL: z.url().optional(),
  /** Given by the platform; names this project to its gateway. */
  SUPABASE_ANON_KEY: z.string().optional(),
  /** For a base whose plan allows more than Airtable's usual five. */
  AIRTABLE_REQUESTS_PER_SECOND: z.coerce.number().int().min(1).max(100_000).default(5),
  /** How long nothing is asked after one call too many. */
  AIRTABLE_PAUSE_MS: z.coerce.number().int().min(0).max(3_600_000).default(30_000),
});

export type Env = z.infer<typeof Environment>;

/** Reads the function's settings. Throws one error that names every variable that is missing or malformed. */
export function readEnv(variables: Record<string, string | undefined>): Env {
  const parsed = Environment.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    variables[issue.path.join('.')] === undefined
      ? `${issue.path.join('.')} is not set`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new Error(`The function's environment is not complete: ${problems.join('; ')}`);
}
