import type { OrganizationKind, Sector } from '../../seed-base.ts';

/** One civic problem in several wordings; `compose` fills the braces. */
export interface Problem {
  sector: Sector;
  /** Who could have it; left out: anyone. */
  kinds?: readonly OrganizationKind[];
  titles: readonly string[];
  pains: readonly string[];
  improvements: readonly string[];
}
