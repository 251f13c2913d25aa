import { z } from 'zod';

/** A `.env` file has no way to write these in a value that every reader of such files understands. */
const secret = z.string().regex(/^[^'\r\n]+$/, 'may hold no apostrophe and no line break');

const Environment = z.object({
  SUPABASE_ACCESS_TOKEN: z.string().min(1),
  SUPABASE_PROJECT_REF: z.string().regex(/^[a-z]{20}$/, 'is the 20 letters of the project’s address'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  AIRTABLE_API_KEY: secret,
  AIRTABLE_BASE_ID: z.string().startsWith('app'),
  AIRTABLE_API_URL: z.url().default('https://api.airtable.com'),
  SYNC_SECRET: secret.min(16, 'must have 16 characters or more'),
  /** Where the project's functions answer; only a custom domain needs it. */
  FUNCTIONS_URL: z.url().optional(),
});

export type DeployEnv = Required<z.infer<typeof Environment>>;

/** Reads what a deployment needs. Throws one error that names every variable that is missing or malformed. */
export function readDeployEnv(variables: Record<string, string | undefined>): DeployEnv {
  // In a .env file a name with nothing behind it is one that was not filled in.
  const filled = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(filled);
  if (parsed.success) {
    const { SUPABASE_PROJECT_REF: ref, FUNCTIONS_URL = `https://${ref}.supabase.co/functions/v1` } =
      parsed.data;
    return { ...parsed.data, FUNCTIONS_URL };
  }
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return filled[name] === undefined ? `${name} is not set` : `${name} ${message}`;
  });
  throw new Error(
    `Nothing was done. Complete .env first (.env.example says what each is):\n${problems.join('\n')}`,
  );
}
