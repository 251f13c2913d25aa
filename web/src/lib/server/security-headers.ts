/**
 * What the browser may connect to: ourselves and the Supabase project, by HTTP and by WebSocket. The
 * project is known only when the app runs, so this part of the policy is added to each response.
 */
export function connectSources(supabaseUrl: string): string {
  const { origin } = new URL(supabaseUrl);
  return `connect-src 'self' ${origin} ${origin.replace(/^http/, 'ws')}`;
}

/** Adds the headers that keep pages out of frames, types unguessed and addresses private. */
export function secureHeaders(headers: Headers, supabaseUrl: string): void {
  const policy = headers.get('content-security-policy');
  if (policy) headers.set('content-security-policy', `${policy}; ${connectSources(supabaseUrl)}`);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-frame-options', 'DENY');
  headers.set('referrer-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  headers.set('cross-origin-opener-policy', 'same-origin');
}
