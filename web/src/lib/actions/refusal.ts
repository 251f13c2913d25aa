/** A field that somebody else changed since the page showed it. */
export interface Conflict {
  field: string;
  yours: unknown;
  theirs: unknown;
  base: unknown;
}

/** Why a change was not made, in words for the reader of the page. */
export interface Refusal {
  /** What happened and what to do. */
  text: string;
  /** SQLSTATE; empty when the database was not reached. */
  code: string;
  /** The field it is about, where it is about one. */
  field: string | null;
  conflicts: readonly Conflict[];
  /** The row is not there any more. */
  gone: boolean;
}

const CONFLICT = 'PT409';
const NOT_THERE = 'P0002';
const BAD_VALUE = '22023';
/** The gateway answers for a database that does not. */
const AWAY = /^(PGRST00[0-3]|57P0|08|53)/;

/** Nobody knows whether it arrived: it may be sent again under its key. */
export const isUnreached = ({ code }: Pick<Refusal, 'code'>): boolean => !code || AWAY.test(code);

interface PostgrestLike {
  message: string;
  code: string;
  details: string | null;
  hint: string | null;
}

/** Reads what a call threw. The words of our own functions are for the reader; all others are not. */
export function refusalOf(error: unknown): Refusal {
  const { message, code, details, hint } = asPostgrest(error);
  const plain = { code, field: null, conflicts: [], gone: false };
  if (isUnreached(plain)) {
    return { ...plain, text: 'The database was not reached. Try again in a moment.' };
  }
  if (code === CONFLICT) {
    return { ...plain, text: sentence(message, hint), conflicts: readConflicts(details) };
  }
  if (code === NOT_THERE || code === BAD_VALUE) {
    const field = details && /^[a-z_]+$/.test(details) ? details : null;
    return { ...plain, text: sentence(message, hint), field, gone: code === NOT_THERE && !field };
  }
  if (code === '42501' || code === 'P0001') return { ...plain, text: sentence(message, hint) };
  return { ...plain, text: `The database refused it: ${sentence(message, hint)}` };
}

function sentence(message: string, hint: string | null): string {
  const ended = /[.!?]$/.test(message) ? message : `${message}.`;
  return hint ? `${ended} ${hint}` : ended;
}

function asPostgrest(error: unknown): PostgrestLike {
  const { message, code, details, hint } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Partial<Record<keyof PostgrestLike, unknown>>;
  const text = (value: unknown) => (typeof value === 'string' && value ? value : null);
  return {
    message: text(message) ?? String(error),
    code: text(code) ?? '',
    details: text(details),
    hint: text(hint),
  };
}

function readConflicts(details: string | null): Conflict[] {
  try {
    const found: unknown = JSON.parse(details ?? '[]');
    return Array.isArray(found) ? (found as Conflict[]) : [];
  } catch {
    // Words of a later version: the message still says what happened.
    return [];
  }
}
