import { loadPart } from '../load-part.ts';

/** The palette's code, which is no part of the first load: asked for when somebody opens it. */
export const loadPalette = () => loadPart(() => import('../components/palette/palette.svelte'));

/** Somebody is about to open it. What fails ahead of need is said when it is needed and fails again. */
export function preparePalette(): void {
  loadPalette().catch(() => {});
}
