import { isUnreached, refusalOf } from './actions/refusal.ts';

/** Why something could not be loaded, in words for the reader of the page. */
export function failureWords(error: unknown): string {
  const { code } = refusalOf(error);
  if (isUnreached({ code }))
    return 'The server could not be reached. Look whether this device has a network.';
  const said = typeof error === 'object' && error !== null && 'message' in error ? error.message : '';
  const words = typeof said === 'string' ? said.trim().replace(/[.!]$/, '') : '';
  return words ? `The server answered: ${words}.` : 'The server did not say why.';
}
