import { z } from 'zod';
import { GoTrueError } from './gotrue-error.ts';

const metadata = z.record(z.string(), z.unknown());

const userInput = z.object({
  id: z.uuid().optional(),
  role: z.string().optional(),
  email: z.string().optional(),
  password: z.string().optional(),
  email_confirm: z.boolean().optional(),
  user_metadata: metadata.optional(),
  app_metadata: metadata.optional(),
});

/** What the admin API accepts of a user. `undefined` leaves a property as it is. */
export type AdminUserInput = z.infer<typeof userInput>;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MIN_PASSWORD_LENGTH = 6;
/** bcrypt reads no further than this. */
const MAX_PASSWORD_BYTES = 72;

/** Checks a body as GoTrue does; throws what GoTrue would answer. */
export async function readAdminUserInput(request: Request): Promise<AdminUserInput> {
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new GoTrueError(400, 'bad_json', 'Could not parse request body as JSON');
  }
  const parsed = userInput.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GoTrueError(400, 'validation_failed', `${issue?.path.join('.') ?? 'body'}: ${issue?.message}`);
  }
  const input = parsed.data;
  if (input.email !== undefined) {
    if (!EMAIL.test(input.email)) {
      throw new GoTrueError(400, 'validation_failed', 'Unable to validate email address: invalid format');
    }
    input.email = input.email.toLowerCase();
  }
  if (input.password !== undefined) checkPassword(input.password);
  return input;
}

function checkPassword(password: string): void {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw new GoTrueError(
      400,
      'validation_failed',
      `Password cannot be longer than ${MAX_PASSWORD_BYTES} characters`,
    );
  }
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw new GoTrueError(
      422,
      'weak_password',
      `Password should be at least ${MIN_PASSWORD_LENGTH} characters.`,
    );
  }
}
