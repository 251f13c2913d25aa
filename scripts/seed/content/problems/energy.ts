import type { Problem } from './problem.ts';

export const ENERGY_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Energy',
    kinds: ['City', 'County', 'District', 'Agency', 'State'],
    titles: [
      'We pay {140-620} utility bills and read none of them',
      'Energy use of public buildings, in one place',
      'Boilers at {3-9} schools run all weekend',
      'Building performance standard with {210-980} owners and two staff',
    ],
    pains: [
      'Bills arrive as PDF from {four|five|seven} utilities and are keyed by accounts payable for the total only.',
      'A meter at {place} was billed for {14-40} months after the building was demolished.',
      'Controls from three decades do not talk to each other; custodians override them with a paper clip.',
      'Owners ask us how to comply, and we have two people to answer.',
    ],
    improvements: [
      'Bills read automatically, with anomalies sent to the person who can fix them.',
      'A ranked list of buildings with the measure, the cost and the payback.',
      'Schedules that follow the calendar of the room, not of the year it was built.',
      'Self-service benchmarking help, with a human for the hard third.',
    ],
  },
  {
    sector: 'Energy',
    kinds: ['City', 'County', 'Agency', 'District'],
    titles: [
      'Fleet electrification: which {20-60} vehicles first',
      'Depot charging for {12-48} buses on a full transformer',
      'Public chargers in {place} are down one day in {3-6}',
      'Electric school buses that could feed the grid',
    ],
    pains: [
      'The utility quotes {18-34} months for a service upgrade at the depot.',
      'Replacement decisions are made by age, since mileage is recorded on paper.',
      'Charger faults are found by drivers; {21-37}% of sessions fail at the first try.',
      'Grant deadlines fall before the duty-cycle study would be finished.',
    ],
    improvements: [
      'A replacement plan per vehicle from telematics that we already pay for.',
      'Managed charging that holds us under the present limit.',
      'Charger uptime measured by us rather than by the operator.',
      'A costed route to exporting power on summer afternoons.',
    ],
  },
  {
    sector: 'Energy',
    kinds: ['City', 'County', 'State', 'Nonprofit'],
    titles: [
      'Weatherization money returned unspent',
      'Rebate stacking nobody can work out',
      'Community solar sign-up for renters in {place}',
      'Contractor shortage for {heat pump|insulation} upgrades',
    ],
    pains: [
      '{$1.2|$2.6|$3.9} million of last year’s weatherization budget went back to the state.',
      'A household may qualify for {five|six|eight} programs with different income rules.',
      'Deferrals for a bad roof or old wiring stop {29-47}% of jobs.',
      'Renters hear about savings that only owners can apply for.',
    ],
    improvements: [
      'One application that finds every program and fills its form.',
      'Roof and wiring repair funds lined up before the energy audit.',
      'A pipeline view that shows where jobs stop.',
      'Vetted contractor matching with prices shown.',
    ],
  },
  {
    sector: 'Energy',
    kinds: ['City', 'County', 'District', 'State', 'Agency'],
    titles: [
      'Backup power for {9-31} critical facilities',
      'Streetlights out for {21-60} days in {place}',
      'Microgrid feasibility without a six-figure study',
      'Outage map that shows who depends on oxygen',
    ],
    pains: [
      'Generators at {9-31} sites are tested on paper; {two|three} failed in the last storm.',
      'We find dark streetlights by complaint, about {120-480} a month.',
      'The utility’s outage map stops at the feeder, our list of medical devices at the county line.',
      'Consultants quote ${85-190},000 to tell us whether a microgrid makes sense.',
    ],
    improvements: [
      'Remote tests of generators and fuel levels, with proof for the auditor.',
      'Streetlight failure detection from the nodes or from a vehicle that drives by anyway.',
      'A first-pass screening of sites for solar and storage from public data.',
      'A shared, private list for welfare checks in a long outage.',
    ],
  },
];
