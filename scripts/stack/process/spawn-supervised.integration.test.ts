import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { spawnSupervised } from './spawn-supervised.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('disposing sends the stop signal and waits for the end', async () => {
  const lines: string[] = [];
  const child = await spawnSupervised({
    name: 'sleeper',
    command: process.execPath,
    args: [
      '-e',
      `process.on('SIGINT', () => { console.log('tidied'); process.exit(3) }); console.log('up'); setInterval(() => {}, 1000)`,
    ],
    stopSignal: 'SIGINT',
    onLine: (line) => lines.push(line),
  });
  await expect.poll(() => lines).toContain('up');
  await child[Symbol.asyncDispose]();
  expect(await child.exited).toEqual({ code: 3, signal: null });
  expect(isAlive(child.pid)).toBe(false);
  await expect.poll(() => lines).toEqual(['up', 'tidied']);
});

test('one that ignores the stop signal is killed after its time of grace', async () => {
  const lines: string[] = [];
  const child = await spawnSupervised({
    name: 'stubborn',
    command: process.execPath,
    args: ['-e', `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`],
    graceMs: 50,
    onLine: (line) => lines.push(line),
  });
  await expect.poll(() => lines).toContain('up');
  await child[Symbol.asyncDispose]();
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a command that does not exist → an error that names what could not be started', async () => {
  await expect(spawnSupervised({ name: 'The thing', command: '/nowhere/thing', args: [] })).rejects.toThrow(
    /The thing could not be started/,
  );
});

test('kill -9 of the parent → the command ends too', async () => {
  const module = fileURLToPath(new URL('spawn-supervised.ts', import.meta.url));
  const parent = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `const { spawnSupervised } = await import(${JSON.stringify(module)});
     const child = await spawnSupervised({ name: 'orphan', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] });
     console.log(child.pid); setInterval(() => {}, 1000)`,
  ]);
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  const pid = Number(line);
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});
