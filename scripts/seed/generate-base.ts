import { generateConnections, generateInteractions } from './generate-connections.ts';
import { generateContacts, generateOrganizations } from './generate-organizations.ts';
import { generateSignals } from './generate-signals.ts';
import { generateStartups } from './generate-startups.ts';
import { Random } from './random.ts';
import type { SeedBase } from './seed-base.ts';

/**
 * The data set of the local base and of `supabase/seed.sql`: 60 organizations, 150 contacts, 120 startups,
 * 400 signals, 250 connections, 600 interactions. The same on every machine; `seedTime` moves its
 * times to the day on which it is loaded.
 */
export function generateBase(): SeedBase {
  const random = new Random('civstart');
  const organizations = generateOrganizations(random.fork('organizations'));
  const contacts = generateContacts(random.fork('contacts'), organizations);
  const startups = generateStartups(random.fork('startups'));
  const signals = generateSignals(random.fork('signals'), organizations, contacts);
  const people = { organizations, contacts, startups, signals };
  const connections = generateConnections(random.fork('connections'), people);
  const interactions = generateInteractions(random.fork('interactions'), people, connections);
  return { ...people, connections, interactions };
}
