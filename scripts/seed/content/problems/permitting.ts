import type { Problem } from './problem.ts';

export const PERMITTING_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Permitting',
    kinds: ['City', 'County'],
    titles: [
      'Residential permit backlog has reached {640-2900} files',
      'Permit backlog: {9-21} weeks for a deck',
      'Plan review comes back incomplete {2|3|4} times',
      'Applicants cannot see where their permit is',
    ],
    pains: [
      'The median simple permit takes {61-148} days, of which staff work on it for {3-7} hours.',
      '{38-67}% of first submissions are incomplete, usually for the same {four|five|six} reasons.',
      'Fire, zoning and utilities each review a separate copy; comments are merged by email.',
      'Small contractors drive in to ask for status because the portal says “in review” for months.',
      'We lost {two|three} senior plan reviewers to a neighboring county this year.',
    ],
    improvements: [
      'A completeness check at the time of upload, in plain language, citing our own code.',
      'Over-the-counter approval for the {10-25} commonest job types.',
      'A status page that names the step, the desk and the expected date.',
      'Reviewer suggestions with sources, never an automatic approval.',
    ],
  },
  {
    sector: 'Permitting',
    kinds: ['City', 'County'],
    titles: [
      'Inspection windows of “sometime Thursday”',
      'Inspectors drive {70-140} miles a day in the wrong order',
      'Remote inspections for water heaters and re-roofs',
      'Failed inspections repeat for the same reason',
    ],
    pains: [
      '{9-19} inspectors cover {110-480} square miles with routes drawn on paper at 7 am.',
      'A missed inspection idles a crew of four and costs a builder about ${900-2400}.',
      'Results are typed up in the evening, so the contractor hears the next day.',
      'One in {3|4|5} visits ends at a locked gate.',
    ],
    improvements: [
      'Two-hour windows and a text when the inspector is on the way.',
      'Video inspection for a list of low-risk jobs, recorded for the file.',
      'Results and photographs shared before the inspector leaves the site.',
      'A monthly list of what fails most, for the trade school’s course.',
    ],
  },
  {
    sector: 'Permitting',
    kinds: ['City', 'County', 'State'],
    titles: [
      'Opening a restaurant takes {8-14} permits from {4-6} desks',
      'One front door for new businesses',
      'Small business licensing in more than English',
      'Food truck rules that change at every boundary',
    ],
    pains: [
      'A founder in {place} counted {23-41} forms with her name and address on each.',
      'Health, fire and zoning disagree about sequence, so people pay rent for {3-8} months before they open.',
      'We do not know how many give up; those who do never come back to tell us.',
      'Fees are listed in {five|six|seven} ordinances and a PDF from 2017.',
    ],
    improvements: [
      'A questionnaire that yields the exact list, order and cost of permits.',
      'Answers given once and reused by every department.',
      'A case manager’s view of businesses that are stuck for more than {10-30} days.',
      'Content that staff can correct without a vendor ticket.',
    ],
  },
  {
    sector: 'Permitting',
    kinds: ['City', 'County'],
    titles: [
      'Short-term rental registrations cover a third of listings',
      'Zoning answers that do not need a planner',
      'ADU applications stall at the utility letter',
      'Special event permits collide on the same weekend',
    ],
    pains: [
      'Planners spend {11-19} hours a week answering “can I build this here?”.',
      'We count {290-1400} listings and have {90-460} registrations.',
      'The utility sign-off for a backyard unit takes {6-15} weeks and has no owner.',
      'Three festivals near {place} were approved for one Saturday, with one set of barricades.',
    ],
    improvements: [
      'A parcel page with what is allowed, what is not, and the paragraph that says so.',
      'Pre-approved drawings linked to a fast lane.',
      'One calendar that police, parks and transit all see before we say yes.',
      'Matching of listings to registrations that a hearing officer can rely on.',
    ],
  },
];
