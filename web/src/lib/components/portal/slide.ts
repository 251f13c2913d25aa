import { prefersReducedMotion } from 'svelte/motion';
import { slide as svelteSlide } from 'svelte/transition';

const SLIDE_MS = 140;

/** Opens downwards; at once for those who want no motion. */
export const slide = (node: Element) =>
  svelteSlide(node, { duration: prefersReducedMotion.current ? 0 : SLIDE_MS });
