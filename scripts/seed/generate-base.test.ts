import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generateActivity } from './generate-activity.ts';
import { generateBase } from './generate-base.ts';
import { PEOPLE } from './people.ts';
import { peopleSql } from './people-sql.ts';
import { seedSql } from './seed-sql.ts';
import { SEED_END_MS, seedTime } from './seed-times.ts';
import { snake } from './snake.ts';

const base = generateBase();
const tables = Object.values(base) as { id: string; createdAt: string; editedAt: string }[][];

const byId = <T extends { id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]));
const organizations = byId(base.organizations);
const contacts = byId(base.contacts);
const startups = byId(base.startups);
const signals = byId(base.signals);
const connections = byId(base.connections);

test('generating twice gives the same data', () => {
  expect(generateBase()).toEqual(base);
});

test('the sizes are those that the pages and benchmarks count on', () => {
  expect(
    Object.fromEntries(Object.entries(base).map(([name, rows]) => [name, (rows as unknown[]).length])),
  ).toEqual({
    organizations: 60,
    contacts: 150,
    startups: 120,
    signals: 400,
    connections: 250,
    interactions: 600,
  });
});

test('ids have the form of Airtable’s and are used once', () => {
  const ids = tables.flat().map((row) => row.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^rec[A-Za-z0-9]{14}$/);
});

test('no record was edited before it was made, or after the end of the data set', () => {
  for (const row of tables.flat()) {
    expect(Date.parse(row.editedAt)).toBeGreaterThanOrEqual(Date.parse(row.createdAt));
    expect(Date.parse(row.editedAt)).toBeLessThanOrEqual(SEED_END_MS);
  }
});

test.each([
  ['2026-11-20T17:00:00.000Z', '2026-11-20T17:00:00.000Z'],
  ['2026-11-21T16:59:59.999Z', '2026-11-20T17:00:00.000Z'],
  ['2027-03-01T09:00:00.000Z', '2027-02-28T17:00:00.000Z'],
  ['2026-11-20T16:59:59.999Z', '2026-11-19T17:00:00.000Z'],
])('loaded at %s → the set ended at %s', (now, ended) => {
  expect(seedTime(new Date(SEED_END_MS).toISOString(), Date.parse(now))).toBe(ended);
});

test('the activity leads to the states that the records have, and is the same age', () => {
  const lines = generateActivity(base);
  expect(lines.length).toBeGreaterThan(50);
  for (const { entity, id, changes, at } of lines) {
    const record = entity === 'signal' ? signals.get(id) : connections.get(id);
    const state = record && ('approvalStatus' in record ? record.approvalStatus : record.status);
    expect(Object.values(changes)[0]?.[1]).toBe(snake(state ?? ''));
    expect(at).toBe(record?.editedAt);
  }
});

describe('signals', () => {
  test('30 % are public, and every public one is approved', () => {
    const open = base.signals.filter((signal) => signal.isPublic);
    expect(open).toHaveLength(120);
    expect(new Set(open.map((signal) => signal.approvalStatus))).toEqual(new Set(['Approved']));
  });

  test('each region sends its share, each organization at least one', () => {
    const regions = base.signals.map((signal) => organizations.get(signal.organizationId)?.region);
    for (const region of ['Northeast', 'South', 'Midwest', 'West']) {
      expect(regions.filter((candidate) => candidate === region).length).toBeGreaterThan(60);
    }
    expect(new Set(base.signals.map((signal) => signal.organizationId)).size).toBe(60);
  });

  test('the contact works for the organization', () => {
    for (const signal of base.signals)
      expect(contacts.get(signal.contactId)?.organizationId).toBe(signal.organizationId);
  });

  test('no two say the same, and no brace is left unfilled', () => {
    expect(new Set(base.signals.map((signal) => signal.title)).size).toBe(400);
    expect(new Set(base.signals.map((signal) => signal.painPoints)).size).toBe(400);
    expect(new Set(base.signals.map((signal) => signal.identifier)).size).toBe(400);
    expect(JSON.stringify(base).match(/\{[^"]*?\|[^"]*?\}|undefined|NaN/)).toBeNull();
  });
});

test('a connection carries its signal’s organization and contact, joins a pair once, and comes after the signal', () => {
  expect(new Set(base.connections.map((row) => `${row.signalId}/${row.startupId}`)).size).toBe(250);
  for (const connection of base.connections) {
    const signal = signals.get(connection.signalId);
    expect(startups.has(connection.startupId)).toBe(true);
    expect(connection.organizationId).toBe(signal?.organizationId);
    expect(connection.contactId).toBe(signal?.contactId);
    expect(Date.parse(connection.createdAt)).toBeGreaterThan(Date.parse(signal?.createdAt ?? ''));
  }
});

test('an interaction belongs to its connection’s startup and contact', () => {
  for (const interaction of base.interactions) {
    const connection = connections.get(interaction.connectionId);
    expect(interaction.contactId).toBe(connection?.contactId);
    expect(interaction.startupId).toBe(connection?.startupId);
  }
});

test('mailboxes are plain ASCII and used once', () => {
  const mailboxes = base.contacts.map((contact) => contact.email);
  expect(new Set(mailboxes).size).toBe(150);
  for (const mailbox of mailboxes) expect(mailbox).toMatch(/^[a-z]+(\.[a-z]+)+@[a-z0-9-]+\.example$/);
});

describe('the SQL', () => {
  const sql = seedSql(base, 'select 1;\n');

  test('every statement may run twice', () => {
    const inserts = sql.match(/^insert into public\.\w+/gm) ?? [];
    expect(inserts.length).toBeGreaterThanOrEqual(8);
    expect(
      sql.match(/on conflict \((airtable_id|kind|id)\) do nothing;|where not exists [^;]*;/g),
    ).toHaveLength(inserts.length);
  });

  test('ids and links are computed by the database from Airtable’s ids', () => {
    const [first] = base.contacts;
    expect(sql).toContain(
      `(private.record_id('${first?.id}'), '${first?.id}', private.record_id('${first?.organizationId}')`,
    );
  });

  test('choices have their snake_case names, quotes are doubled, empty text is null', () => {
    const odd = structuredClone(base);
    odd.connections = odd.connections
      .slice(0, 1)
      .map((row) => ({ ...row, status: 'In progress', notes: "it's" }));
    odd.interactions = odd.interactions.slice(0, 1).map((row) => ({ ...row, summary: '' }));
    const text = seedSql(odd);
    expect(text).toContain("'in_progress', 'it''s'");
    expect(text).toMatch(/insert into public\.interactions[^;]*null, private\.seed_time\('2026/);
  });

  test('every time moves with the day, and what moves it is gone at the end', () => {
    expect(sql.match(/(?<!seed_time\(|timestamptz )'\d{4}-\d\d-\d\dT/)).toBeNull();
    expect(sql.indexOf('drop function private.seed_time')).toBeGreaterThan(sql.lastIndexOf("seed_time('"));
  });

  test('the people of the demo come last, unchanged', () => {
    expect(sql.endsWith('\nselect 1;\n')).toBe(true);
  });

  test('supabase/seed.sql is what the generator writes', () => {
    const file = readFileSync(new URL('../../supabase/seed.sql', import.meta.url), 'utf8');
    expect(file).toBe(seedSql(base, peopleSql(PEOPLE)));
  });
});
