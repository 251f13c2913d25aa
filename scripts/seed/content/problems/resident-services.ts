import type { Problem } from './problem.ts';

export const RESIDENT_SERVICES_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Resident services',
    kinds: ['City', 'County'],
    titles: [
      '311 in {six|nine|twelve} languages, not two',
      '311 translation: requests from {place} drop at the first menu',
      '311 tickets closed as “done” that were not',
      'Duplicate 311 requests for one pothole',
    ],
    pains: [
      '{34-51}% of residents speak another language at home; {5-11}% of requests come in one.',
      'The interpreter line adds {3-6} minutes, and callers hang up.',
      'A ticket is closed when it is handed to a contractor, and residents notice.',
      'One burst main made {80-260} tickets that were triaged one by one.',
    ],
    improvements: [
      'Text and voice intake in the caller’s language, with the original kept beside the translation.',
      'Closing only with a photograph or the resident’s word.',
      'Duplicates joined, with every reporter told at once.',
      'Equity of response by district, public and monthly.',
    ],
  },
  {
    sector: 'Resident services',
    kinds: ['City', 'County', 'State', 'Agency', 'District'],
    titles: [
      'Our website has {4-14},{100-900} pages and no owner',
      'PDF forms that fail every accessibility test',
      'Search on our site returns the 2016 agenda',
      'Web content residents can read at {place} library',
    ],
    pains: [
      'An audit found {71-93}% of our forms unusable with a screen reader, and the federal rule has a date.',
      'Analytics show that {six|eight|ten} pages serve two thirds of visitors.',
      'Content is written by departments at a college reading level.',
      'The same fee appears with {three|four} different amounts.',
    ],
    improvements: [
      'Conversion of the {40-120} most used forms into accessible ones that save and resume.',
      'Answers with a link to the source, and “I don’t know” where there is none.',
      'An inventory with an owner and a review date for each page.',
      'Plain-language drafts that staff approve.',
    ],
  },
  {
    sector: 'Resident services',
    kinds: ['County', 'State', 'Nonprofit', 'City'],
    titles: [
      'Benefits renewals: eligible families lose cover',
      'One application for {five|seven|nine} programs',
      'Case status calls are {52-68}% of our phone load',
      'Document upload that works on an old phone',
    ],
    pains: [
      '{17-33}% of those who lost benefits last year were still eligible; paper was the reason.',
      'Mail returned from {place} comes back to a tray that is emptied weekly.',
      'Clients photograph a pay stub and the portal refuses the file type.',
      'Lobby waits pass {two|three} hours on the first Monday.',
    ],
    improvements: [
      'Reminders at 60, 30 and 10 days through the channel that the client answers.',
      'Status by text without a password, and without private detail.',
      'Reading of uploaded documents while the client is still there to retake them.',
      'Renewal from data that the state holds already.',
    ],
  },
  {
    sector: 'Resident services',
    kinds: ['City', 'County', 'District', 'State'],
    titles: [
      'Public comment hears from the same {30-70} people',
      'Budget engagement beyond the Tuesday hearing',
      'Participatory budgeting for {place}',
      'Meeting minutes arrive {5-9} weeks later',
    ],
    pains: [
      'Hearings start at 5:30 pm, without childcare, bus service or interpretation.',
      'We collect {300-2600} comments and summarize them by reading fast.',
      'Youth and renters are {41-57}% of residents and {4-9}% of speakers.',
      'Video is posted, but nobody can find the ten minutes that matter to them.',
    ],
    improvements: [
      'Several ways to take part that count the same in the record.',
      'Themes from comments, with every comment traceable.',
      'Transcripts and translated summaries within {24|48} hours.',
      'A reply to each person on what was decided and why.',
    ],
  },
];
