import { createHmac } from 'node:crypto';

/** `hmac-sha256=` and the hex digest of the body under the decoded secret. */
export function contentMac(macSecretBase64: string, body: string): string {
  return `hmac-sha256=${createHmac('sha256', Buffer.from(macSecretBase64, 'base64')).update(body).digest('hex')}`;
}
