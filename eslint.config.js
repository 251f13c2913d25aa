import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** Folders that may not be imported from `files`, with the reason shown to whoever tries; and whole packages. */
const wall = (files, patterns, message, paths = []) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: patterns, message }], paths }] },
});

export default ts.config(
  {
    ignores: [
      '**/node_modules',
      '**/.svelte-kit',
      '**/build',
      '.local',
      // Uses Deno's globals, which only `deno check` knows.
      'edge-functions/airtable/index.ts',
      'supabase/types/database.ts',
      'supabase/.temp',
    ],
  },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs['flat/recommended'],
  {
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-console': ['error', { allow: ['warn', 'error'] }],
    },
  },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    // For these alone: with another extension typescript-eslint does not build the program of the rest once, but
    // looks anew at every file.
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'] } },
  },
  { files: ['scripts/**'], rules: { 'no-console': 'off' } },
  wall(
    ['edge-functions/**'],
    ['**/web/**', '**/scripts/**'],
    'What runs on Deno may import supabase/types and its own folder only: nothing else is deployed with it.',
  ),
  wall(
    ['web/src/**'],
    ['**/edge-functions/**', '**/scripts/**'],
    'The web app may import supabase/types and its own folder only.',
    [
      {
        name: '@lucide/svelte',
        message: 'It brings all icons along. Import @lucide/svelte/icons/…, and the type from lib/icon.ts.',
      },
    ],
  ),
  wall(
    ['supabase/**'],
    ['**/edge-functions/**', '**/web/**'],
    'supabase/ is the contract that the others follow: it imports none of them.',
  ),
);
