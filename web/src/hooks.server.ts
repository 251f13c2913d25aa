import { redirect } from '@sveltejs/kit';
import { type Handle, type HandleServerError, sequence } from '@sveltejs/kit/hooks';
import { PUBLIC_SUPABASE_URL } from '$app/env/public';
import { requestClient } from '#lib/server/request-client.ts';
import { secureHeaders } from '#lib/server/security-headers.ts';
import { visitorOf } from '#lib/server/visitor.ts';
import { safeNext } from '#lib/safe-next.ts';
import { readTheme } from '#lib/theme.ts';

const headers: Handle = async ({ event, resolve }) => {
  const theme = readTheme(event.cookies.get('theme'));
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%app.theme%', theme),
    preload: (asset) =>
      asset.type === 'js' ||
      asset.type === 'css' ||
      (asset.type === 'font' && /inter-latin-wght/.test(asset.filename)),
  });
  secureHeaders(response.headers, PUBLIC_SUPABASE_URL);
  return response;
};

const visitor: Handle = async ({ event, resolve }) => {
  // Neither says anything of anybody; the second is kept by the service worker for all.
  if (event.route.id === '/healthz' || event.route.id === '/offline') return resolve(event);
  event.locals.supabase = requestClient(event);
  event.locals.visitor = await visitorOf(event.locals.supabase);

  const here = event.url.pathname + event.url.search;
  if (event.route.id === '/sign-in') {
    if (event.locals.visitor.kind === 'user') redirect(303, safeNext(event.url.searchParams.get('next')));
  } else if (event.locals.visitor.kind === 'nobody') {
    redirect(303, here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(safeNext(here))}`);
  }
  const response = await resolve(event);
  // One person's data. Without this, Back shows them from the browser's cache after signing out.
  response.headers.set('cache-control', 'private, no-store');
  return response;
};

export const handle = sequence(headers, visitor);

export const handleError: HandleServerError = ({ error, kind, event }) => {
  if (kind === 'unknown') console.error(`${event.request.method} ${event.url.pathname} failed`, error);
};
