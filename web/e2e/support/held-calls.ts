import type { Page, Route } from 'playwright/test';

/** Holds calls of one function on their way to the database, as a slow network would. */
export class HeldCalls {
  #waiting: Route[] = [];
  #came = Promise.withResolvers<void>();

  static async of(page: Page, name: string): Promise<HeldCalls> {
    const held = new HeldCalls();
    await page.route(/\/rest\/v1\/rpc\/\w+$/, async (route) => {
      const request = route.request();
      const called = request.url().split('/').at(-1);
      const { action } = (called === 'perform' ? request.postDataJSON() : {}) as { action?: string };
      if (request.method() !== 'POST' || (action ?? called) !== name) return route.fallback();
      held.#waiting.push(route);
      held.#came.resolve();
    });
    return held;
  }

  /** Resolves when a call waits. */
  async waiting(): Promise<void> {
    await this.#came.promise;
  }

  /** Lets the calls that wait through. */
  async release(): Promise<void> {
    const routes = this.#waiting;
    this.#waiting = [];
    this.#came = Promise.withResolvers<void>();
    for (const route of routes) await route.continue();
  }
}
