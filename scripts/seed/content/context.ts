/** A closing sentence for some signals: what presses, what was tried, what money there is. */
export const CONTEXT = [
  'Council has asked for options by the {first|second|third} quarter.',
  'We have ${40-180},000 in this year’s budget for a pilot and nothing certain after it.',
  'A vendor pilot in {2021|2022|2023} was dropped, because staff had to enter everything twice.',
  'Any data about residents has to stay in the country and be deletable.',
  'The union was part of writing this and will be part of any trial.',
  'IT has {three|five|eight} people for everything, so hosting must not fall to us.',
  'We can start in {January|February|April|May} and would like to learn something by {summer|autumn}.',
  'A neighboring {city|county} would join if the first results are good.',
  'Single sign-on is required; a separate password will not be used.',
  'Our last consultant’s report is {140-320} pages, and we would rather try something.',
  'A state grant covers {60-80}% if we apply before {March|June|September}.',
  'Field staff are skeptical, with cause: this would be the {third|fourth} tool in five years.',
  'Whatever we pick has to work for people who will never use an app.',
  'Procurement can move under our ${25-100},000 threshold without a tender.',
  'The department head is new and wants a quick, honest test.',
  'Open data export is a condition, not a wish.',
] as const;
