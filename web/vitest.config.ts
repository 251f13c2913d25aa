import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/**
 * `x.test.ts` is pure; `x.svelte.test.ts` uses runes, which run on Svelte's browser build without a
 * browser (what needs a real page is a story in e2e/).
 */
export default defineConfig({
  test: {
    projects: [
      {
        root: import.meta.dirname,
        test: { name: 'web', include: ['src/**/*.test.ts'], exclude: ['src/**/*.svelte.test.ts'] },
      },
      {
        root: import.meta.dirname,
        plugins: [svelte({ configFile: false })],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'web-runes',
          environment: `${import.meta.dirname}/testing/client-environment.ts`,
          include: ['src/**/*.svelte.test.ts'],
        },
      },
    ],
  },
});
