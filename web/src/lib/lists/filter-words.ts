import type { Field } from '../entities/entity.ts';
import type { Filter } from './list.ts';

const OR = new Intl.ListFormat('en', { type: 'disjunction' });
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
const NUMBER = new Intl.NumberFormat('en');
/** More names than this make no sentence. */
const NAMES_MAX = 2;

export interface FilterWords {
  /** Between the field's name and the value: "Urgency **is** High". */
  verb: string;
  value: string;
}

/**
 * A condition as the end of a sentence that begins with the field's name.
 * @param nameOf the name of a linked row; undefined while it is not known
 */
export function filterWords(
  field: Field,
  filter: Filter,
  nameOf: (id: string) => string | undefined = () => undefined,
): FilterWords {
  switch (filter.kind) {
    case 'one-of': {
      const names = filter.values.map((value) => nameOfValue(field, value, nameOf));
      const shown =
        names.length > NAMES_MAX + 1
          ? [...names.slice(0, NAMES_MAX), `${names.length - NAMES_MAX} more`]
          : names;
      return { verb: 'is', value: OR.format(shown) };
    }
    case 'is':
      return { verb: 'is', value: filter.value ? 'yes' : 'no' };
    case 'within':
      return filter.days === 1
        ? { verb: '', value: 'today' }
        : { verb: 'in', value: `the last ${filter.days} days` };
    case 'between':
      return field.kind === 'number' ? numberWords(filter) : dayWords(filter);
  }
}

type Between = Extract<Filter, { kind: 'between' }>;

function numberWords({ from, to }: Between): FilterWords {
  const words = (end: string | null) => NUMBER.format(Number(end));
  if (from === null) return { verb: 'is', value: `at most ${words(to)}` };
  if (to === null) return { verb: 'is', value: `at least ${words(from)}` };
  return from === to
    ? { verb: 'is', value: words(from) }
    : { verb: 'is', value: `${words(from)} to ${words(to)}` };
}

function dayWords({ from, to }: Between): FilterWords {
  const words = (day: string | null) => (day === null ? '' : DAY.format(new Date(`${day}T00:00:00Z`)));
  if (from === null) return { verb: 'until', value: words(to) };
  if (to === null) return { verb: 'since', value: words(from) };
  return from === to
    ? { verb: 'on', value: words(from) }
    : { verb: '', value: `${words(from)} to ${words(to)}` };
}

function nameOfValue({ choices, kind }: Field, value: string, nameOf: (id: string) => string | undefined) {
  if (kind === 'link') return nameOf(value) ?? '…';
  return choices?.find((choice) => choice.value === value)?.label ?? value;
}
