import type { Browser, Locator, Page } from 'playwright/test';
import { stackEnv } from './stack-env.ts';

/** The page on which the staff see the base. */
export class BaseGrid {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, table: string): Promise<BaseGrid> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${stackEnv('AIRTABLE_API_URL')}/#${table}`);
    return new BaseGrid(page);
  }

  cell(recordId: string, field: string): Locator {
    return this.page.getByTestId(`${recordId}-${field}`);
  }
}
