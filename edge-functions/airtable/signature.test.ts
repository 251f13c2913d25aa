import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { equalSecrets, verifySignature } from './signature.ts';

const secret = randomBytes(64);
const body = new TextEncoder().encode(
  '{"base":{"id":"app1"},"webhook":{"id":"ach1"},"timestamp":"2026-01-01T00:00:00.000Z"}',
);
const macOf = (bytes: Uint8Array): string =>
  `hmac-sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;

describe('the MAC of a ping', () => {
  test('made with the decoded secret over the raw bytes → accepted', async () => {
    expect(await verifySignature(secret.toString('base64'), macOf(body), body)).toBe(true);
  });

  test('over the same JSON with other white space → refused', async () => {
    const spaced = new TextEncoder().encode(new TextDecoder().decode(body).replaceAll(':', ': '));
    expect(await verifySignature(secret.toString('base64'), macOf(body), spaced)).toBe(false);
  });

  test('made with the base64 text of the secret as key → refused', async () => {
    const text = secret.toString('base64');
    const mac = `hmac-sha256=${createHmac('sha256', text).update(body).digest('hex')}`;
    expect(await verifySignature(text, mac, body)).toBe(false);
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['without the prefix', macOf(body).slice('hmac-sha256='.length)],
    ['too short', macOf(body).slice(0, -2)],
    ['not hexadecimal', `hmac-sha256=${'zz'.repeat(32)}`],
    ['of zeros', `hmac-sha256=${'00'.repeat(32)}`],
  ])('%s → refused', async (_, header) => {
    expect(await verifySignature(secret.toString('base64'), header, body)).toBe(false);
  });
});

test('secrets are equal only when they are the same', async () => {
  expect(await equalSecrets('correct horse', 'correct horse')).toBe(true);
  expect(await equalSecrets('correct hors', 'correct horse')).toBe(false);
  expect(await equalSecrets('', 'correct horse')).toBe(false);
});
