import { RequestError } from './errors.ts';

/** What rejects is the database's fault, unless it is a refusal of the request. */
export async function whileDatabaseAnswers<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    throw new RequestError('DATABASE_UNAVAILABLE', 'Postgres does not answer; try again', { cause });
  }
}
