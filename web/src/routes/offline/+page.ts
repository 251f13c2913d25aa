/** The frame of every page, for the service worker to keep: the same for everybody, filled in the browser. */
export const ssr = false;
