import { generateActivity, type SeedActivity } from './generate-activity.ts';
import { CREDIT_COSTS, generateLedger, type SeedCreditChange } from './generate-ledger.ts';
import type { SeedBase } from './seed-base.ts';
import { iso, SEED_END_MS } from './seed-times.ts';
import { snake } from './snake.ts';

const ROWS_PER_STATEMENT = 200;
/** How long after an edit the mirror of the seeded rows is said to have received it. */
const RECEIVED_AFTER_MS = 850;

const HEADER = `-- The data set of a fresh database: the same records, with the same Airtable ids, as the simulated base.
-- Written by scripts/seed/write-seed-sql.ts; change the generator, not this file. Repeatable: rows that exist stay.

-- The set ends within the last 24 hours, whenever it is loaded. Gone again at the end of this file.
create or replace function private.seed_time(written timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select written + floor(extract(epoch from now() - timestamptz '${iso(SEED_END_MS)}') / 86400) * interval '24 hours'
$$;
`;
const FOOTER = 'drop function private.seed_time(timestamptz);\n';

type Value = string | number | boolean | { sql: string };
interface Stamped {
  id: string;
  createdAt: string;
  editedAt: string;
}

/** The text of `supabase/seed.sql`; `people` is plain SQL for the demo accounts, put at the end. */
export function seedSql(base: SeedBase, people = ''): string {
  const ledger = generateLedger(base);
  const lastChange = new Map(ledger.map(({ startupId, at }) => [startupId, at]));
  const sections = [
    table('organizations', base.organizations, (row) => ({
      name: row.name,
      kind: snake(row.kind),
      region: snake(row.region),
      website: row.website,
      population: row.population,
    })),
    table('contacts', base.contacts, (row) => ({
      organization_id: recordId(row.organizationId),
      full_name: row.fullName,
      title: row.title,
      email: row.email,
      phone: row.phone,
    })),
    table('startups', base.startups, (row) => ({
      name: row.name,
      sector: row.sector,
      stage: row.stage,
      website: row.website,
      summary: row.summary,
      is_active: row.isActive,
      credits: row.credits,
      last_credit_change: time(lastChange.get(row.id)),
    })),
    table('signals', base.signals, (row) => ({
      signal_identifier: row.identifier,
      organization_id: recordId(row.organizationId),
      contact_id: recordId(row.contactId),
      title: row.title,
      pain_points: row.painPoints,
      improvement: row.improvement,
      urgency: snake(row.urgency),
      approval_status: snake(row.approvalStatus),
      is_public: row.isPublic,
    })),
    table('connections', base.connections, (row) => ({
      signal_id: recordId(row.signalId),
      startup_id: recordId(row.startupId),
      organization_id: recordId(row.organizationId),
      contact_id: recordId(row.contactId),
      connection_status: snake(row.status),
      notes: row.notes,
    })),
    table('interactions', base.interactions, (row) => ({
      connection_id: recordId(row.connectionId),
      contact_id: recordId(row.contactId),
      startup_id: recordId(row.startupId),
      kind: snake(row.kind),
      occurred_at: time(row.occurredAt),
      summary: row.summary,
    })),
    credits(ledger),
    activity(generateActivity(base)),
  ];
  return [HEADER, ...sections, FOOTER, ...(people ? [people.trimEnd() + '\n'] : [])].join('\n');
}

function table<T extends Stamped>(
  name: string,
  rows: readonly T[],
  columns: (row: T) => Record<string, Value>,
): string {
  const records = rows.map((row): Record<string, Value> => ({
    id: recordId(row.id),
    airtable_id: row.id,
    ...columns(row),
    airtable_edited_at: time(row.editedAt),
    received_at: time(iso(Date.parse(row.editedAt) + RECEIVED_AFTER_MS)),
    created_at: time(row.createdAt),
  }));
  return insert(name, records, 'airtable_id');
}

/** The ledger, and the costs where no migration has set them. */
function credits(ledger: readonly SeedCreditChange[]): string {
  const costs = Object.entries(CREDIT_COSTS).map(([kind, cost]) => ({ kind, cost }));
  const lines = ledger.map((line) => ({
    id: line.id,
    startup_id: recordId(line.startupId),
    delta: line.delta,
    balance: line.balance,
    reason: line.reason,
    signal_id: line.signalId === null ? '' : recordId(line.signalId),
    at: time(line.at),
  }));
  return [insert('credit_configurations', costs, 'kind'), insert('credit_changes', lines, 'id')].join('\n');
}

/** What the triggers would have noted, had the last edits been seen. Only where the records have no history yet. */
function activity(lines: readonly SeedActivity[]): string {
  const values = lines.map(
    ({ entity, id, changes, at }) =>
      `  (${[entity, recordId(id), JSON.stringify(changes), time(at)].map(literal).join(', ')})`,
  );
  return `insert into public.activity (entity, entity_id, region, action, changes, source, at)
select e.entity, e.id, coalesce(s.region, c.region), 'updated', e.changes::jsonb, 'airtable', e.at
from (values
${values.join(',\n')}
) as e(entity, id, changes, at)
left join public.signals s on s.id = e.id
left join public.connections c on c.id = e.id
where not exists (select from public.activity a where a.entity_id = e.id)
order by e.at;
`;
}

function insert(name: string, records: readonly Record<string, Value>[], key: string): string {
  let sql = '';
  for (let start = 0; start < records.length; start += ROWS_PER_STATEMENT) {
    const chunk = records.slice(start, start + ROWS_PER_STATEMENT);
    const values = chunk.map((record) => `  (${Object.values(record).map(literal).join(', ')})`).join(',\n');
    sql += `insert into public.${name} (${Object.keys(records[0] ?? {}).join(', ')}) values\n${values}\non conflict (${key}) do nothing;\n\n`;
  }
  return sql.trimEnd() + '\n';
}

function recordId(airtableId: string): Value {
  return { sql: `private.record_id('${airtableId}')` };
}

function time(written: string | undefined): Value {
  return written === undefined ? '' : { sql: `private.seed_time('${written}')` };
}

function literal(value: Value): string {
  if (typeof value === 'object') return value.sql;
  // An empty cell does not exist in Airtable: it is null in the mirror.
  if (value === '') return 'null';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
