import { defineConfig } from 'vitest/config';

const IGNORED = ['**/node_modules/**', '**/.svelte-kit/**', '**/build/**', '.local/**'];

/**
 * The suffix of a test file names what it needs: `x.test.ts` nothing, `x.pg.test.ts` a Postgres,
 * `x.integration.test.ts` processes of its own. Components and browser stories are tested from web/.
 */
export default defineConfig({
  test: {
    // Tests wait more than they work; left to itself a machine of two processors would run one file at a time.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{scripts,edge-functions,supabase}/**/*.test.ts'],
          exclude: [...IGNORED, '**/*.pg.test.ts', '**/*.integration.test.ts'],
        },
      },
      {
        test: {
          name: 'pg',
          include: ['{scripts,edge-functions,supabase}/**/*.pg.test.ts'],
          exclude: IGNORED,
          globalSetup: ['scripts/stack/testing/postgres-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{scripts,edge-functions,supabase}/**/*.integration.test.ts'],
          exclude: IGNORED,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
