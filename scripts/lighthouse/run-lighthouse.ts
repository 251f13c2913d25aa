import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Too large to be installed by all for what few measure: it is fetched when it is run. */
const LIGHTHOUSE = 'lighthouse@13.5.0';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const FORMS = { phone: [], desktop: ['--preset=desktop'] } as const;

export type Form = keyof typeof FORMS;

interface Report {
  categories: Record<(typeof CATEGORIES)[number], { score: number | null }>;
  audits: Record<string, { numericValue?: number }>;
  environment: { benchmarkIndex: number };
}

export interface Scores {
  /** Of 100. */
  performance: number;
  accessibility: number;
  bestPractices: number;
  /** ms */
  largestContentfulPaint: number;
  /** ms */
  totalBlockingTime: number;
  cumulativeLayoutShift: number;
  /** What Lighthouse makes of this machine: about 1,500 for a laptop of today, of which a phone's pace is a quarter. */
  benchmarkIndex: number;
}

/**
 * Runs Lighthouse on a page in the browser that listens on `port`, with its cookies and an empty cache.
 * Rejects with what Lighthouse says.
 */
export async function runLighthouse(url: string, form: Form, port: number): Promise<Scores> {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      '--yes',
      LIGHTHOUSE,
      url,
      `--port=${port}`,
      `--only-categories=${CATEGORIES.join()}`,
      // The session is in it.
      '--disable-storage-reset',
      '--output=json',
      '--quiet',
      ...FORMS[form],
    ],
    { maxBuffer: 64 * 2 ** 20 },
  );
  const { categories, audits, environment } = JSON.parse(stdout) as Report;
  const score = (name: (typeof CATEGORIES)[number]) => Math.round((categories[name].score ?? 0) * 100);
  const value = (name: string) => audits[name]?.numericValue ?? NaN;
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    bestPractices: score('best-practices'),
    largestContentfulPaint: Math.round(value('largest-contentful-paint')),
    totalBlockingTime: Math.round(value('total-blocking-time')),
    cumulativeLayoutShift: Number(value('cumulative-layout-shift').toFixed(4)),
    benchmarkIndex: Math.round(environment.benchmarkIndex),
  };
}
