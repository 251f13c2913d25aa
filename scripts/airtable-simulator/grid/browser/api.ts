import type { GridData } from '../grid-data.ts';

/** A refusal, in words that a person can use. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

export async function loadBase(): Promise<GridData> {
  const response = await fetch('/_grid/base');
  return (await response.json()) as GridData;
}

/** @throws RefusedError with Airtable's reason */
export async function post(
  action: 'cell' | 'create' | 'destroy' | 'restore',
  body: unknown,
): Promise<{ id?: string }> {
  let response: Response;
  try {
    response = await fetch(`/_grid/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new RefusedError('The simulator does not answer. Is it still running?');
  }
  const answer = (await response.json()) as { id?: string; error?: { message?: string } | string };
  if (response.ok) return answer;
  const { error } = answer;
  throw new RefusedError((typeof error === 'object' ? error.message : error) ?? `Status ${response.status}`);
}
