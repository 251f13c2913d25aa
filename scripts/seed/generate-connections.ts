import { airtableId } from './airtable-id.ts';
import { compose } from './compose.ts';
import { CONNECTION_NOTES, INTERACTION_SUMMARIES } from './content/conversations.ts';
import type { Random } from './random.ts';
import type {
  ConnectionStatus,
  InteractionKind,
  SeedBase,
  SeedConnection,
  SeedInteraction,
} from './seed-base.ts';
import { daysBeforeEnd, iso, SEED_END_MS, workingMoment } from './seed-times.ts';

const CONNECTIONS = 250;
const INTERACTIONS = 600;
const STATUSES: Readonly<Record<ConnectionStatus, number>> = {
  'Pending review': 20,
  Introduced: 19,
  'In progress': 24,
  Matched: 17,
  Declined: 12,
  Closed: 8,
};
const KINDS: Readonly<Record<InteractionKind, number>> = {
  Call: 27,
  Email: 31,
  Meeting: 18,
  Demo: 11,
  Note: 13,
};

type People = Pick<SeedBase, 'organizations' | 'contacts' | 'startups' | 'signals'>;

/** Connections of approved and archived signals, each pair of signal and startup once. */
export function generateConnections(random: Random, base: People): SeedConnection[] {
  const signals = base.signals.filter(
    (signal) =>
      (signal.approvalStatus === 'Approved' || signal.approvalStatus === 'Archived') &&
      Date.parse(signal.createdAt) < daysBeforeEnd(6),
  );
  const pairs = new Set<string>();
  const connections: SeedConnection[] = [];
  while (connections.length < CONNECTIONS) {
    const signal = random.pick(signals);
    const sameSector = base.startups.filter((startup) => startup.sector === signal.sector);
    const startup = random.pick(random.chance(0.88) ? sameSector : base.startups);
    const name = `${signal.identifier} × ${startup.name}`;
    if (pairs.has(name)) continue;
    pairs.add(name);
    const organization = base.organizations.find((candidate) => candidate.id === signal.organizationId);
    const contact = base.contacts.find((candidate) => candidate.id === signal.contactId);
    if (!organization || !contact) throw new Error(`${signal.identifier} belongs to nobody`);
    const own = random.fork(name);
    const status =
      signal.approvalStatus === 'Archived'
        ? own.pick(['Matched', 'Declined', 'Closed'] as const)
        : own.weighted(STATUSES);
    const createdAt = workingMoment(own, Date.parse(signal.createdAt), daysBeforeEnd(3));
    connections.push({
      id: airtableId('rec', `connection/${name}`),
      name,
      signalId: signal.id,
      startupId: startup.id,
      organizationId: signal.organizationId,
      contactId: signal.contactId,
      status,
      notes: compose(own.pick(CONNECTION_NOTES[status]), own, {
        startup: startup.name,
        contact: firstName(contact.fullName),
        kind: organization.kind.toLowerCase(),
      }),
      createdAt: iso(createdAt),
      editedAt: iso(workingMoment(own, createdAt, SEED_END_MS)),
    });
  }
  return connections;
}

/** At least one for every connection past review, later than the connection itself. */
export function generateInteractions(
  random: Random,
  base: People,
  connections: readonly SeedConnection[],
): SeedInteraction[] {
  const active = connections.filter((connection) => connection.status !== 'Pending review');
  const talks = [
    ...active,
    ...Array.from({ length: INTERACTIONS - active.length }, () => random.pick(active)),
  ];
  const interactions = talks.map((connection, index): SeedInteraction => {
    const own = random.fork(index);
    const kind = own.weighted(KINDS);
    const startup = base.startups.find((candidate) => candidate.id === connection.startupId);
    const contact = base.contacts.find((candidate) => candidate.id === connection.contactId);
    if (!startup || !contact) throw new Error(`${connection.name} belongs to nobody`);
    const occurredAt = workingMoment(own, Date.parse(connection.createdAt), SEED_END_MS);
    const slots = { startup: startup.name, contact: firstName(contact.fullName) };
    return {
      id: airtableId('rec', `interaction/${index}`),
      name: `${kind}: ${startup.name} and ${contact.fullName}`,
      connectionId: connection.id,
      contactId: connection.contactId,
      startupId: connection.startupId,
      kind,
      occurredAt: iso(Math.floor(occurredAt / 900_000) * 900_000),
      summary: compose(own.pick(INTERACTION_SUMMARIES[kind]), own, slots),
      createdAt: iso(occurredAt),
      editedAt: iso(Math.min(SEED_END_MS, occurredAt + own.int(1, 90) * 60_000)),
    };
  });
  return interactions.sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
}

function firstName(fullName: string): string {
  return fullName.split(' ')[0] ?? fullName;
}
