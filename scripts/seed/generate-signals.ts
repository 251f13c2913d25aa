import { airtableId } from './airtable-id.ts';
import { compose } from './compose.ts';
import { CONTEXT } from './content/context.ts';
import { PLACES } from './content/organizations.ts';
import { ALL_PROBLEMS } from './content/problems/all-problems.ts';
import type { Problem } from './content/problems/problem.ts';
import type { Random } from './random.ts';
import type {
  ApprovalStatus,
  SeedContact,
  SeedOrganization,
  SeedSignal,
  Sector,
  Urgency,
} from './seed-base.ts';
import { daysBeforeEnd, iso, SEED_END_MS, workingMoment } from './seed-times.ts';

const SIGNALS = 400;
const PUBLIC_SIGNALS = 120;
const URGENCIES: Readonly<Record<Urgency, number>> = { Low: 17, Medium: 41, High: 30, Critical: 12 };
const STATUSES: Readonly<Record<ApprovalStatus, number>> = {
  Draft: 9,
  'Pending review': 21,
  Approved: 53,
  Rejected: 7,
  Archived: 10,
};

/** The newest have not been decided on. */
const RECENT_STATUSES: Readonly<Record<'Draft' | 'Pending review', number>> = {
  Draft: 1,
  'Pending review': 3,
};

/** What organizations with one task care about; the first name that fits counts. */
const FOCUS: readonly (readonly [name: RegExp, sectors: readonly Sector[]])[] = [
  [
    /School/,
    ['Energy', 'Waste', 'Resident services', 'Workforce', 'Infrastructure', 'Government operations'],
  ],
  [
    /Water|Sewer|Levee|Irrigation/,
    ['Water', 'Energy', 'Workforce', 'Infrastructure', 'Government operations'],
  ],
  [
    /Transit|Transportation|Port A/,
    ['Mobility', 'Energy', 'Workforce', 'Infrastructure', 'Government operations'],
  ],
  [/Hous/, ['Housing', 'Energy', 'Resident services', 'Workforce', 'Government operations']],
  [/Health/, ['Public health', 'Public safety', 'Resident services', 'Workforce', 'Government operations']],
  [/Emergency|Fire/, ['Public safety', 'Energy', 'Workforce', 'Government operations']],
  [/Broadband/, ['Infrastructure', 'Resident services', 'Workforce', 'Government operations']],
  [/Workforce/, ['Workforce', 'Resident services', 'Government operations']],
  [/Climate|Natural/, ['Water', 'Energy', 'Waste', 'Public safety', 'Government operations']],
  [/Harvest/, ['Waste', 'Public health', 'Workforce', 'Government operations']],
  [/Legal|Trust|Refugee/, ['Housing', 'Workforce', 'Resident services', 'Government operations']],
];

/** Numbered in the order of arrival; exactly 30 % are public, and those are approved. */
export function generateSignals(
  random: Random,
  organizations: readonly SeedOrganization[],
  contacts: readonly SeedContact[],
): SeedSignal[] {
  const arrivals = random.fork('arrivals');
  const moments = Array.from({ length: SIGNALS }, () =>
    workingMoment(arrivals, daysBeforeEnd(300), SEED_END_MS),
  ).sort((a, b) => a - b);
  const chooser = new ProblemChooser(random.fork('problems'));
  const said = new Set<string>();
  const senders = random.fork('senders');
  const signals = moments.map((createdAt, index): SeedSignal => {
    // A first round in which everyone sends one, so that no organization stays empty.
    const organization =
      organizations[index] ?? senders.pick(organizations.filter((one) => chooser.hasMore(one)));
    const own = random.fork(index);
    const problem = chooser.choose(organization);
    const people = contacts.filter((contact) => contact.organizationId === organization.id);
    const identifier = `SIG-${String(index + 1).padStart(4, '0')}`;
    return {
      id: airtableId('rec', `signal/${identifier}`),
      identifier,
      organizationId: organization.id,
      contactId: own.pick(people).id,
      ...words(problem, own, said, random.fork(`places/${organization.id}`).sample(PLACES, 4)),
      urgency: own.weighted(URGENCIES),
      approvalStatus: index > SIGNALS - 25 ? own.weighted(RECENT_STATUSES) : own.weighted(STATUSES),
      isPublic: false,
      sector: problem.sector,
      createdAt: iso(createdAt),
      editedAt: iso(workingMoment(own, createdAt, Math.min(SEED_END_MS, createdAt + 60 * 86_400_000))),
    };
  });
  const approved = signals.filter((signal) => signal.approvalStatus === 'Approved');
  for (const signal of random.fork('public').sample(approved, PUBLIC_SIGNALS)) signal.isPublic = true;
  return signals;
}

/** Takes the least used problems first and never gives one organization the same problem twice. */
class ProblemChooser {
  readonly #random: Random;
  readonly #uses = new Map<Problem, number>();
  readonly #given = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  hasMore(organization: SeedOrganization): boolean {
    return this.#open(organization).length > 0;
  }

  choose(organization: SeedOrganization): Problem {
    const open = this.#open(organization);
    const fewest = Math.min(...open.map((problem) => this.#uses.get(problem) ?? 0));
    const problem = this.#random.pick(
      open.filter((candidate) => (this.#uses.get(candidate) ?? 0) <= fewest + 1),
    );
    this.#uses.set(problem, (this.#uses.get(problem) ?? 0) + 1);
    this.#given.add(key(organization, problem));
    return problem;
  }

  #open(organization: SeedOrganization): Problem[] {
    const focus = FOCUS.find(([name]) => name.test(organization.name))?.[1];
    return ALL_PROBLEMS.filter(
      (problem) =>
        (problem.kinds?.includes(organization.kind) ?? true) &&
        (focus?.includes(problem.sector) ?? true) &&
        !this.#given.has(key(organization, problem)),
    );
  }
}

function key(organization: SeedOrganization, problem: Problem): string {
  return `${organization.id}/${ALL_PROBLEMS.indexOf(problem)}`;
}

function words(
  problem: Problem,
  random: Random,
  taken: Set<string>,
  places: readonly string[],
): Pick<SeedSignal, 'title' | 'painPoints' | 'improvement'> {
  const say = (template: string) => upperFirst(compose(template, random, { place: random.pick(places) }));
  let title = say(random.pick(problem.titles));
  for (let attempt = 0; attempt < 12 && taken.has(title); attempt++) title = say(random.pick(problem.titles));
  while (taken.has(title))
    title = `${say(random.pick(problem.titles))} (${random.pick(places).replace(/^the /, '')})`;
  taken.add(title);
  const complain = () => {
    const pains = random.sample(problem.pains, random.int(2, 3)).map(say);
    return [...pains, ...(random.chance(0.45) ? [say(random.pick(CONTEXT))] : [])].join(' ');
  };
  let painPoints = complain();
  while (taken.has(painPoints)) painPoints = complain();
  taken.add(painPoints);
  const improvements = random.sample(problem.improvements, random.int(1, 3)).map(say);
  return {
    title,
    painPoints,
    improvement: improvements.join(random.chance(0.3) ? '\n' : ' '),
  };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
