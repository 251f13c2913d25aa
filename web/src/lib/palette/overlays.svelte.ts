import { createContext } from 'svelte';

/** What may lie over the page. */
export class Overlays {
  palette = $state(false);
  sheet = $state(false);
}

export const [useOverlays, setOverlays] = createContext<Overlays>();
