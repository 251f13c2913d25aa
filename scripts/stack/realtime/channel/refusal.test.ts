import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { TokenError } from '../token.ts';
import { refusal } from './refusal.ts';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('said by Postgres', 0, 'error');
  error.code = code;
  return error;
}

test.each([
  ['a refused token', new TokenError('MalformedJWT', 'why'), 'MalformedJWT'],
  ['a policy that fails', databaseError('22012'), 'Unauthorized'],
  ['a role that may not ask', databaseError('42501'), 'Unauthorized'],
  ['a query that took too long', databaseError('57014'), 'QueryCanceled'],
  ['no partition', databaseError('23514'), 'MissingPartition'],
  ['a database that shuts down', databaseError('57P01'), 'UnableToConnectToProject'],
  ['too many connections', databaseError('53300'), 'UnableToConnectToProject'],
  ['a connection lost', new Error('Connection terminated'), 'UnableToConnectToProject'],
])('%s → %s', (_, error, code) => {
  expect(refusal(error, 'room').code).toBe(code);
});
