import type { Random } from './random.ts';

/**
 * Fills a sentence: `{12-40}` becomes a whole number of that range, `{one|two}` one of the words,
 * `{place}` what `slots` has under that name.
 */
export function compose(
  template: string,
  random: Random,
  slots: Readonly<Record<string, string>> = {},
): string {
  return template.replace(/\{([^{}]+)\}/g, (whole, inner: string) => {
    const range = /^(\d+)-(\d+)$/.exec(inner);
    if (range) return random.int(Number(range[1]), Number(range[2])).toLocaleString('en-US');
    if (inner.includes('|')) return random.pick(inner.split('|'));
    const value = slots[inner];
    if (value === undefined) throw new Error(`no value for ${whole} in: ${template}`);
    return value;
  });
}
