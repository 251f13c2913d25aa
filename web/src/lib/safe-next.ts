const HERE = 'http://here.invalid';

/**
 * Where to go after signing in: a path of this app, or the dashboard. Anything that a browser would
 * read as another site (`//evil`, `/\evil`, a scheme, control characters) is not a path of this app.
 */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith('/')) return '/';
  const url = URL.parse(next, HERE);
  if (!url || url.origin !== HERE || url.pathname.startsWith('//')) return '/';
  if (url.pathname === '/sign-in' || url.pathname === '/no-access') return '/';
  return url.pathname + url.search;
}
