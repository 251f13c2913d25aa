import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMarketplace, type Marketplace } from './support/marketplace.ts';
import { outcomes, untilBlocked } from './support/race.ts';

const RACING_CONNECTIONS = 16;

type Values = Record<string, unknown>;
interface Refusal {
  code: string;
  message: string;
  detail: string;
  hint: string;
}

let market: Marketplace;
let west: string;
let things: Record<string, string>;

beforeAll(async () => {
  market = await createMarketplace(RACING_CONNECTIONS);
  west = market.people.west;
  const { sql, organization, contact, startup } = market;
  await sql`update startups set sector = 'Water', stage = 'Seed' where id = ${startup}`;
  const signal = await market.addSignal();
  const one = async (insertion: Promise<{ id: string }[]>): Promise<string> => (await insertion)[0]!.id;
  const connection = await one(
    sql`insert into connections (signal_id, startup_id) values (${signal}, ${startup}) returning id`,
  );
  const interaction = await one(
    sql`insert into interactions (connection_id, kind) values (${connection}, 'call') returning id`,
  );
  things = {
    organizations: organization,
    contacts: contact,
    startups: startup,
    signals: signal,
    connections: connection,
    interactions: interaction,
  };
});
afterAll(() => market[Symbol.asyncDispose]());
beforeEach(async () => {
  await market.sql`delete from activity`;
  await market.told();
});

const edit = <T = Values>(
  who: string | null,
  entity: string,
  id: string,
  changes: Values,
  base: Values,
): Promise<T> => market.call(who, 'edit_record', { entity, id, changes, base });

/** Edits as somebody who sees the row as it is. */
async function editAsSeen(
  who: string,
  entity: string,
  changes: Values,
  id = things[entity]!,
): Promise<Values> {
  const [row] = await market.sql<{ row: Values }[]>`
    select to_jsonb(t) as row from ${market.sql(entity)} t where id = ${id}`;
  return edit(who, entity, id, changes, row!.row);
}

const refusalOf = (attempt: Promise<unknown>): Promise<Refusal> =>
  attempt.then(
    (answer) => {
      throw new Error(`Not refused: ${JSON.stringify(answer)}`);
    },
    (error: unknown) => error as Refusal,
  );

const PLAIN: [entity: string, changes: Values][] = [
  ['organizations', { name: 'City of Mesa Verano', website: 'https://mesa.example', population: 48_000 }],
  ['contacts', { full_name: 'Ana María Ruiz', email: 'ana@mesa.example', phone: null }],
  ['startups', { summary: 'Pumps that call for help', stage: 'Seed', is_active: true }],
  ['signals', { title: 'Underpasses flood', urgency: 'critical', pain_points: 'Each spring' }],
  ['connections', { notes: 'They met in May' }],
  ['interactions', { kind: 'meeting', occurred_at: '2026-05-04T10:00:00+00:00', summary: null }],
];

describe.each(PLAIN)('%s', (entity, changes) => {
  test('edited by an owner, by an admin of the region → kept as given, told, noted with who did it', async () => {
    for (const who of [market.people.owner, west]) {
      expect(await editAsSeen(who, entity, changes)).toMatchObject({ id: things[entity], ...changes });
    }
    const noted = await market.sql`select source, actor from activity`;
    for (const line of noted) expect(line.source).toBe('admin');
    const told = await market.told();
    expect(told).toContain(
      `${entity === 'startups' ? 'network' : 'region:west'} ${entity.slice(0, -1)}:updated admin`,
    );
  });

  test('by anybody else → refused with a hint, nothing written', async () => {
    const outsiders = ['viewer', 'member', 'stranger'] as const;
    const abroad = entity === 'startups' ? [] : (['south'] as const);
    for (const who of [...outsiders, ...abroad]) {
      const refusal = await refusalOf(editAsSeen(market.people[who], entity, changes));
      expect(refusal.code, who).toBe('42501');
      if (who === 'south')
        expect(refusal.message).toBe('This belongs to the region west, which is not yours');
      expect(refusal.hint).toMatch(/^[A-Z].*\.$/);
    }
    await expect(edit(null, entity, things[entity]!, changes, changes)).rejects.toMatchObject({
      code: '42501',
    });
    expect(await market.told()).toEqual([]);
  });
});

