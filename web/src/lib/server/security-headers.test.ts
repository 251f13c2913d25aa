import { expect, test } from 'vitest';
import { connectSources, secureHeaders } from './security-headers.ts';

test.each([
  ['http://127.0.0.1:54321', "connect-src 'self' http://127.0.0.1:54321 ws://127.0.0.1:54321"],
  ['https://abc.supabase.co', "connect-src 'self' https://abc.supabase.co wss://abc.supabase.co"],
])('%s → HTTP and WebSocket to it, and nowhere else', (url, policy) => {
  expect(connectSources(url)).toBe(policy);
});

test('a page → its policy gets the project; no page → no policy is made up', () => {
  const page = new Headers({ 'content-security-policy': "default-src 'self'" });
  secureHeaders(page, 'https://abc.supabase.co');
  expect(page.get('content-security-policy')).toMatch(/^default-src 'self'; connect-src 'self' https/);

  const image = new Headers();
  secureHeaders(image, 'https://abc.supabase.co');
  expect(image.get('content-security-policy')).toBeNull();
  expect(image.get('x-content-type-options')).toBe('nosniff');
});
