import type { Letter } from './sync.ts';

/** Letters with one cause. */
export interface LetterGroup {
  key: string;
  /** What they have in common. */
  reason: string;
  letters: readonly Letter[];
  first: string;
  last: string;
}

/** Letters of one table and reason together, in the order of the first of each; that of the letters is kept. */
export function letterGroups(letters: readonly Letter[]): LetterGroup[] {
  const groups = Map.groupBy(letters, (letter) => `${letter.table_id} ${sharedReason(letter)}`);
  return [...groups].map(([key, members]) => {
    const times = members.map(({ created_at }) => created_at).sort();
    const [one] = members;
    return {
      key,
      reason: one ? sharedReason(one) : '',
      letters: members,
      first: times[0] ?? '',
      last: times.at(-1) ?? '',
    };
  });
}

/** Of what is bad, the value is each record's own; but for a choice, where it is the reason. */
const OWN_VALUES = /: .{1,210}? is not (?=(?:text of|a number|a checkbox|a date|a list)\b)/gs;

const sharedReason = ({ reason }: Letter): string => reason.replace(OWN_VALUES, ' is not ');
