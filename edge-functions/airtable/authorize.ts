import { RequestError } from './errors.ts';
import { equalSecrets } from './signature.ts';

/** Finds the person behind a session's token. Undefined: Auth does not know it, or not any more. */
export type FindUser = (accessToken: string) => Promise<string | undefined>;

/** Lets cron, automations and this function itself in. */
export async function requireSecret(given: string | undefined, expected: string): Promise<void> {
  if (!(await equalSecrets(given ?? '', expected)))
    throw new RequestError('SECRET_MISMATCH', 'Send the shared secret in the header x-sync-secret');
}

/** Lets an owner in. Their role is what the database says now, not what a token said when it was made. */
export async function requireOwner(
  authorization: string | undefined,
  findUser: FindUser,
  isOwner: (userId: string) => Promise<boolean>,
): Promise<void> {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1];
  const user = token === undefined ? undefined : await findUser(token);
  if (user === undefined) {
    throw new RequestError(
      'SESSION_INVALID',
      'Send a signed-in owner’s access token as bearer, or the shared secret in the header x-sync-secret',
    );
  }
  if (!(await isOwner(user))) throw new RequestError('NOT_OWNER', 'Only owners may start this');
}

/** Asks Auth, which knows of sessions that were ended. */
export function createFindUser({ url, apiKey }: { url: string; apiKey: string }): FindUser {
  return async (accessToken) => {
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(`${url}/auth/v1/user`, {
        headers: { authorization: `Bearer ${accessToken}`, apikey: apiKey },
        signal: AbortSignal.timeout(10_000),
      });
      body = await response.json();
    } catch (cause) {
      throw new RequestError('AUTH_UNAVAILABLE', 'Auth does not answer; try again', { cause });
    }
    if (response.status >= 500) throw new RequestError('AUTH_UNAVAILABLE', 'Auth does not answer; try again');
    const { id } = (response.ok ? body : {}) as { id?: unknown };
    return typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id) ? id : undefined;
  };
}
