import { createHash } from 'node:crypto';
import { Random } from './random.ts';
import type { SeedBase, SeedConnection, SeedStartup } from './seed-base.ts';
import { daysBeforeEnd, iso, workingMoment } from './seed-times.ts';

/** A line of the ledger of credits. Airtable has none: the mirror keeps it alone. */
export interface SeedCreditChange {
  id: string;
  startupId: string;
  delta: number;
  /** After this line; the startup's credits after its last one. */
  balance: number;
  reason: string;
  signalId: string | null;
  at: string;
}

/** What a request costs, in credits, until somebody sets another price. */
export const CREDIT_COSTS = { public_signal_request: 5, assigned_signal_request: 2 } as const;

const GRANTS = ['Pilot programme', 'Quarterly allotment', 'Conference partner', 'Thanks for the case study'];
const HOUR_MS = 3_600_000;

/**
 * Grants, and requests of public signals that became connections, such that each startup ends with the credits that it
 * has and never had fewer than none. In the order of time, startup by startup.
 */
export function generateLedger(base: SeedBase): SeedCreditChange[] {
  const random = new Random('civstart/ledger');
  const open = new Map(base.signals.filter((signal) => signal.isPublic).map((signal) => [signal.id, signal]));
  return base.startups.flatMap((startup) => {
    const own = random.fork(startup.name);
    const requests = base.connections
      .filter(
        ({ startupId, signalId, name }) =>
          startupId === startup.id && open.has(signalId) && own.fork(name).chance(0.7),
      )
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt));
    return linesOf(startup, requests, own, (request) => open.get(request.signalId)?.identifier ?? '');
  });
}

function linesOf(
  startup: SeedStartup,
  requests: readonly SeedConnection[],
  random: Random,
  identifierOf: (request: SeedConnection) => string,
): SeedCreditChange[] {
  const cost = CREDIT_COSTS.public_signal_request;
  const lines: SeedCreditChange[] = [];
  let balance = 0;
  let granted = 0;
  let lastMs = Date.parse(startup.createdAt);
  const toGrant = startup.credits + requests.length * cost;

  const add = (delta: number, reason: string, atMs: number, signalId: string | null): void => {
    balance += delta;
    lastMs = atMs;
    lines.push({
      id: uuidOf(`${startup.name}/${lines.length}`),
      startupId: startup.id,
      delta,
      balance,
      reason,
      signalId,
      at: iso(atMs),
    });
  };
  const grant = (amount: number, beforeMs: number): void => {
    granted += amount;
    const reason = lines.length === 0 ? 'Welcome' : random.pick(GRANTS);
    add(amount, reason, Math.max(lastMs + 1000, workingMoment(random, lastMs, beforeMs - HOUR_MS)), null);
  };

  for (const request of requests) {
    const atMs = Date.parse(request.createdAt);
    if (balance < cost) grant(Math.min(toGrant - granted, random.pick([5, 10, 15])), atMs);
    add(-cost, `Request of ${identifierOf(request)}`, atMs, request.signalId);
  }
  if (granted < toGrant) grant(toGrant - granted, daysBeforeEnd(1));
  return lines;
}

function uuidOf(key: string): string {
  const hex = createHash('sha256').update(`credit:${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
