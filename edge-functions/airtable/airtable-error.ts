/** Airtable refused a call, could not be reached (`status` 0), or answered with something else than it should. */
export class AirtableError extends Error {
  override name = 'AirtableError';
  readonly status: number;
  /** Airtable's own name for it, where it gave one. */
  readonly type: string | undefined;

  constructor(
    status: number,
    message: string,
    { type, ...options }: ErrorOptions & { type?: string | undefined } = {},
  ) {
    super(message, options);
    this.status = status;
    this.type = type;
  }
}

/** The month's calls are used up. Trying again is of no use; somebody has to change the plan, or wait. */
export class QuotaError extends AirtableError {
  override name = 'QuotaError';

  constructor() {
    super(
      429,
      'Airtable’s monthly quota of API calls is used up: nothing is read until it is raised or a new month begins.',
      { type: QUOTA_TYPE },
    );
  }
}

const QUOTA_TYPE = 'PUBLIC_API_BILLING_LIMIT_EXCEEDED';

/** The name of what went wrong, from any of the forms that Airtable's errors have. */
function typeOf(body: string): string | undefined {
  return /"(?:type|error)"\s*:\s*"([A-Z_]+)"/.exec(body)?.[1];
}

/** What a refusal means. Decided by status first: bodies differ from call to call. */
export function airtableErrorOf(status: number, body: string): AirtableError {
  if (status === 429 && body.includes(QUOTA_TYPE)) return new QuotaError();
  const type = typeOf(body);
  return new AirtableError(status, `Airtable answered ${status}${type === undefined ? '' : ` ${type}`}`, {
    type,
  });
}

/** Whether the same call may well succeed in a moment: no connection, a broken body, an overloaded server. */
export function isPassing(error: unknown): boolean {
  return error instanceof AirtableError && (error.status < 300 || error.status >= 500);
}

/** Whether Airtable says that there is no such thing, or none for this token: it does not tell the two apart. */
export function isMissing(error: unknown): boolean {
  return error instanceof AirtableError && (error.status === 403 || error.status === 404);
}
