const COUNTED = /^\(\d+\) /;

/** "(3) Inbox"; the plain title with none. */
export const titleWith = (title: string, count: number): string =>
  (count > 0 ? `(${count}) ` : '') + title.replace(COUNTED, '');

/** Keeps a number before the page's title, whichever page sets it. Returns how to stop. */
export function countInTitle(count: number): () => void {
  const put = () => {
    const wanted = titleWith(document.title, count);
    // Writing it is a change that is seen again: only a different one is written.
    if (document.title !== wanted) document.title = wanted;
  };
  put();
  const observer = new MutationObserver(put);
  observer.observe(document.head, { childList: true, subtree: true, characterData: true });
  return () => {
    observer.disconnect();
    document.title = titleWith(document.title, 0);
  };
}
