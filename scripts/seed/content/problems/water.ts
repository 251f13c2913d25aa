import type { Problem } from './problem.ts';

export const WATER_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Water',
    kinds: ['City', 'County', 'District', 'Agency'],
    titles: [
      'Stormwater overflow alerts for {place}',
      'We learn about sewer overflows from residents',
      'Early warning for combined sewer overflows near {place}',
      'Flooded underpasses with no notice on {place}',
    ],
    pains: [
      'Last {spring|autumn|winter} {11-34} overflow events were reported by residents before our own crew knew of them.',
      'Level sensors at {6-28} outfalls write to a logger that someone reads out by hand every {two|three} weeks.',
      'The radar forecast, the pump telemetry and the tide gauge sit in three systems with three logins.',
      'Underpasses near {place} were closed {4-9} times this year after a car was already in the water.',
      'Each unreported overflow can cost us a penalty of up to ${10-25},000 under the consent order.',
    ],
    improvements: [
      'A text to the duty crew {20-45} minutes before a basin reaches capacity, with the confidence stated.',
      'One map of outfalls, pumps and rain, that the public can see in a reduced form.',
      'The regulator’s overflow report drafted from the sensor log within 24 hours.',
      'Automatic barriers or signs at the underpasses that flood first.',
    ],
  },
  {
    sector: 'Water',
    kinds: ['City', 'District', 'State'],
    titles: [
      'Lead service line inventory is still {31-58}% unknown',
      'Lead pipe inventory: finding the lines nobody wrote down',
      'Verify service line material without digging in {place}',
      'Lead line replacement list that households can check',
    ],
    pains: [
      'Of {14-62},000 service lines, {31-58}% are of unknown material and the federal deadline does not move.',
      'Tap cards before 1962 exist only as index cards in a basement, some of them water damaged.',
      'A test dig costs about ${1,150|1,400|1,800} and finds copper two times out of three.',
      'Families with infants ask whether their line is lead, and we cannot say.',
      'Our contractor, the laboratory and the billing system each number the same address differently.',
    ],
    improvements: [
      'A likelihood of lead per address that we can defend to the state, so that crews dig where it counts.',
      'Scanning and reading of the tap cards, with a clerk confirming the doubtful ones.',
      'A public look-up by address in {English and Spanish|four languages}, with what to do next.',
      'Scheduling that groups replacements by block, ahead of paving.',
    ],
  },
  {
    sector: 'Water',
    kinds: ['City', 'District', 'County'],
    titles: [
      'Non-revenue water: we lose {17-34}% before the meter',
      'Leak detection on the {1920s|1950s} mains under {place}',
      'Find main breaks before the pavement does',
      'Night flow in {place} doubled and nobody can say why',
    ],
    pains: [
      'We pump {9-44} million gallons a day and bill for about {66-83}% of it.',
      'There were {38-140} main breaks last winter, most of them under streets paved within five years.',
      'Two people walk the network with a listening stick; a full round takes {3|4} years.',
      'Pressure data arrive as a monthly file and are used only after a break.',
    ],
    improvements: [
      'Ranking of mains by risk, so that the acoustic crew spends its week on the worst {20-50} miles.',
      'Alarms on night flow per pressure zone, tuned so that crews trust them.',
      'Loggers that fit our existing valves without excavation.',
      'A figure for recovered water that the rate board accepts.',
    ],
  },
  {
    sector: 'Water',
    kinds: ['City', 'District', 'County', 'Nonprofit'],
    titles: [
      'Water shutoffs fall on the households least able to call us',
      'Bill assistance reaches one eligible household in {4-9}',
      'Payment plans before disconnection, not after',
      'High bill alerts for customers in {place}',
    ],
    pains: [
      'We sent {2-9},{100-900} disconnection notices last quarter; only {6-19}% led to a payment plan.',
      'The assistance form asks for {7-13} documents and has to be notarized.',
      'A running toilet shows up as a ${280-940} bill two months later.',
      'Call center waits pass {25-50} minutes in the week after bills go out.',
    ],
    improvements: [
      'Eligibility shared with the programs that a household is in already, with consent.',
      'A leak notice by text within {one|two} days of continuous flow.',
      'Plans that a customer can set up alone in under five minutes on a phone.',
      'A dashboard of who was helped, by neighborhood, for the board.',
    ],
  },
];
