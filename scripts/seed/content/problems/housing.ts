import type { Problem } from './problem.ts';

export const HOUSING_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Housing',
    kinds: ['City', 'County', 'Agency', 'Nonprofit'],
    titles: [
      'Voucher holders give up after {74-118} days of searching',
      'Landlords who would take vouchers, found',
      'Housing choice voucher lease-up has fallen to {48-66}%',
      'Waiting list letters come back undeliverable',
    ],
    pains: [
      'Only {48-66}% of issued vouchers turn into a lease before they expire.',
      'Our list of willing landlords is a PDF updated by an intern each {summer|January}.',
      'A failed inspection over an outlet cover costs a family the unit.',
      'Of {3-9},{100-900} households on the list, {24-41}% did not answer the annual letter.',
    ],
    improvements: [
      'A search of units with real availability, bus lines and inspection history.',
      'A pre-inspection checklist that landlords complete with photographs.',
      'Reaching families by text and through the people who already see them.',
      'Early sight of who is about to lose a voucher.',
    ],
  },
  {
    sector: 'Housing',
    kinds: ['City', 'County', 'Nonprofit', 'State'],
    titles: [
      'Eviction filings reach us after the hearing',
      'Rental assistance takes {31-66} days, eviction takes 21',
      'Upstream eviction prevention in {place}',
      'Legal aid intake turns away {4-8} of 10 callers',
    ],
    pains: [
      'Court filings are published as scanned lists on Mondays.',
      'Tenants tell the same story to {three|four|five} agencies in one week.',
      'Applications stall on documents that the landlord has and the tenant does not.',
      '{52-71}% of tenants who lose do so by default, without appearing.',
    ],
    improvements: [
      'A daily feed of filings matched to the programs that could help.',
      'One intake for assistance, mediation and counsel.',
      'A document exchange with landlords that needs no account.',
      'Text reminders of hearings with directions and childcare.',
    ],
  },
  {
    sector: 'Housing',
    kinds: ['City', 'County', 'Nonprofit', 'Agency'],
    titles: [
      'Shelter beds are counted by phone at 8 pm',
      'Coordinated entry waits of {90-240} days',
      'Outreach workers cannot see an open bed',
      'Outreach notes from {place} never meet the housing list',
    ],
    pains: [
      'Staff ring {12-27} shelters each evening; by the time the list is sent it is wrong.',
      'A match takes {9-17} emails between three organizations.',
      'Documents expire while people wait, and the clock starts again.',
      'Workers write on paper outdoors and type it up after the shift, if there is time.',
    ],
    improvements: [
      'Bed availability that updates from the front desk’s normal work.',
      'Mobile notes that work without signal and sync to the county’s system.',
      'A document locker that the person controls.',
      'Time from referral to keys, step by step, on one page.',
    ],
  },
  {
    sector: 'Housing',
    kinds: ['City', 'County'],
    titles: [
      'Code enforcement is complaint driven and misses {place}',
      'Repeat violations hide behind {8-30} LLCs',
      'Mold complaints in {place} need more than one visit',
      'Rental registry with {55-74}% of units missing',
    ],
    pains: [
      'Tenants who fear retaliation do not complain, so the worst buildings look quiet.',
      'One owner appears under {8-30} company names in our records.',
      'The average case stays open {140-320} days.',
      'Inspectors photograph with their own phones and email themselves.',
    ],
    improvements: [
      'Risk ranking from utility, fire and court records, reviewed for fairness each quarter.',
      'Ownership linked across filings, with the evidence shown.',
      'Case files that pass a hearing: photographs, dates, chain of custody.',
      'Proactive inspections planned by building rather than by caller.',
    ],
  },
];
