import { createServer } from 'node:net';

/** A port that is needed, and the option that changes it. */
export interface PortUse {
  purpose: string;
  port: number;
  flag: string;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
}

/** Throws one error that names every taken port and how to choose another. */
export async function checkPorts(uses: readonly PortUse[]): Promise<void> {
  const taken: PortUse[] = [];
  for (const use of uses) if (await isTaken(use.port)) taken.push(use);
  if (taken.length === 0) return;
  throw new Error(
    taken
      .map(
        (use) =>
          `Port ${use.port} for ${use.purpose} is taken. Free it, or choose another with ${use.flag} <port>.`,
      )
      .join('\n'),
  );
}
