import type { ConnectionStatus, InteractionKind } from '../seed-base.ts';

/** What staff wrote on a connection, by where it stands. */
export const CONNECTION_NOTES: Readonly<Record<ConnectionStatus, readonly string[]>> = {
  'Pending review': [
    'Good fit on paper. Check whether they have worked with {kind} procurement before.',
    '{startup} asked for this one. {contact} has not been told yet.',
    'Waiting for a reference from their pilot in {2024|2025}.',
    'Second opinion wanted: is the data residency clause a problem?',
    'Suggested by the matching run; scope looks right, size does not.',
    '',
  ],
  Introduced: [
    'Introduced by email; {contact} answered within a day.',
    'Intro sent. {contact} prefers a call after the {15th|20th|council recess}.',
    'Both sides have the one-page brief. Next step is theirs.',
    '{startup} will bring an example from a place of similar size.',
    '',
  ],
  'In progress': [
    'Scoping a {6-14} week pilot at {2-6} sites. Legal is reading the terms.',
    'Demo went well; field staff asked about offline use.',
    'Security questionnaire is out. Expect {two|three} weeks.',
    '{contact} needs a quote under the threshold before the {end of the month|next board meeting}.',
    'Data sample shared under a simple agreement.',
  ],
  Matched: [
    'Pilot signed for ${18-95},000. Kick-off on the {first|second} Monday of {January|February|March}.',
    'Agreement in place; they start with {2-5} crews.',
    'Council approved {7-0|6-1|5-2}. A public note goes out next week.',
    'Moved from pilot to a {12|24} month contract.',
  ],
  Declined: [
    'Not now: the budget moved to emergency repairs.',
    '{contact} felt the product was meant for larger places.',
    'An incumbent vendor added the feature at no cost.',
    'Declined politely; would like to hear again in {spring|the next fiscal year}.',
  ],
  Closed: [
    'Closed after {two|three} unanswered messages.',
    'The organization went with an in-house fix. Good conversation all the same.',
    'Pilot ended as planned; report is in the shared folder.',
    'Duplicate of an earlier introduction.',
  ],
};

/** What happened in one conversation. */
export const INTERACTION_SUMMARIES: Readonly<Record<InteractionKind, readonly string[]>> = {
  Call: [
    '{15-45} minute call. {contact} described how the work is done today; {startup} mostly listened.',
    'Talked through price and what counts as success after {60|90} days.',
    'Quick call to settle who owns the data if the pilot ends.',
    '{contact} worries about training time; {startup} offered two sessions on site.',
    'Went over the questions from procurement. {Two|Three|Four} are left.',
    'No answer; left a message with the front desk.',
  ],
  Email: [
    '{startup} sent a case study from a place of about {20-400},000 people.',
    '{contact} asked for accessibility documentation and a list of subprocessors.',
    'Introduction with the one-page brief and three possible times.',
    'Follow-up with the sample export and a note on its limits.',
    '{contact} forwarded the thread to the city attorney.',
    'Reminder about the security questionnaire, answered the same day.',
  ],
  Meeting: [
    'Site visit with {4-11} people from operations. The night crew had the best questions.',
    'Working session on scope: start small, one area, one measure.',
    'Met with finance and legal. Threshold purchase is possible.',
    'Kick-off. Weekly check-ins on {Tuesdays|Wednesdays|Thursdays}.',
    'Steering group looked at the first {two|four|six} weeks: adoption fine, data quality poor at one site.',
  ],
  Demo: [
    'Demo with our own sample data. It failed on two addresses, and they said why.',
    'Live demo for {5-16} people; field staff asked about gloves and sunlight.',
    'Second demo, for the {deputy director|union steward|IT lead}. Questions about exports.',
    '{startup} showed the reporting side; {contact} would trade half of it for one good alert.',
  ],
  Note: [
    'Budget hearing moved to the {12th|19th|26th}; nothing can be signed before.',
    '{contact} is on leave for {two|three} weeks; write to the deputy.',
    'A similar signal exists in a neighboring county: worth one joint call.',
    'Reference checked: they would buy again, and wish they had started smaller.',
    'Waiting for the terms of the state grant.',
  ],
};