test('what a record holds that no edit may reach → refused, by name', async () => {
  const others: Record<string, string[]> = {
    signals: [
      'approval_status',
      'is_public',
      'region',
      'rejection_reason',
      'id',
      'deleted_at',
      'airtable_id',
    ],
    connections: ['connection_status', 'signal_id', 'startup_id', 'region'],
    startups: ['credits', 'last_credit_change'],
    contacts: ['region'],
    organizations: ['airtable_edited_at', 'no_such_column'],
  };
  for (const [entity, fields] of Object.entries(others)) {
    for (const field of fields) {
      const refusal = await refusalOf(
        edit(market.people.owner, entity, things[entity]!, { [field]: 'x' }, { [field]: 'y' }),
      );
      expect(refusal).toMatchObject({ code: '22023', detail: field });
    }
  }
  for (const entity of ['admins', 'signals; drop table signals', '', null]) {
    const refusal = await refusalOf(
      edit(west, entity as string, things.signals!, { title: 'x' }, { title: 'y' }),
    );
    expect(refusal.code).toBe('22023');
  }
});

test.each<[entity: string, field: string, value: unknown, message: string]>([
  ['signals', 'urgency', 'urgent', '‘urgent’ is not a choice of urgency'],
  ['signals', 'title', 'x'.repeat(501), 'The title is longer than 500 characters'],
  ['signals', 'title', { a: 1 }, 'The title is one value'],
  ['organizations', 'population', -1, '‘-1’ is no whole number'],
  ['organizations', 'population', 1.5, '‘1.5’ is no whole number'],
  ['organizations', 'website', 'javascript:alert(1)', '‘javascript:alert(1)’ is no address of a website'],
  ['organizations', 'region', null, 'The region cannot be empty'],
  ['contacts', 'email', 'ana', '‘ana’ is no e-mail address'],
  ['startups', 'is_active', 'yes', '‘yes’ is neither yes nor no'],
  ['startups', 'sector', 'Wizardry', '‘Wizardry’ is not a choice of sector'],
  ['interactions', 'occurred_at', 'tomorrow', '‘tomorrow’ is no date'],
  ['interactions', 'occurred_at', '2026-02-31T10:00:00Z', '‘2026-02-31T10:00:00Z’ is no date'],
])('%s.%s = %j → %s', async (entity, field, value, message) => {
  const refusal = await refusalOf(editAsSeen(market.people.owner, entity, { [field]: value }));
  expect(refusal).toMatchObject({ code: '22023', detail: field, message });
  expect(refusal.hint).toMatch(/^[A-Z].*\.$/);
});

test('space around a text goes, and a text of nothing else is no value', async () => {
  expect(await editAsSeen(west, 'signals', { title: '  Dry pipes \n', pain_points: '   ' })).toMatchObject({
    title: 'Dry pipes',
    pain_points: null,
  });
});

test('nothing to change, or not said what it was → refused', async () => {
  const { signals } = things;
  expect((await refusalOf(edit(west, 'signals', signals!, {}, {}))).code).toBe('22023');
  expect((await refusalOf(edit(west, 'signals', signals!, { title: 'x' }, {}))).message).toBe(
    'It is not said what the title was',
  );
});

test('a record that is not there, or was removed → P0002', async () => {
  const gone = await market.addSignal();
  await market.sql`update signals set deleted_at = now() where id = ${gone}`;
  for (const id of [gone, randomUUID()]) {
    const refusal = await refusalOf(edit(west, 'signals', id, { title: 'x' }, { title: 'y' }));
    expect(refusal).toMatchObject({ code: 'P0002', message: 'There is no such signal' });
  }
});

