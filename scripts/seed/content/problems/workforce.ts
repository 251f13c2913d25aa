import type { Problem } from './problem.ts';

export const WORKFORCE_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Workforce',
    titles: [
      'Time to hire is {112-190} days',
      '{140-620} vacancies and a civil service list from last year',
      'Exit interviews nobody reads',
      'Job postings that read like statutes',
    ],
    pains: [
      'The median vacancy takes {112-190} days to fill, and the best applicants are gone by day {20-30}.',
      'Minimum qualifications still demand a degree for {55-72}% of posts.',
      'Background checks queue behind one employee.',
      'Three departments compete for the same electricians, unknown to each other.',
    ],
    improvements: [
      'Postings rewritten around skills, with pay shown, in a day rather than a month.',
      'Steps run side by side where the rules allow, with a clock on each.',
      'One pool of good applicants shared among departments.',
      'A dashboard of where applicants drop out.',
    ],
  },
  {
    sector: 'Workforce',
    kinds: ['City', 'County', 'State', 'Nonprofit', 'Agency'],
    titles: [
      'Job seekers enroll and vanish',
      'Training money goes to courses without jobs',
      'Apprenticeships for {place} residents',
      'Returning citizens meet {9-15} separate intakes',
    ],
    pains: [
      'Of those who enroll, {36-54}% never reach a second appointment.',
      'Wage records come {7-10} months late, so we fund the same course again.',
      'Employers ask for welders; our list has forklift certificates.',
      'Case managers carry {85-150} people each.',
    ],
    improvements: [
      'A coach’s list for today: who to call, why, and what was said last.',
      'Outcomes per course that a job seeker can read before choosing.',
      'Employer demand from postings and interviews, checked by people who know the trade.',
      'Warm hand-over between agencies with consent.',
    ],
  },
  {
    sector: 'Workforce',
    kinds: ['City', 'County', 'Agency', 'District', 'State'],
    titles: [
      '{28-44}% of our operators can retire by 2029',
      'Know-how leaves with the last plant operator',
      'Onboarding field crews takes a season',
      'Safety training on paper sign-in sheets',
    ],
    pains: [
      'Valve locations near {place} are known to {one man|two people} who retire this {spring|year}.',
      'Manuals are binders, some of them written by a firm that no longer exists.',
      'New staff shadow for {14-26} weeks because nothing is written down.',
      'After an injury we could not prove who had been trained.',
    ],
    improvements: [
      'Capture of what experts do by walking along with them, searchable on site.',
      'Short guides attached to the asset by a code on the cabinet.',
      'Training records that answer an inspector in a minute.',
      'Simulated upsets that new operators can practice on.',
    ],
  },
  {
    sector: 'Workforce',
    kinds: ['City', 'County', 'Nonprofit', 'State'],
    titles: [
      'Child care slots nobody can find',
      'Licensing a home day care takes {7-13} months',
      'Child care subsidy payments arrive late',
      'Night-shift child care around {place}',
    ],
    pains: [
      'Parents ring {11-24} providers from a list that is right for half of them.',
      'Providers wait {35-70} days for payment, and small ones close.',
      'We license for spaces but cannot see how many are open tonight.',
      'Hospitals and warehouses near {place} run shifts that end at 11 pm.',
    ],
    improvements: [
      'Vacancies confirmed by providers with one text a week.',
      'A licensing guide that says what comes next and who has it.',
      'Payment on enrollment, with attendance settled afterwards.',
      'Shared back office for home providers.',
    ],
  },
];
