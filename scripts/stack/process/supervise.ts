/**
 * Runs one command and outlives its parent just long enough to end it. The parent holds the other end of
 * this process's standard input: when it closes, also by kill -9, the command is stopped. That is the only
 * way to leave no orphan behind for programs (Postgres, Deno) that do not watch their parent themselves.
 *
 * Started by `spawnSupervised`, with one JSON argument; reports the command's pid and exit on descriptor 3.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

interface Order {
  command: string;
  args: string[];
  cwd: string;
  stopSignal: NodeJS.Signals;
  graceMs: number;
  uid?: number;
  gid?: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const report = createWriteStream('', { fd: 3 });
// A parent that was killed has closed its end: there is nobody left to tell.
report.on('error', () => {});
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const child = spawn(order.command, order.args, {
  cwd: order.cwd,
  stdio: ['ignore', 'inherit', 'inherit'],
  ...(order.uid === undefined ? {} : { uid: order.uid }),
  ...(order.gid === undefined ? {} : { gid: order.gid }),
});
report.write(JSON.stringify({ pid: child.pid ?? null }) + '\n');

child.on('error', (error) => {
  report.write(JSON.stringify({ error: error.message }) + '\n', () => process.exit(127));
});
child.on('exit', (code, signal) => {
  report.write(JSON.stringify({ code, signal }) + '\n', () => process.exit(code ?? 1));
});

let stopping = false;
function stop(): void {
  if (stopping) return;
  stopping = true;
  child.kill(order.stopSignal);
  setTimeout(() => child.kill('SIGKILL'), order.graceMs).unref();
}
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
// Ctrl-C reaches the whole terminal group: the parent decides the order in which things stop, not the terminal.
process
  .on('SIGINT', () => {})
  .on('SIGTERM', stop)
  .on('SIGHUP', () => {});
