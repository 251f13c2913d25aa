interface Part {
  score?: number;
  shared_words?: string[];
  name?: string | null;
  matched?: number;
}

const WORDS_MAX = 5;

/** What a match is made of, as a sentence; empty when it does not say. */
export function readRationale(rationale: unknown): string {
  if (typeof rationale !== 'object' || rationale === null) return '';
  const { text, sector, success } = rationale as Partial<Record<'text' | 'sector' | 'success', Part>>;
  const words = text?.shared_words ?? [];
  const parts = [
    words.length ? `Shares ${words.slice(0, WORDS_MAX).join(', ')}` : null,
    sector?.name && (sector.score ?? 0) >= 0.5 ? `in ${sector.name}` : null,
    success?.matched ? `${success.matched} ${success.matched === 1 ? 'match' : 'matches'} before` : null,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
