import { SignJWT } from 'jose';
import { z } from 'zod';
import { verifyToken } from './api-keys.ts';
import type { LocalKeys } from './local-keys.ts';

const session = z.looseObject({
  access_token: z.string(),
  user: z.looseObject({
    phone: z.string().optional(),
    app_metadata: z.record(z.string(), z.unknown()),
    user_metadata: z.record(z.string(), z.unknown()),
    is_anonymous: z.boolean().optional(),
  }),
});

/**
 * Gives a session's token the claims that GoTrue puts into it and the library leaves out: issuer, metadata,
 * assurance level. Any other response, an error for instance, comes back untouched.
 */
export async function completeSession(
  response: Response,
  keys: LocalKeys,
  issuer: string,
): Promise<Response> {
  if (response.status !== 200 || !response.headers.get('content-type')?.includes('json')) return response;
  const body: unknown = await response.json();
  const found = session.safeParse(body);
  const claims = found.success ? await verifyToken(found.data.access_token, keys) : undefined;
  if (!found.success || claims === undefined) return Response.json(body, copy(response));

  const { user } = found.data;
  const token = await new SignJWT({
    ...claims,
    iss: issuer,
    phone: user.phone ?? '',
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: claims.iat }],
    is_anonymous: user.is_anonymous ?? false,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(keys.jwtSecret));
  return Response.json({ ...found.data, access_token: token }, copy(response));
}

function copy(response: Response): ResponseInit {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return { status: response.status, headers };
}
