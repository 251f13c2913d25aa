import { airtableId } from './airtable-id.ts';
import { FULL_NAMES } from './content/names.ts';
import { ORGANIZATIONS } from './content/organizations.ts';
import { TITLES } from './content/titles.ts';
import type { Random } from './random.ts';
import type { Region, SeedContact, SeedOrganization } from './seed-base.ts';
import { daysBeforeEnd, iso, workingMoment } from './seed-times.ts';

const CONTACTS = 150;
const AREA_CODES: Readonly<Record<Region, readonly string[]>> = {
  Northeast: ['207', '413', '518', '603', '717', '860'],
  South: ['225', '318', '409', '662', '850', '919'],
  Midwest: ['218', '309', '419', '515', '715', '906'],
  West: ['208', '505', '530', '541', '719', '928'],
};

export function generateOrganizations(random: Random): SeedOrganization[] {
  const regions = Object.entries(ORGANIZATIONS) as [Region, (typeof ORGANIZATIONS)[Region]][];
  return regions.flatMap(([region, rows]) =>
    rows.map(([name, kind, domain, population]) => {
      const own = random.fork(name);
      const createdAt = workingMoment(own, daysBeforeEnd(700), daysBeforeEnd(340));
      return {
        id: airtableId('rec', `organization/${name}`),
        name,
        kind,
        region,
        website: `https://www.${domain}.example`,
        population,
        createdAt: iso(createdAt),
        editedAt: iso(workingMoment(own, createdAt, daysBeforeEnd(20))),
      };
    }),
  );
}

/** Two or three people for every organization, each with a title of their own there. */
export function generateContacts(random: Random, organizations: readonly SeedOrganization[]): SeedContact[] {
  const names = random.fork('names').sample(FULL_NAMES, CONTACTS);
  const seats = random.fork('seats');
  const extra = new Set(seats.sample(organizations, CONTACTS - 2 * organizations.length));
  const employers = organizations.flatMap((organization) =>
    Array<SeedOrganization>(extra.has(organization) ? 3 : 2).fill(organization),
  );
  const phones = random.fork('phones').sample(
    Array.from({ length: 100 }, (_, index) => 100 + index),
    100,
  );
  return names.map((fullName, index) => {
    const organization = employers[index];
    if (!organization) throw new RangeError('more names than seats');
    const own = random.fork(fullName);
    const seat = employers.slice(0, index).filter((other) => other === organization).length;
    const titles = random.fork(`titles/${organization.id}`).sample(TITLES[organization.kind], 3);
    const createdAt = workingMoment(own, Date.parse(organization.createdAt), daysBeforeEnd(310));
    return {
      id: airtableId('rec', `contact/${fullName}`),
      organizationId: organization.id,
      fullName,
      title: titles[seat] ?? own.pick(TITLES[organization.kind]),
      email: `${mailbox(fullName)}@${new URL(organization.website).hostname.replace('www.', '')}`,
      // 555-0100 to 555-0199 are kept for fiction.
      phone: `(${own.pick(AREA_CODES[organization.region])}) 555-0${String(phones[index % phones.length])}`,
      createdAt: iso(createdAt),
      editedAt: iso(workingMoment(own, createdAt, daysBeforeEnd(5))),
    };
  });
}

const UNDECOMPOSED: Readonly<Record<string, string>> = { ø: 'o', đ: 'd', ß: 'ss', ł: 'l', æ: 'ae' };

function mailbox(fullName: string): string {
  return fullName
    .toLowerCase()
    .replace(/[øđßłæ]/g, (letter) => UNDECOMPOSED[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
    .replace(/ /g, '.');
}
