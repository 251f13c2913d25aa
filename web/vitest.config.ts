import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Modules that SvelteKit makes. */
const alias = {
  '$app/env/public': `${import.meta.dirname}/testing/app-env-public.ts`,
  '$app/env': `${import.meta.dirname}/testing/app-env.ts`,
};

/**
 * `x.test.ts` is pure; `x.svelte.test.ts` uses runes, which run on Svelte's browser build without a
 * browser (what needs a real page is a story in e2e/).
 */
export default defineConfig({
  test: {
    projects: [
      {
        root: import.meta.dirname,
        plugins: [svelte({ configFile: false })],
        resolve: { alias },
        test: {
          name: 'web',
          // Models name their icons, which are components.
          server: { deps: { inline: ['@lucide/svelte'] } },
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.svelte.test.ts'],
        },
      },
      {
        root: import.meta.dirname,
        plugins: [svelte({ configFile: false })],
        resolve: { alias, conditions: ['browser'] },
        test: {
          name: 'web-runes',
          server: { deps: { inline: ['@lucide/svelte'] } },
          environment: `${import.meta.dirname}/testing/client-environment.ts`,
          include: ['src/**/*.svelte.test.ts'],
        },
      },
    ],
  },
});
