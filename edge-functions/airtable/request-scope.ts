import type { Hono } from 'hono';
import type { Ports } from './ports.ts';

/** What belongs to one request. */
export interface Asked {
  Variables: {
    /** Their log names the request. */
    ports: Ports;
    /** Does the work after the answer, and notes in the log how it ended. */
    later: (what: string, work: (ports: Ports) => Promise<unknown>) => void;
  };
}

export type App = Hono<Asked>;
