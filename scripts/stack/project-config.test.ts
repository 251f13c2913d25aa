import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readProjectConfig } from './project-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'civstart-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(toml: string): ReturnType<typeof readProjectConfig> {
  const file = join(folder, 'config.toml');
  writeFileSync(file, toml);
  return readProjectConfig(file);
}

test('settings and functions are read, with paths from the file’s own folder', () => {
  const config = read(`
    [auth]
    enable_signup = false # nobody
    jwt_expiry = 600
    additional_redirect_urls = ["http://x"]
    [functions.ingest]
    verify_jwt = false
    entrypoint = "../fn/index.ts"
    import_map = "../fn/deno.json"
    [functions.off]
    enabled = false`);
  expect(config).toEqual({
    enableSignup: false,
    jwtExpiryS: 600,
    maxRows: 1000,
    functions: [
      {
        name: 'ingest',
        entrypoint: join(folder, '../fn/index.ts'),
        importMap: join(folder, '../fn/deno.json'),
      },
    ],
  });
});

test('what the local stack cannot do is refused, not ignored', () => {
  expect(() => read('[functions.a]\nentrypoint = "a.ts"')).toThrow('needs verify_jwt = false');
  expect(() => read('[functions.a]\nverify_jwt = false')).toThrow('needs entrypoint');
  expect(() => read('[auth]\nenable_signup = "no"')).toThrow(
    /expected boolean, received string[^]*auth.enable_signup/,
  );
});

test('the project’s own file is readable', () => {
  expect(readProjectConfig().functions.map(({ name }) => name)).toContain('airtable');
});
