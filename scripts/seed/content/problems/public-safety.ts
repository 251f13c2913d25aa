import type { Problem } from './problem.ts';

export const PUBLIC_SAFETY_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Public safety',
    kinds: ['City', 'County', 'Agency'],
    titles: [
      '911 hold times pass {18-44} seconds on Friday nights',
      'Non-emergency calls crowd out emergencies',
      'Dispatch without interpreters for {nine|eleven|fourteen} languages',
      'Abandoned 911 calls that nobody has time to call back',
    ],
    pains: [
      'The center has {21-46} vacant seats and mandatory overtime for the third year.',
      'Roughly {41-63}% of calls to 911 are not emergencies: parking, noise, lost property.',
      'Adding an interpreter takes {70-150} seconds on average.',
      'Call-backs to abandoned calls use a quarter of one position each shift.',
    ],
    improvements: [
      'Triage of the non-emergency line that hands over to a person at any sign of danger.',
      'Live transcription and translation that the dispatcher can check against the audio.',
      'Automatic text to abandoned callers, with the answers sorted by urgency.',
      'Staffing forecasts by hour, two weeks out.',
    ],
  },
  {
    sector: 'Public safety',
    kinds: ['City', 'County', 'State', 'District'],
    titles: [
      'Evacuation notices miss people without smartphones',
      'Wildfire evacuation zones that residents know by heart',
      'Flood alerts reach {place} after the water',
      'Alert fatigue: {18-37} messages in one storm',
    ],
    pains: [
      'In the last event {28-57}% of households in the zone had no alert that they could confirm.',
      'Opt-in lists cover {14-31}% of adults, and few who rent.',
      'Templates exist in English and Spanish; {6-12} other languages are spoken near {place}.',
      'Road closures are shared by a phone tree between {five|seven} agencies.',
    ],
    improvements: [
      'Zones with one short name, the same on signs, phones and radio.',
      'Messages drafted in all our languages from one set of facts and approved once.',
      'A count, street by street, of who was reached and how.',
      'Registration for people who need help to leave, kept private and current.',
    ],
  },
  {
    sector: 'Public safety',
    kinds: ['City', 'County', 'Agency'],
    titles: [
      'Fire inspections: {1200-5400} overdue occupancies',
      'Hydrant testing lives in a spreadsheet',
      'Vacant buildings flagged only after a fire',
      'Smoke alarm installs where risk is highest',
    ],
    pains: [
      'We inspect every occupancy on a rota, whether it is a nail salon or a chemical store.',
      'Flow tests for {2-7},{100-900} hydrants are dated “2019?” in the main sheet.',
      'Crews reach a vacant building with no floor plan and no note about the missing stairs.',
      'Half of last year’s fire deaths were within a mile of {place}.',
    ],
    improvements: [
      'Inspection order by risk, explained in words that the battalion chief can argue with.',
      'Hydrant status on the rig’s tablet, updated by whoever opens the hydrant.',
      'A shared vacant property list with utilities and code enforcement.',
      'Door-to-door campaigns planned by block and measured afterwards.',
    ],
  },
  {
    sector: 'Public safety',
    kinds: ['City', 'County', 'Nonprofit', 'Agency'],
    titles: [
      'Crisis response teams dispatched by email',
      'Mental health calls still end with a patrol car',
      'Follow-up after a crisis call gets lost',
      'Violence interruption teams need their own data, safely',
    ],
    pains: [
      'The co-responder team learns of {45-70}% of eligible calls after they are closed.',
      'Consent forms travel in a backpack, and outcomes are kept in someone’s notebook.',
      'Partners will not share names through a police system, with good reason.',
      'Of people seen last year, {22-39}% were in crisis again within 30 days.',
    ],
    improvements: [
      'Routing that offers the team the call while it is open.',
      'A follow-up list at 24 hours, 7 days and 30 days, on a phone.',
      'Records held by the health partner, with only counts going to public safety.',
      'Outcome measures chosen with the people served.',
    ],
  },
];
