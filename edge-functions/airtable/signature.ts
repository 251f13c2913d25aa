const PREFIX = 'hmac-sha256=';

function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[0-9a-f]{64}$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/**
 * Checks Airtable's `X-Airtable-Content-MAC` over the raw bytes of a ping, in constant time. The key is the
 * decoded secret, not its base64 text.
 */
export async function verifySignature(
  secretBase64: string,
  header: string | undefined,
  body: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const key = await crypto.subtle.importKey(
    'raw',
    fromBase64(secretBase64),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const mac = header?.startsWith(PREFIX) ? fromHex(header.slice(PREFIX.length)) : undefined;
  // A malformed header costs the same as a wrong one.
  const matches = await crypto.subtle.verify('HMAC', key, mac ?? new Uint8Array(32), body);
  return mac !== undefined && matches;
}

/** Compares two secrets without telling by time where they differ: their digests are compared, not they. */
export async function equalSecrets(given: string, expected: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const mac = await crypto.subtle.sign('HMAC', key, encoder.encode(expected));
  return crypto.subtle.verify('HMAC', key, mac, encoder.encode(given));
}
