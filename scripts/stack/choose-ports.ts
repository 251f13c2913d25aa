import { createServer } from 'node:net';
import { freePort } from './free-port.ts';

/** Where the parts listen on 127.0.0.1. */
export interface StackPorts {
  api: number;
  db: number;
  airtable: number;
  web: number;
}

export const DEFAULT_PORTS: StackPorts = { api: 54321, db: 54322, airtable: 54330, web: 5173 };

const PURPOSE: Record<keyof StackPorts, string> = {
  api: 'the API',
  db: 'Postgres',
  airtable: 'the Airtable simulator',
  web: 'the web app',
};

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(true));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
  });
}

/**
 * The ports that are wanted, the usual ones where nothing is said, free ones for 0. Throws one error that names every
 * taken port and how to choose another.
 */
export async function choosePorts(wanted: Partial<StackPorts>, withWeb: boolean): Promise<StackPorts> {
  const ports = { ...DEFAULT_PORTS, ...wanted };
  const taken: string[] = [];
  for (const name of Object.keys(PURPOSE) as (keyof StackPorts)[]) {
    if (ports[name] === 0) ports[name] = await freePort();
    else if ((name !== 'web' || withWeb) && (await isTaken(ports[name]))) {
      taken.push(
        `Port ${ports[name]} for ${PURPOSE[name]} is taken. Free it, or choose another with --${name}-port <port>.`,
      );
    }
  }
  if (taken.length > 0) throw new Error(taken.join('\n'));
  return ports;
}
