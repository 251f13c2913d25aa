import { describe, expect, test } from 'vitest';
import { optionalUrl, publishableKey, requiredUrl } from './env-rules.ts';

const jwt = (role: string) => `x.${btoa(JSON.stringify({ role }))}.y`;

describe('the environment', () => {
  test('a missing URL → says which variable to set, and to what', () => {
    expect(() => requiredUrl('URL_A', 'the API URL')(undefined)).toThrow(
      /URL_A is not set\. Set it to the API URL/,
    );
  });

  test.each(['localhost:54321', 'nonsense', 'ftp://a.test'])('the URL %s → refused by name', (value) => {
    expect(() => requiredUrl('URL_A', 'x')(value)).toThrow(/URL_A is ".+", which is not a URL/);
    expect(() => optionalUrl('URL_B')(value)).toThrow(/URL_B/);
  });

  test('a URL with a slash at the end → without', () => {
    expect(requiredUrl('URL_A', 'x')('http://127.0.0.1:54321/')).toBe('http://127.0.0.1:54321');
  });

  test('an absent optional URL → undefined', () => {
    expect(optionalUrl('URL_B')('')).toBeUndefined();
  });

  test.each(['sb_secret_abc', jwt('service_role')])('a secret key in a public variable → refused', (key) => {
    expect(() => publishableKey('KEY')(key)).toThrow(/secret key/);
  });

  test.each(['sb_publishable_abc', jwt('anon')])('the key %s → taken', (key) => {
    expect(publishableKey('KEY')(key)).toBe(key);
  });
});
