import type { Problem } from './problem.ts';

export const MOBILITY_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Mobility',
    kinds: ['City', 'Agency', 'County'],
    titles: [
      'Bus arrival times are wrong by {6-14} minutes on Route {2-88}',
      'Ghost buses: arrivals shown that never come',
      'Arrival predictions for {place} riders they can trust',
      'Real-time signs at {40-160} stops show the timetable',
    ],
    pains: [
      'Predictions come from a vendor feed that ignores detours and school traffic.',
      'Riders logged {310-1800} complaints about buses that were shown and never came.',
      'One bus in {9-17} reports no position, because a modem from 2014 drops its signal near {place}.',
      'Dispatch cancels a trip on the radio, and the app goes on counting it down.',
    ],
    improvements: [
      'Arrival error under {2|3} minutes at the {95th|90th} percentile, published each week.',
      'Cancellations in the public feed within a minute of the dispatcher’s call.',
      'Signs that say “no information” rather than something false.',
      'A replay of any trip, for the supervisor who answers a complaint.',
    ],
  },
  {
    sector: 'Mobility',
    kinds: ['City', 'Agency', 'County', 'Nonprofit'],
    titles: [
      'Paratransit booking closes at 4 pm the day before',
      'Same-day paratransit without doubling the fleet',
      'Paratransit no-shows cost us ${19-48} a trip',
      'Dialysis riders wait {40-95} minutes for the ride home',
    ],
    pains: [
      'Riders book by telephone a day ahead; the average call takes {7-13} minutes.',
      'About {11-22}% of trips are no-shows or late cancellations.',
      'Schedules are built by one person with {18-31} years of experience who retires in {March|June|August}.',
      'The return trip is guessed, and a patient who finishes early sits in the lobby.',
    ],
    improvements: [
      'Booking by text, web and voice in the languages our riders speak.',
      'Routing that absorbs a same-day request without breaking the 30 minute window.',
      'Coordination with the clinic, so that the return starts when treatment ends.',
      'An honest pilot with {15-40} vehicles before we touch the whole service.',
    ],
  },
  {
    sector: 'Mobility',
    kinds: ['City', 'County', 'State', 'Agency'],
    titles: [
      'Signal timing on {place} dates from {2009|2011|2013}',
      'Ambulances stopped at red lights on {place}',
      'Pedestrian crashes at unsignaled crossings in {place}',
      'Near-miss data for the corridors where people get hurt',
    ],
    pains: [
      'We retime a corridor every {6-11} years, when a grant allows a consultant to count cars.',
      'There were {7-26} serious crashes involving people on foot near {place} in the last three years.',
      'Crash reports arrive {5-10} months late and say nothing about what nearly happened.',
      'Detection loops are broken at {21-44}% of intersections.',
      'Engine companies lose {40-110} seconds per run at lights that could have turned.',
    ],
    improvements: [
      'Timing suggestions from data we own, reviewed by an engineer before they go live.',
      'Near misses counted without storing faces or plates.',
      'Priority for emergency vehicles and late buses through the controllers we have.',
      'Before-and-after evidence that a council meeting can follow.',
    ],
  },
  {
    sector: 'Mobility',
    kinds: ['City', 'Agency'],
    titles: [
      'Curb space in {place} is double-parked from 11 to 2',
      'Loading zones that match how deliveries happen now',
      'Residential permit parking runs on paper hangtags',
      'No inventory of curb rules outside {place}',
    ],
    pains: [
      'Delivery vans block the bus lane about {30-90} times a day on {place}.',
      'The only record of a sign is the sign; {12-28}% are missing or contradict their neighbour.',
      'Permit renewals take {3|4|5} visits to the counter for a household that moved.',
      'Enforcement follows a fixed beat rather than demand.',
    ],
    improvements: [
      'A curb inventory from a drive-by survey, kept up to date by work orders.',
      'Bookable loading windows tried on {4-9} blocks, with shopkeepers at the table.',
      'Digital permits, with a paper path that is not slower.',
      'Open data in the standard curb format.',
    ],
  },
];
