import { expect, test } from 'vitest';
import { sharedMessage, userBroadcast } from './shared-message.ts';

test('a message is written once for each version, however many subscribers take it', () => {
  const message = userBroadcast('room', { event: 'e', encoding: 'json', bytes: Buffer.from('{}') }, 'id-1');
  expect(message.id).toBe('id-1');
  expect(message.frame('2.0.0')).toBe(message.frame('2.0.0'));
  expect(message.frame('1.0.0')).toBe(message.frame('1.0.0'));
  expect(message.frame('2.0.0')?.binary).toBe(true);
  expect(message.frame('1.0.0')?.binary).toBe(false);
});

test('topics get their prefix on the wire', () => {
  const { data } = sharedMessage('room', 'presence_diff', '{"joins":{},"leaves":{}}').frame('2.0.0')!;
  expect(data.toString()).toBe('[null,null,"realtime:room","presence_diff",{"joins":{},"leaves":{}}]');
});
