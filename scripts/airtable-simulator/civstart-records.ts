import { generateBase } from '../seed/generate-base.ts';
import { seedTime } from '../seed/seed-times.ts';
import type { BaseRecord, Cell, Table } from './schema.ts';

type Rows = { id: string; createdAt: string; fields: Record<string, Cell | false> }[];

/** The records of the data set as it is on `nowMs`, by table id, with both sides of every link filled. */
export function civstartRecords(tables: readonly Table[], nowMs: number): Map<string, BaseRecord[]> {
  const seeded = seededRows(nowMs);
  const result = new Map(tables.map((table) => [table.id, [] as BaseRecord[]]));
  const cellsById = new Map<string, Record<string, Cell>>();
  for (const table of tables) {
    for (const row of seeded[table.name] ?? []) {
      const cells: Record<string, Cell> = {};
      for (const [name, value] of Object.entries(row.fields)) {
        const field = table.fields.find((candidate) => candidate.name === name);
        if (!field) throw new Error(`${table.name} has no field ${name}`);
        if (value !== '' && value !== false) cells[field.id] = value;
      }
      cellsById.set(row.id, cells);
      result.get(table.id)?.push({ id: row.id, createdTime: row.createdAt, cells });
    }
  }
  for (const table of tables) {
    for (const field of table.fields.filter(({ link }) => link && !link.isReversed)) {
      for (const record of result.get(table.id) ?? [])
        linkBack(record, field.id, field.link?.inverseFieldId ?? '', cellsById);
    }
  }
  return result;
}

function linkBack(
  record: BaseRecord,
  fieldId: string,
  inverseId: string,
  cellsById: Map<string, Record<string, Cell>>,
): void {
  const targets = record.cells[fieldId];
  if (!Array.isArray(targets)) return;
  for (const target of targets as readonly string[]) {
    const cells = cellsById.get(target);
    if (!cells) throw new Error(`${record.id} links to ${target}, which does not exist`);
    cells[inverseId] = [...((cells[inverseId] as readonly string[] | undefined) ?? []), record.id];
  }
}

function seededRows(nowMs: number): Record<string, Rows> {
  const base = generateBase();
  const rows = <T extends { id: string; createdAt: string }>(
    records: readonly T[],
    fields: (record: T) => Record<string, Cell | false>,
  ): Rows =>
    records.map((record) => ({
      id: record.id,
      createdAt: seedTime(record.createdAt, nowMs),
      fields: fields(record),
    }));
  return {
    Organizations: rows(base.organizations, (one) => ({
      Name: one.name,
      Kind: one.kind,
      Region: one.region,
      Website: one.website,
      Population: one.population,
    })),
    Contacts: rows(base.contacts, (one) => ({
      'Full name': one.fullName,
      Organization: [one.organizationId],
      Title: one.title,
      Email: one.email,
      Phone: one.phone,
    })),
    Startups: rows(base.startups, (one) => ({
      Name: one.name,
      Sector: one.sector,
      Stage: one.stage,
      Website: one.website,
      Summary: one.summary,
      Active: one.isActive,
    })),
    Signals: rows(base.signals, (one) => ({
      'Signal ID': one.identifier,
      Title: one.title,
      Organization: [one.organizationId],
      Contact: [one.contactId],
      'Pain points': one.painPoints,
      'Desired improvement': one.improvement,
      Urgency: one.urgency,
      'Approval status': one.approvalStatus,
      Public: one.isPublic,
    })),
    Connections: rows(base.connections, (one) => ({
      Name: one.name,
      Signal: [one.signalId],
      Startup: [one.startupId],
      Organization: [one.organizationId],
      Contact: [one.contactId],
      Status: one.status,
      Notes: one.notes,
    })),
    Interactions: rows(base.interactions, (one) => ({
      Name: one.name,
      Connection: [one.connectionId],
      Contact: [one.contactId],
      Startup: [one.startupId],
      Kind: one.kind,
      'Occurred at': seedTime(one.occurredAt, nowMs),
      Summary: one.summary,
    })),
  };
}
