import { Hono } from 'hono';
import { z } from 'zod';
import { readAdminUserInput } from './admin-user-input.ts';
import type { AdminUserStore } from './admin-user-store.ts';
import { roleOfKey, verifyToken } from './api-keys.ts';
import { GoTrueError } from './gotrue-error.ts';
import type { LocalKeys } from './local-keys.ts';

const DEFAULT_PER_PAGE = 50;
const BROWSER = /^Mozilla\/5\.0/i;

const pageNumber = z.coerce.number().int().min(1);

/** GoTrue's `/admin/users`, open to the service role only. */
export function adminUsers(store: AdminUserStore, keys: LocalKeys): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    const { apikey, 'user-agent': agent = '' } = c.req.header();
    if (apikey === undefined || roleOfKey(apikey, keys) === undefined) {
      return c.json({ message: 'Invalid API key', hint: 'Double check your Supabase `apikey`' }, 401);
    }
    // As on the platform: a secret key that got into a web page must not work from there.
    if (apikey === keys.secretKey && BROWSER.test(agent)) {
      return c.json({ message: 'Forbidden use of secret API key in browser' }, 401);
    }
    await requireServiceRole(c.req.raw, keys);
    return next();
  });

  app.get('/', async (c) => {
    const page = readNumber(c.req.query('page'), 1);
    const perPage = readNumber(c.req.query('per_page'), DEFAULT_PER_PAGE);
    const { users, total } = await store.list(page, perPage);
    c.header('x-total-count', String(total));
    c.header('link', pageLinks(page, perPage, total));
    return c.json({ users, aud: 'authenticated' });
  });

  app.post('/', async (c) => c.json(await store.create(await readAdminUserInput(c.req.raw))));

  app.get('/:id', async (c) => c.json(await store.get(readId(c.req.param('id')))));

  app.put('/:id', async (c) => {
    const id = readId(c.req.param('id'));
    return c.json(await store.update(id, await readAdminUserInput(c.req.raw)));
  });

  app.delete('/:id', async (c) => {
    const body = (await c.req.json().catch(() => ({}))) as { should_soft_delete?: boolean };
    if (body.should_soft_delete === true) {
      throw new GoTrueError(400, 'validation_failed', 'The local stack deletes users for good only');
    }
    await store.delete(readId(c.req.param('id')));
    return c.json({});
  });

  app.onError((error) => {
    if (error instanceof GoTrueError) return error.toResponse();
    throw error;
  });
  return app;
}

async function requireServiceRole(request: Request, keys: LocalKeys): Promise<void> {
  const bearer = request.headers.get('authorization')?.match(/^Bearer\s+(\S+)$/i)?.[1];
  if (bearer === undefined) {
    throw new GoTrueError(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  }
  const role = roleOfKey(bearer, keys) ?? (await verifyToken(bearer, keys))?.role;
  if (role === undefined) {
    throw new GoTrueError(403, 'bad_jwt', 'invalid JWT: unable to parse or verify signature');
  }
  if (role !== 'service_role') throw new GoTrueError(403, 'not_admin', 'User not allowed');
}

function readNumber(text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback;
  const parsed = pageNumber.safeParse(text);
  if (!parsed.success) throw new GoTrueError(400, 'validation_failed', 'Bad Pagination Parameters');
  return parsed.data;
}

function readId(text: string): string {
  const parsed = z.guid().safeParse(text);
  if (!parsed.success) throw new GoTrueError(404, 'validation_failed', 'user_id must be an UUID');
  return parsed.data;
}

function pageLinks(page: number, perPage: number, total: number): string {
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (to: number, rel: string): string =>
    `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  return [...(page < last ? [link(page + 1, 'next')] : []), link(last, 'last')].join(', ');
}
