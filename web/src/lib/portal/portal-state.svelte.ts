import { createContext } from 'svelte';

/** For which of their startups a person looks at the portal. Nearly everybody belongs to one. */
export class PortalState {
  startupId: string = $state('');

  constructor(startupId: string) {
    this.startupId = startupId;
  }
}

export const [usePortal, setPortal] = createContext<PortalState>();
