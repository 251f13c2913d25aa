import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const dockerfile = read('web/Dockerfile');
const pack = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };

/** Arguments of every instruction of a kind, lines put together. */
const instructions = (name: string): string[][] =>
  dockerfile
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.split(/\s+/).slice(1));

test('what is copied from the repository is there', () => {
  const sources = instructions('COPY')
    .filter(([first]) => !first?.startsWith('--from'))
    .flatMap((words) => words.slice(0, -1));
  expect(sources).toContain('package-lock.json');
  const missing = sources.filter((path) => !existsSync(new URL(path, ROOT)));
  expect(missing).toEqual([]);
});

test('what is copied is not ignored: each source is let through by name', () => {
  const lines = read('web/Dockerfile.dockerignore').split('\n');
  expect(lines[1]).toBe('*');
  const sources = instructions('COPY')
    .filter(([first]) => !first?.startsWith('--from'))
    .flatMap((words) => words.slice(0, -1));
  for (const source of sources) {
    const opened = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(opened.some((path) => source === path || source.startsWith(`${path}/`))).toBe(true);
  }
  for (const secret of ['**/.env*', '**/node_modules']) expect(lines).toContain(secret);
});

test('it runs the Node that everything is tested with, and not as root', () => {
  const images = instructions('FROM').map(([image]) => image);
  expect(new Set(images.map((image) => image?.split('-')[0]))).toEqual(
    new Set([`node:${pack.devDependencies.node}`]),
  );
  expect(instructions('USER')).toEqual([['node']]);
  expect(instructions('HEALTHCHECK')[0]?.join(' ')).toContain('/healthz');
});

test('the packages that run in it are at the top of node_modules, where they are copied from', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  expect(
    Object.entries(packages).filter(([path, { dev }]) => path.startsWith('web/node_modules/') && !dev),
  ).toEqual([]);
});

test('every variable that the app reads has a line in the table', () => {
  const table = read('web/README.md');
  const names = [...read('web/src/env.ts').matchAll(/^ {2}(\w+): \{$/gm)].map(([, name]) => name ?? '');
  expect(names.length).toBeGreaterThan(2);
  expect(names.filter((name) => !table.includes(`\n| \`${name}\` `))).toEqual([]);
});
