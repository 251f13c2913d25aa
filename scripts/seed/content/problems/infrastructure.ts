import type { Problem } from './problem.ts';

export const INFRASTRUCTURE_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Infrastructure',
    kinds: ['City', 'County', 'State', 'Agency'],
    titles: [
      'Pavement survey every {four|five} years, potholes every day',
      'Paving list that the council can believe',
      'Sidewalk gaps on the way to {9-26} schools',
      'Curb ramps: {2-8},{100-900} to inspect, one inspector',
    ],
    pains: [
      'The last pavement rating cost ${90-310},000 and was old before it was printed.',
      'Utilities cut into {14-33} streets within a year of paving.',
      'Claims for trips and falls came to ${240-980},000 last year.',
      'Residents in {place} ask why their street is never on the list, and we have no good answer.',
    ],
    improvements: [
      'Condition from cameras on vehicles that drive the streets anyway.',
      'A five-year program whose ranking is public and can be explained.',
      'One calendar of street openings, shared with the utilities.',
      'Ramp and sidewalk records good enough for the transition plan.',
    ],
  },
  {
    sector: 'Infrastructure',
    kinds: ['County', 'State', 'City', 'Agency'],
    titles: [
      'Bridge inspections with {3|4|5} ropes and a clipboard',
      'Culverts we only find when they fail',
      'Scour risk at {11-40} bridges after the flood',
      'Retaining wall inventory along {place}',
    ],
    pains: [
      '{22-61} bridges are rated poor; each inspection closes a lane for {4-7} hours.',
      'About {1-4},{100-900} culverts under county roads have no recorded size.',
      'After the last storm it took {9-16} days to look at every crossing.',
      'Photographs are filed by date, so nobody can compare two years.',
    ],
    improvements: [
      'Drone or 360° imagery placed on a model, so that change can be seen.',
      'Field capture of culverts at the speed of a mower.',
      'A first list within hours of a flood: look here first.',
      'Deterioration forecasts that survive a federal review.',
    ],
  },
  {
    sector: 'Infrastructure',
    kinds: ['State', 'County', 'City', 'District', 'Agency', 'Nonprofit'],
    titles: [
      'Broadband map says served, families say otherwise',
      'Speed evidence for {310-2400} challenged addresses',
      'Device lending with no way to see need',
      'Dead spots on the school bus routes to {place}',
    ],
    pains: [
      'The federal map shows {93-98}% coverage; our library hotspots are booked for {5-9} weeks.',
      'Challenges need dated evidence from each address, and the window is {60|90} days.',
      'Low-cost plan enrollment fell by {40-65}% when the subsidy ended.',
      'Emergency radios fail in the same valleys as mobile phones.',
    ],
    improvements: [
      'Speed tests that residents can run by text link, tied to an address.',
      'Evidence bundles in the format that the state accepts.',
      'A map of need that joins cost, coverage and devices.',
      'Siting advice for {6-20} small towers on public land.',
    ],
  },
  {
    sector: 'Infrastructure',
    kinds: ['City', 'County', 'District', 'Agency'],
    titles: [
      'Work orders on paper for {45-190} field staff',
      'Park asset inventory that stops at the fence',
      'Street tree canopy down {6-13}% since {2012|2015}',
      'Facility condition data for {28-94} buildings',
    ],
    pains: [
      'Work orders are printed at 6 am; {21-35}% come back with no result.',
      'A playground near {place} was inspected under the wrong name for two years.',
      'We plant {400-1500} trees a year and cannot say how many survive.',
      'Deferred maintenance is estimated at ${18-160} million, give or take half.',
    ],
    improvements: [
      'Mobile work orders with photographs, usable with gloves and without signal.',
      'An asset list that grows from normal work instead of a survey.',
      'Tree survival and watering lists for volunteers by block.',
      'Condition scores that turn into a capital plan.',
    ],
  },
];
