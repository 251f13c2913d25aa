import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJoinConfig } from './join-config.ts';

test('a join as the official client sends it', () => {
  const changes = [{ event: '*', schema: 'public', table: 't' }];
  const config = {
    broadcast: { ack: true, self: false, replay: { since: 1 }, replication_ready: 'true' },
    presence: { key: 'me', enabled: true },
    postgres_changes: changes,
    private: 'TRUE',
  };
  expect(readJoinConfig({ config, access_token: 'abc' })).toEqual({
    private: true,
    ack: true,
    self: false,
    replicationReady: true,
    replay: { since: 1 },
    presenceEnabled: true,
    presenceKey: 'me',
    postgresChanges: changes,
    accessToken: 'abc',
  });
});

test('a join that says nothing is public and silent, with a key of its own', () => {
  const [first, second] = [readJoinConfig({}), readJoinConfig({})];
  expect(first).toMatchObject({
    private: false,
    ack: false,
    self: false,
    presenceEnabled: false,
    accessToken: null,
  });
  expect(first.presenceKey).not.toBe(second.presenceKey);
});

test('whatever is sent can be read', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.record({ config: fc.jsonValue(), access_token: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(anything, (payload) => {
      expect(typeof readJoinConfig(payload).private).toBe('boolean');
    }),
  );
});

test('an API key is no token', () => {
  expect(readJoinConfig({ access_token: 'sb_secret_x' }).accessToken).toBeNull();
  expect(readJoinConfig({ user_token: 'abc' }).accessToken).toBe('abc');
});
