import type { BaseReader } from './base-reader.ts';
import type { Reporter } from './report-progress.ts';

/** What the scans of a base have in common. */
export interface ScanWork {
  base: BaseReader;
  reporter: Reporter;
  /** True when the scan is to let other work go first. */
  shouldYield: () => boolean;
}
