/** The error types that the simulator answers with; all are Airtable's own names. */
export type AirtableErrorType =
  | 'AUTHENTICATION_REQUIRED'
  | 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND'
  | 'NOT_FOUND'
  | 'REQUEST_TOO_LARGE'
  | 'INVALID_REQUEST_BODY'
  | 'INVALID_REQUEST_MISSING_FIELDS'
  | 'INVALID_REQUEST_UNKNOWN'
  | 'INVALID_RECORDS'
  | 'INVALID_RECORD_ID'
  | 'INVALID_VALUE_FOR_COLUMN'
  | 'INVALID_MULTIPLE_CHOICE_OPTIONS'
  | 'INVALID_FILTER_BY_FORMULA'
  | 'UNKNOWN_FIELD_NAME'
  | 'VIEW_NAME_NOT_FOUND'
  | 'ROW_DOES_NOT_EXIST'
  | 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE'
  | 'TOO_MANY_WEBHOOKS_IN_BASE'
  | 'INVALID_FILTERS'
  | 'DUPLICATE_OR_EMPTY_FIELD_NAME';

/** A refusal in Airtable's form: `{"error":{"type","message"}}`, or `{"error":"NOT_FOUND"}` without a message. */
export class AirtableError extends Error {
  override name = 'AirtableError';
  readonly status: 401 | 403 | 404 | 413 | 422;
  readonly type: AirtableErrorType;

  constructor(status: AirtableError['status'], type: AirtableErrorType, message = '') {
    super(message);
    this.status = status;
    this.type = type;
  }

  get body(): unknown {
    return { error: this.message ? { type: this.type, message: this.message } : this.type };
  }
}

/** 422 for a parameter outside its documented range or form. */
export function invalidRequest(
  detail = 'parameter validation failed. Check your request data.',
): AirtableError {
  return new AirtableError(422, 'INVALID_REQUEST_UNKNOWN', `Invalid request: ${detail}`);
}

/** 403: what a token gets for a base, table or webhook that it cannot see, present or not. */
export function forbidden(): AirtableError {
  return new AirtableError(
    403,
    'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND',
    'Invalid permissions, or the requested model was not found. Check that both your user and your token have the ' +
      'required permissions, and that the model names and/or ids are correct.',
  );
}
