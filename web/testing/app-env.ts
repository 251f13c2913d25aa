/** `$app/env` as a page has it: SvelteKit makes the module only where it builds. */
export const browser = true;
