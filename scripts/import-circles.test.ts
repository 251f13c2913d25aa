import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['edge-functions', 'scripts', 'supabase/types', 'web/src'];
const STATIC = /^\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'/gm;

/** What each source file names in its imports, types too. Parts that are loaded later are not meant. */
function readImports(): Map<string, string[]> {
  const files = globSync(
    FOLDERS.map((folder) => `${folder}/**/*.{ts,svelte}`),
    { cwd: ROOT, exclude: ['**/node_modules'] },
  );
  return new Map(
    files.map((file) => {
      const named = [...readFileSync(join(ROOT, file), 'utf8').matchAll(STATIC)].map(([, name = '']) => name);
      return [file, named.map((name) => resolve(file, name)).filter((name) => files.includes(name))];
    }),
  );
}

const resolve = (file: string, name: string): string =>
  name.startsWith('#lib/') ? join('web/src/lib', name.slice('#lib/'.length)) : join(dirname(file), name);

/** The way from a file back to itself, if there is one. */
function findCircle(imports: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    way.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next);
      if (circle.length) return circle;
    }
    way.pop();
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle.length) return circle;
  }
  return [];
}

test('no file is imported by what it imports, not even for a type', () => {
  const imports = readImports();
  expect(imports.get('web/src/routes/(app)/+layout.svelte')).toContain(
    'web/src/lib/components/toaster.svelte',
  );
  expect(findCircle(imports)).toEqual([]);
});
