/** Every way in which a request can be refused, with its status. */
const STATUS = {
  BODY_TOO_LARGE: 413,
  MALFORMED_BODY: 400,
  UNKNOWN_BASE: 400,
  UNKNOWN_TABLE: 400,
  SIGNATURE_MISMATCH: 401,
  SECRET_MISMATCH: 401,
  SESSION_INVALID: 401,
  NOT_OWNER: 403,
  UNKNOWN_WEBHOOK: 404,
  UNKNOWN_ROUTE: 404,
  UNKNOWN_RUN: 404,
  UNKNOWN_LETTER: 404,
  NOT_CONNECTED: 409,
  AIRTABLE_UNAVAILABLE: 502,
  DATABASE_UNAVAILABLE: 503,
  AUTH_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const;

export type RequestErrorCode = keyof typeof STATUS;

/** A refusal as the caller sees it: a code to branch on, a message that says what to do. Thrown by the app only. */
export class RequestError extends Error {
  override name = 'RequestError';
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): (typeof STATUS)[RequestErrorCode] {
    return STATUS[this.code];
  }
}
