import { test as base } from 'playwright/test';

/**
 * A story whose browsers are closed at its end: who stays would be counted among the admins of the next one, and
 * everything that is told would be told to them too.
 */
export const test = base.extend<{ closing: void }>({
  closing: [
    async ({ browser }, use) => {
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
