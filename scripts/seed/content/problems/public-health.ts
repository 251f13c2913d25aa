import type { Problem } from './problem.ts';

export const PUBLIC_HEALTH_PROBLEMS: readonly Problem[] = [
  {
    sector: 'Public health',
    kinds: ['County', 'City', 'State', 'Agency', 'Nonprofit'],
    titles: [
      'Overdose spikes are visible {9-16} days late',
      'Naloxone goes where it is easy to deliver, not where it is needed',
      'Overdose alerting across county lines',
      'Opioid settlement spending with results attached',
    ],
    pains: [
      'EMS, the medical examiner and {three|four} hospitals report on different days in different formats.',
      'We placed {240-900} kits last quarter and cannot say which were used.',
      'Street outreach hears of a bad batch hours before any dashboard does.',
      'The board asks what ${2-14} million of settlement money achieved; we have receipts.',
    ],
    improvements: [
      'A same-day signal when counts leave the expected range, by zone.',
      'Kit restocking by use, from boxes that report when they open.',
      'A private channel for outreach teams to warn one another.',
      'Outcome reporting that grantees can fill in in ten minutes.',
    ],
  },
  {
    sector: 'Public health',
    kinds: ['City', 'County', 'Nonprofit', 'Agency'],
    titles: [
      'Heat deaths in homes we could have checked',
      'Cooling centers open where nobody walks',
      'Heat risk by block for {place}',
      'Air quality days: who needs a filter first',
    ],
    pains: [
      '{5-21} people died at home during last {July|August}’s heat, most of them alone.',
      'The {14-33} cooling centers were used at {12-26}% of capacity.',
      'Utility shutoff lists, tree cover and clinic data never meet.',
      'Volunteers call from a printed list and write ticks in the margin.',
    ],
    improvements: [
      'A wellness call list for each day, starting with the people at most risk, made with their consent.',
      'Placement of centers and shuttles from walking time, not from buildings we happen to own.',
      'Low-cost sensors in {30-90} homes that ask to be part of it.',
      'A plain review after each event of who was reached.',
    ],
  },
  {
    sector: 'Public health',
    kinds: ['County', 'City', 'State', 'Agency'],
    titles: [
      'Restaurant inspections entered twice',
      'Foodborne complaints linked by hand',
      'Beach closures a day after the sample',
      'Vector control routes from {2008|2012|2015}',
    ],
    pains: [
      'Sanitarians write on paper and type at the office: about {7-12} hours a week each.',
      'Two outbreaks last year were noticed by a newspaper first.',
      'Laboratory results for {place} come by fax.',
      'Trucks spray the same {40-120} blocks each year, whatever the traps say.',
    ],
    improvements: [
      'Inspection on a tablet that works in a walk-in freezer without signal.',
      'Complaint clustering that suggests a common meal or place.',
      'Same-day estimates of water quality, clear about doubt.',
      'Routes from trap counts, published so that beekeepers can plan.',
    ],
  },
  {
    sector: 'Public health',
    kinds: ['County', 'State', 'Nonprofit', 'Agency', 'District'],
    titles: [
      'WIC appointments missed for want of a ride',
      'Home visiting referrals stop at the fax machine',
      'School vision screening with no follow-through',
      'Prenatal care deserts in {place}',
    ],
    pains: [
      '{23-38}% of appointments are missed; transport and shift work are the reasons given.',
      'Of children who failed a screening, fewer than {30-45}% were seen by anyone.',
      'Nurses keep caseloads in a spreadsheet that locks when two of them open it.',
      'The nearest delivery ward is {41-86} miles away since the hospital closed its own.',
    ],
    improvements: [
      'Remote visits where the rules allow, with a simple link and no app.',
      'Referrals that come back with “seen”, “not reached” or “declined”.',
      'Rides booked in the same call as the appointment.',
      'A caseload view that respects who may see what.',
    ],
  },
];
