export const DENSITIES = ['compact', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];

/** In the cookie; compact without one. */
export const readDensity = (value: string | undefined): Density =>
  DENSITIES.find((density) => density === value) ?? 'compact';

const YEAR_S = 31_536_000;

/** Keeps it for the next page load; `data-density` on the page's frame carries it now. */
export function applyDensity(density: Density): void {
  document.cookie = `density=${density}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
