import type X from '@lucide/svelte/icons/x';

/**
 * Any icon of Lucide's. Taken from one of them: the `LucideIcon` of the package itself comes with the types of all
 * 3,900, four fifths of what svelte-check and eslint had to read.
 */
export type LucideIcon = typeof X;
