/** The palette's code, which is no part of the first load: asked for when somebody is about to open it. */
export const loadPalette = () => import('../components/palette/palette.svelte');
