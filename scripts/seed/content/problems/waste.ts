import type { Problem } from './problem.ts';

export const WASTE_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Waste',
    kinds: ['City', 'County', 'Agency'],
    titles: [
      'Missed collections: {380-1600} calls a month',
      'Recycling contamination at {19-34}% and rising',
      'Route sheets for {22-70} trucks drawn in 2006',
      'Cart tracking for {place} and the alleys behind it',
    ],
    pains: [
      'Drivers know the route; when one is ill, a third of the block is missed.',
      'The sorting plant rejects {6-15} loads a month at ${400-1100} each.',
      'Supervisors settle “the cart was out” by driving there.',
      'Growth near {place} added {900-4200} homes to the same trucks.',
    ],
    improvements: [
      'Routes balanced for time, left turns and school hours, which drivers can correct.',
      'Contamination feedback to the household within days, friendly and specific.',
      'Proof of service from the truck for each disputed address.',
      'Fewer overtime hours by {spring|summer|the next contract}, measured weekly.',
    ],
  },
  {
    sector: 'Waste',
    kinds: ['City', 'County', 'District', 'Nonprofit'],
    titles: [
      'Food scraps pilot stuck at {400-1900} households',
      'Edible food recovery that meets the state rule',
      'School cafeterias throw away {22-37}% of lunch',
      'Surplus food reaches pantries after it spoils',
    ],
    pains: [
      'The state asks for tonnage and contracts from {60-240} businesses; we have a mailbox.',
      'Pantries near {place} lack cold storage and learn of donations by phone.',
      'Bins smell, residents give up, and the truck is half empty.',
      'Cafeteria counts are guesses made by whoever closes up.',
    ],
    improvements: [
      'Matching of surplus with pantries that can fetch it within the hour.',
      'Records that satisfy the state without a new form for the kitchen.',
      'Sign-up, reminders and pick-up days tuned by block.',
      'Scales and cameras in {3-8} pilot kitchens, with students in charge.',
    ],
  },
  {
    sector: 'Waste',
    kinds: ['City', 'County', 'State', 'Agency'],
    titles: [
      'Illegal dumping on {place}, cleared every Monday',
      'Abandoned vehicles wait {30-75} days',
      'Litter counts that do not depend on who walks',
      'Tire dumping along the county line',
    ],
    pains: [
      'Crews clear {25-90} sites a week, mostly the same ones.',
      'Complaints come from those who have time to complain; {place} is under-reported.',
      'Cameras exist, evidence does not: {2-5} citations in a year.',
      'Each site is photographed by three departments and owned by none.',
    ],
    improvements: [
      'Prediction of the next {20-40} sites, to be visited before the weekend.',
      'Reports routed by land owner at the time of report.',
      'Evidence packages that the prosecutor will take.',
      'A weekly count from vehicles that pass anyway.',
    ],
  },
  {
    sector: 'Waste',
    kinds: ['City', 'County', 'District', 'Agency'],
    titles: [
      'Landfill gas wells checked once a month',
      'Biosolids hauling costs up {28-54}%',
      'Construction debris with no chain of custody',
      'Household hazardous waste days with three-hour queues',
    ],
    pains: [
      'Methane readings at {60-210} wells are taken with a hand meter and a clipboard.',
      'The only hauler left within {120-200} miles raised its price in {April|October}.',
      'Deposits for debris recycling are refunded on the strength of a photocopy.',
      'At the last event {700-1900} cars queued onto {place}.',
    ],
    improvements: [
      'Continuous gas readings with tuning advice for the technician.',
      'Drying or digestion options with honest operating costs.',
      'Digital weigh tickets from yard to permit file.',
      'Appointments and a second site for the people without a car.',
    ],
  },
];
