import type { DryRun } from './sync.ts';

/** What a replay would do now. */
export function dryRunWords({ record, cells, refusal }: DryRun): { good: boolean; text: string } {
  if (record === 'gone')
    return {
      good: true,
      text: 'The record is not in Airtable any more. A replay removes it here and closes the letter.',
    };
  if (record === 'unbound')
    return {
      good: false,
      text: 'No field of its table is followed any more: nothing can be read. Ignore the letter, or mend the drift below.',
    };
  if (refusal) return { good: false, text: `The table would refuse it: ${refusal}` };
  const bad = cells.filter(({ problem }) => problem !== undefined);
  if (bad.length > 0)
    return {
      good: false,
      text: `Not yet: ${bad.length === 1 ? 'one cell still cannot' : `${bad.length} cells still cannot`} be stored. Correct ${bad.length === 1 ? 'it' : 'them'} in Airtable.`,
    };
  return { good: true, text: 'It can be applied now. This would be written:' };
}
