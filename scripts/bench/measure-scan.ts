import postgres from 'postgres';
import type { Stack } from '../stack/create-stack.ts';
import type { Measured } from './measured.ts';
import { scanBase } from './scan-base.ts';

const RECORDS = 20_000;
const STATUSES = ['Approved', 'Pending review', 'Rejected'];

/** A full scan of a large base: its first, which writes every record, and one that finds nothing new. */
export async function measureScan(stack: Stack): Promise<Measured[]> {
  const sql = postgres(stack.env.DB_URL, { max: 1 });
  try {
    // Made while nobody listens, as before a first connect: the scan alone is to bring them.
    await sql`update airtable.webhooks set lease_holder = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'`;
    fill(stack);
    return [
      ...(await scan(stack, sql, 'first scan, without the limit')),
      ...(await scan(stack, sql, 'scan again, without the limit')),
    ];
  } finally {
    await sql.end();
  }
}

function fill({ airtable: { base } }: Stack): void {
  base.transaction((transaction) => {
    const signals = base.records('Signals').map(({ id }) => id);
    const texts = signals.map((id) => base.cell('Signals', id, 'Pain points'));
    const organizations = Array.from({ length: RECORDS / 100 }, (_, n) =>
      transaction.create('Organizations', { Name: `City ${n}`, Region: n % 2 ? 'West' : 'South' }),
    );
    for (let n = 0; n < RECORDS; n++)
      transaction.create('Signals', {
        Title: `Scanned ${n}`,
        'Pain points': texts[n % texts.length],
        'Approval status': STATUSES[n % STATUSES.length],
        Organization: [organizations[n % organizations.length]],
      });
  });
}

async function scan(stack: Stack, sql: postgres.Sql, name: string): Promise<Measured[]> {
  const { runId, records } = await scanBase(stack, sql);
  const [{ seconds }] = await sql<[{ seconds: number }]>`
    select extract(epoch from finished_at - started_at)::float8 as seconds from airtable.runs where id = ${runId}`;
  return [{ name: `${name}, of ${records} records`, value: records / seconds, unit: 'rows/s' }];
}
