import type { Problem } from './problem.ts';

export const GOVERNMENT_OPERATIONS_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Government operations',
    titles: [
      'Purchases under ${25|50|100},000 take {74-160} days',
      'Small local vendors do not bid',
      'Contract renewals nobody saw coming',
      'Cooperative contracts we already have, unknown',
    ],
    pains: [
      'A simple purchase passes {11-19} signatures, {three|four} of them twice.',
      'On average {1.4|1.7|1.9} bids arrive; local firms say the packet is {80-210} pages.',
      '{23-61} contracts rolled over last year by accident.',
      'Departments buy the same thing at {three|four|five} prices.',
    ],
    improvements: [
      'A guided path that drafts the right document for the amount.',
      'Contract dates and spend in one place, with notice {90|120|180} days ahead.',
      'Plain-language opportunities sent to firms that signed up by trade.',
      'Search over cooperative contracts by what we need rather than by vendor.',
    ],
  },
  {
    sector: 'Government operations',
    kinds: ['City', 'County', 'State', 'Agency', 'District'],
    titles: [
      'Public records requests: {310-1900} open',
      'Redaction of body camera video takes {6-11} hours per hour',
      'Records requests for the same emails, over and over',
      'Retention schedules that nobody can follow',
    ],
    pains: [
      'Requests grew by {34-81}% in two years with the same {two|three|four} staff.',
      'Redaction is done frame by frame with consumer software.',
      'We paid ${40-190},000 in fees after missing deadlines.',
      'Half of all requests ask for what another person received last month.',
    ],
    improvements: [
      'Assisted redaction with a reviewer’s sign-off on every item.',
      'A reading room of released records, searchable.',
      'Search over mail and drives that respects privilege.',
      'Deadlines that count themselves, holidays included.',
    ],
  },
  {
    sector: 'Government operations',
    kinds: ['City', 'County', 'District', 'Nonprofit', 'Agency', 'State'],
    titles: [
      'Grants we qualify for and never see',
      'Grant reporting eats {15-30}% of the grant',
      'Federal award compliance for {6-24} programs',
      'Subrecipient monitoring by spreadsheet',
    ],
    pains: [
      'One person scans newsletters for funding that closes in {three|four} weeks.',
      'Each funder wants the same facts in another template.',
      'The last audit had {two|three|five} findings about time sheets.',
      'We returned ${120-870},000 because match was not documented.',
    ],
    improvements: [
      'Matching of our capital plan to open programs, with reasons.',
      'A library of facts and narratives that are kept true.',
      'Spend against award, weekly, for the people who run the program.',
      'Subrecipient reports that check themselves before they are sent.',
    ],
  },
  {
    sector: 'Government operations',
    kinds: ['City', 'County', 'State', 'Agency', 'District'],
    titles: [
      'Council asks a question, data takes {three|five|six} weeks',
      'Budget book as 600 pages of PDF',
      'One address, {five|seven|nine} spellings',
      'Phishing takes out {place} office twice a year',
    ],
    pains: [
      'Analysts spend {55-75}% of their time fetching and cleaning extracts.',
      'Departments define “resident” and “case” in {four|six} ways.',
      'Cyber insurance went up {60-140}% and asks for controls we do not have.',
      'The budget model is a workbook with {40-110} tabs that one person understands.',
    ],
    improvements: [
      'A small set of trusted tables with owners, refreshed nightly.',
      'Answers that show the query, so that they can be checked.',
      'An address service that every system asks.',
      'Staff training by short realistic exercises, without shaming.',
    ],
  },
];
