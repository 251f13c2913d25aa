import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';

/** What a token says of its bearer. */
export type Claims = Record<string, unknown> & { role: string; exp: number };

/** A token that is refused, in the words of the platform. `code` precedes them in the answer to a join. */
export class TokenError extends Error {
  override name = 'TokenError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const ALGORITHMS = ['HS256', 'HS384', 'HS512'];

export function tokenKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret));
}

/**
 * Reads a JSON Web Token signed with the project's secret.
 *
 * @throws {TokenError} when it is malformed, signed by someone else, expired, or says no role or no end.
 */
export async function verifyToken(token: string, key: KeyObject): Promise<Claims> {
  try {
    const { payload } = await jwtVerify(token.trim(), key, { algorithms: ALGORITHMS });
    if (typeof payload.role !== 'string' || typeof payload.exp !== 'number') {
      throw new TokenError('InvalidJWTToken', 'Fields `role` and `exp` are required in JWT');
    }
    return payload as Claims;
  } catch (error) {
    throw error instanceof TokenError ? error : tokenError(error);
  }
}

function tokenError(error: unknown): TokenError {
  if (error instanceof errors.JWTExpired) {
    const secondsAgo = Math.floor(Date.now() / 1000) - (error.payload.exp ?? 0);
    return new TokenError('InvalidJWTToken', `Token has expired ${secondsAgo} seconds ago`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new TokenError('JwtSignatureError', 'Failed to validate JWT signature');
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return new TokenError(
      'JwtSignerError',
      'Failed to generate JWT signer, check your JWT secret or JWKS configuration',
    );
  }
  return new TokenError('MalformedJWT', 'The token provided is not a valid JWT');
}
