import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../../../scripts/start.ts', import.meta.url));
const PARTS = ['api', 'db', 'airtable', 'web'] as const;

/** A system of this story's own, started as a user starts it, which can be stopped and started again in its place. */
export class OwnSystem {
  #folder: string;
  #ports: number[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, ports: number[]) {
    this.#folder = folder;
    this.#ports = ports;
  }

  static async start(): Promise<OwnSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'civstart-own-'));
    const system = new OwnSystem(folder, await Promise.all(PARTS.map(freePort)));
    await system.start();
    return system;
  }

  get webUrl(): string {
    return `http://127.0.0.1:${this.#ports[3]}`;
  }

  get databaseUrl(): string {
    return `postgresql://postgres:postgres@127.0.0.1:${this.#ports[1]}/postgres`;
  }

  get airtableUrl(): string {
    return `http://127.0.0.1:${this.#ports[2]}`;
  }

  /** Resolves once it says that it is ready. */
  async start(): Promise<void> {
    const ports = PARTS.flatMap((part, index) => [`--${part}-port`, String(this.#ports[index])]);
    const child = spawn(process.execPath, [START, '--dir', this.#folder, ...ports], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('ready')) return void child.stdout.resume();
    }
    throw new Error(`The system ended before it was ready (${child.exitCode}).`);
  }

  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