describe('a link', () => {
  const addOrganization = async (region: string): Promise<string> => {
    const [row] = await market.sql<{ id: string }[]>`
      insert into organizations (name, region) values ('Elsewhere', ${region}) returning id`;
    return row!.id;
  };

  test('to a record of the caller’s regions → hung there', async () => {
    const organization_id = await addOrganization('west');
    const signal = await market.addSignal();
    expect(await editAsSeen(west, 'signals', { organization_id }, signal)).toMatchObject({ organization_id });
    expect(await editAsSeen(west, 'signals', { contact_id: null }, signal)).toMatchObject({
      contact_id: null,
    });
  });

  test('to one of another region, of none, or no id at all → the same words', async () => {
    const south = await addOrganization('south');
    for (const organization_id of [south, randomUUID(), 'x']) {
      const refusal = await refusalOf(editAsSeen(west, 'signals', { organization_id }));
      expect(refusal).toMatchObject({
        code: 'P0002',
        message: 'There is no such organization in your regions',
        detail: 'organization_id',
      });
    }
  });

  test('that takes a record out of one’s regions → for owners only', async () => {
    const signal = await market.addSignal();
    const refusal = await refusalOf(editAsSeen(west, 'signals', { organization_id: null }, signal));
    expect(refusal).toMatchObject({
      code: '42501',
      message: 'This would move it to the rows without a region, which is not yours',
    });
    const away = await refusalOf(editAsSeen(west, 'organizations', { region: 'south' }));
    expect(away.message).toBe('This would move it to the region south, which is not yours');
    const south = await addOrganization('south');
    const { owner } = market.people;
    expect(await editAsSeen(owner, 'signals', { organization_id: south }, signal)).toMatchObject({
      region: 'south',
    });
  });
});

