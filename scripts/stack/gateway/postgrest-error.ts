/** What a Postgres driver throws: `code` is a SQLSTATE, or the driver's own word for a lost connection. */
export interface DatabaseError {
  code: string;
  message: string;
  detail?: string;
  hint?: string;
}

const LOST_CONNECTION = /^(ECONN|EPIPE|ETIMEDOUT|CONNECTION_|CONNECT_TIMEOUT|08|57P0[1-3])/;

/** PostgREST's table of statuses: the first key that the SQLSTATE starts with decides, anything else is 400. */
const STATUSES: readonly (readonly [prefix: string, status: number])[] = [
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['P0001', 400],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
];

/** True for whatever a query fails with while Postgres is stopping, stopped or starting. */
export function isLostConnection(error: unknown): boolean {
  return isDatabaseError(error) && LOST_CONNECTION.test(error.code);
}

export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** The response that PostgREST gives for an error of Postgres. `role` is who asked: anon may try again signed in. */
export function postgrestError(error: DatabaseError, role: string): Response {
  const { code, message, detail = null, hint = null } = error;
  const status =
    code === '42501'
      ? role === 'anon'
        ? 401
        : 403
      : (STATUSES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400);
  return Response.json({ code, message, details: detail, hint }, { status });
}

/** 503 in PostgREST's words for "the database does not answer". */
export function databaseIsDown(): Response {
  return Response.json(
    {
      code: 'PGRST001',
      message: 'Postgres is not running, or is just starting. Try again in a moment.',
      details: null,
      hint: null,
    },
    { status: 503, headers: { 'retry-after': '1' } },
  );
}
