import type { Page } from 'playwright/test';

export interface Work {
  /** How often the content was redrawn. */
  redraws: number;
  /** The longest time that the page answered to nobody, ms. */
  longest: number;
}

/** Begins to watch what a page does; what it did since is answered by the function that comes back. */
export async function workOf(page: Page): Promise<() => Promise<Work>> {
  const watch = await page.evaluateHandle(() => {
    const work = { redraws: 0, longest: 0 };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) work.longest = Math.max(work.longest, duration);
    }).observe({ type: 'longtask' });
    const everything = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(() => (work.redraws += 1)).observe(document.querySelector('main')!, everything);
    return work;
  });
  return () => watch.jsonValue();
}
