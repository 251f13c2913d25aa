import { Hono } from 'hono';
import { serve, type ServerType } from '@hono/node-server';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a deployment asked of Supabase's Management API. */
export interface ManagementApi extends AsyncDisposable {
  readonly url: string;
  /** Names and texts of the files of the last function that was deployed. */
  readonly files: Map<string, string>;
  readonly metadata: Record<string, unknown>;
  readonly secrets: { name: string; value: string }[];
}

/** Answers the few calls of the Management API that a deployment makes; anything else is 404, and the CLI stops. */
export async function createManagementApi(accessToken: string): Promise<ManagementApi> {
  const files = new Map<string, string>();
  const metadata: Record<string, unknown> = {};
  const secrets: { name: string; value: string }[] = [];
  const app = new Hono();

  app.use(async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${accessToken}`)
      return c.json({ message: 'Unauthorized' }, 401);
    return next();
  });
  app.get('/v1/projects/:ref', (c) => c.json(projectOf(c.req.param('ref'))));
  app.post('/v1/projects/:ref/secrets', async (c) => {
    secrets.push(...(await c.req.json<typeof secrets>()));
    return c.body(null, 201);
  });
  app.post('/v1/projects/:ref/functions/deploy', async (c) => {
    const form = await c.req.formData();
    Object.assign(metadata, JSON.parse(form.get('metadata') as string));
    for (const file of form.getAll('file')) if (file instanceof File) files.set(file.name, await file.text());
    return c.json(functionOf(c.req.query('slug') ?? ''), 201);
  });

  const server: ServerType = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    metadata,
    secrets,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function projectOf(ref: string) {
  return {
    id: ref,
    ref,
    name: 'civstart-live',
    organization_id: 'civstart',
    organization_slug: 'civstart',
    region: 'us-east-1',
    status: 'ACTIVE_HEALTHY',
    created_at: '2026-09-01T00:00:00Z',
    database: {
      host: `db.${ref}.supabase.test`,
      version: '17',
      postgres_engine: '17',
      release_channel: 'ga',
    },
  };
}

function functionOf(slug: string) {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    slug,
    name: slug,
    status: 'ACTIVE',
    version: 1,
    created_at: 1,
    updated_at: 1,
    verify_jwt: false,
    import_map: true,
  };
}
