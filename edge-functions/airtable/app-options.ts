import type { FindUser } from './authorize.ts';
import type { Ports } from './ports.ts';

/** What the HTTP side needs beside the engine's ports. */
export interface AppOptions extends Ports {
  syncSecret: string;
  findUser: FindUser;
  /** Keeps the function alive for work that goes on after the answer. */
  defer: (work: Promise<unknown>) => void;
  budgetMs?: number;
}
