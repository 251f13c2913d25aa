import type { Environment } from 'vitest/runtime';

/** Node, but with modules as a browser gets them: Svelte's client build, where effects run. */
export default {
  name: 'client',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;
