import { test as base, type BrowserContext, expect } from 'playwright/test';

/** What the browser itself says of a network that a story cut, or of an answer that a story wanted to fail. */
const OF_THE_NETWORK = /^(Failed to load resource|WebSocket connection to|Access to fetch at)/;

/**
 * A story whose browsers are closed at its end: who stays would be counted among the admins of the next one, and
 * everything that is told would be told to them too. What a page reports as an error fails it, whatever was seen.
 */
export const test = base.extend<{ closing: void }>({
  closing: [
    async ({ browser }, use) => {
      const errors: string[] = [];
      const listen = (context: BrowserContext) => {
        context.on('weberror', (error) => {
          const { name, message, stack } = error.error();
          errors.push(`${name}: ${message}\n${stack}`);
        });
        context.on('console', (message) => {
          if (message.type() === 'error' && !OF_THE_NETWORK.test(message.text())) errors.push(message.text());
        });
      };
      browser.on('context', listen);
      await use();
      browser.off('context', listen);
      // What a story still had on its way ends with it, unanswered.
      for (const context of browser.contexts()) {
        await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })));
        await context.unrouteAll({ behavior: 'ignoreErrors' });
        await context.close();
      }
      expect(errors, 'errors in the consoles of the pages').toEqual([]);
    },
    { auto: true },
  ],
});