describe('somebody else edited meanwhile', () => {
  test('the same field → refused with both values, and nothing of the edit is written', async () => {
    const signal = await market.addSignal({ title: 'Old', urgency: 'low' });
    await editAsSeen(market.people.owner, 'signals', { title: 'Theirs' }, signal);
    await market.told();
    const refusal = await refusalOf(
      edit(west, 'signals', signal, { title: 'Mine', urgency: 'high' }, { title: 'Old', urgency: 'low' }),
    );
    expect(refusal).toMatchObject({
      code: 'PT409',
      message: 'Somebody else changed this meanwhile: title',
    });
    expect(JSON.parse(refusal.detail)).toEqual([
      { field: 'title', yours: 'Mine', theirs: 'Theirs', base: 'Old' },
    ]);
    expect(await market.told()).toEqual([]);
    const [row] = await market.sql`select title, urgency from signals where id = ${signal}`;
    expect(row).toEqual({ title: 'Theirs', urgency: 'low' });
  });

  test('another field, or to the same value → no conflict', async () => {
    const signal = await market.addSignal({ title: 'Old', urgency: 'low' });
    const base = { title: 'Old', urgency: 'low' };
    await edit(west, 'signals', signal, { title: 'New' }, base);
    expect(await edit(market.people.owner, 'signals', signal, { urgency: 'high' }, base)).toMatchObject({
      title: 'New',
      urgency: 'high',
    });
    await market.told();
    expect(await edit(market.people.owner, 'signals', signal, { title: 'New' }, base)).toMatchObject({
      title: 'New',
    });
    expect(await market.told()).toEqual([]);
  });

  test('the same time in another spelling → no conflict', async () => {
    const { interactions } = things;
    const now = '2026-05-04T10:00:00.000Z';
    await editAsSeen(west, 'interactions', { occurred_at: now });
    const base = { occurred_at: '2026-05-04T12:00:00+02:00' };
    const row = await edit(
      west,
      'interactions',
      interactions!,
      { occurred_at: '2026-05-05T08:00:00Z' },
      base,
    );
    expect(row.occurred_at).toBe('2026-05-05T08:00:00+00:00');
  });

  test('many at once with the same base → one wins, the others are told', async () => {
    const signal = await market.addSignal({ title: 'Old' });
    const attempts = Array.from({ length: 40 }, (_, n) =>
      edit(west, 'signals', signal, { title: `Edit ${n}` }, { title: 'Old' }).catch((error: unknown) => {
        throw Object.assign(error as Error, { detail: undefined });
      }),
    );
    expect(await outcomes(attempts)).toEqual({ ok: 1, PT409: 39 });
  });

  test('many at once, each another field → all win', async () => {
    const signal = await market.addSignal({ title: 'Old' });
    const base = { title: 'Old', urgency: null, pain_points: null, improvement: null };
    const changes = [
      { title: 'a' },
      { urgency: 'low' },
      { pain_points: 'b' },
      { improvement: 'c' },
      { contact_id: null },
    ];
    const withContact = { ...base, contact_id: market.contact };
    expect(
      await outcomes(changes.map((change) => edit(west, 'signals', signal, change, withContact))),
    ).toEqual({
      ok: 5,
    });
  });

  test('hung under a record that the mirror is writing → waits before it locks anything, and both come through', async () => {
    const { sql, contact } = market;
    const signal = await market.addSignal({ contact_id: null, title: 'Old' });
    const base = { contact_id: null };
    let edited: Promise<unknown> = Promise.resolve();
    // As a page of payloads does: contacts first, then signals.
    await sql.begin(async (page) => {
      await page`select from contacts where id = ${contact} for update`;
      edited = edit(west, 'signals', signal, { contact_id: contact }, base);
      await untilBlocked(sql);
      await page`update signals set title = 'From Airtable' where id = ${signal}`;
    });
    expect(await edited).toMatchObject({ contact_id: contact, title: 'From Airtable' });
  });

  test('while one’s edit waits for another’s to be written → it sees what that one wrote', async () => {
    const { sql } = market;
    const signal = await market.addSignal({ title: 'Old' });
    let edited: Promise<Refusal> | undefined;
    await sql.begin(async (other) => {
      await other`update signals set title = 'Theirs' where id = ${signal}`;
      edited = refusalOf(edit(west, 'signals', signal, { title: 'Mine' }, { title: 'Old' }));
      await untilBlocked(sql);
    });
    expect(await edited).toMatchObject({ code: 'PT409' });
  });

  test('hung elsewhere while rows move → waits before it locks the row', async () => {
    const { sql, people, organization } = market;
    const signal = await market.addSignal({ organization_id: null, title: 'Old' });
    let edited: Promise<unknown> = Promise.resolve();
    await sql.begin(async (page) => {
      await page`select private.hold_regions(true, false)`;
      edited = edit(
        people.owner,
        'signals',
        signal,
        { organization_id: organization },
        { organization_id: null },
      );
      await untilBlocked(sql);
      await page`update signals set title = 'From Airtable' where id = ${signal}`;
    });
    expect(await edited).toMatchObject({ region: 'west', title: 'From Airtable' });
  });

  test('hung elsewhere while organizations move → everybody comes through, and each region is its organization’s', async () => {
    const { sql, people } = market;
    const organizations = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const [row] = await sql<{ id: string }[]>`
          insert into organizations (name, region) values ('Wanderer', 'west') returning id`;
        return row!.id;
      }),
    );
    const signals = await Promise.all(
      Array.from({ length: 6 }, (_, n) => market.addSignal({ organization_id: organizations[n % 3]! })),
    );
    const regions = ['south', 'west', 'midwest'];
    const attempts: Promise<unknown>[] = [];
    for (let n = 0; n < 60; n++) {
      const organization_id = organizations[(n * 7) % 3]!;
      attempts.push(
        editAsSeen(people.owner, 'signals', { organization_id }, signals[n % 6]),
        editAsSeen(people.owner, 'organizations', { region: regions[n % 3] }, organization_id),
      );
    }
    const settled = await Promise.allSettled(attempts);
    const codes = settled.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []));
    expect(codes.filter((code) => code !== 'PT409')).toEqual([]);
    const astray = await sql`
      select s.id from signals s join organizations o on o.id = s.organization_id where s.region <> o.region`;
    expect([...astray]).toEqual([]);
  });
});
