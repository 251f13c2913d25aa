import { type Browser, type BrowserContext, expect, type Locator, type Page } from 'playwright/test';
import { stackEnv } from './stack-env.ts';

/** One person's browser. */
export class Admin {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly badge: Locator;
  /** Addresses asked for over HTTP since the last `forgetRequests()`. */
  requests: string[] = [];
  /** Everything that came on WebSockets, as text. */
  frames: string[] = [];
  /** Everything that was sent on WebSockets, as text. */
  sent: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    this.badge = page.getByTestId('live-badge');
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => this.frames.push(payload.toString()));
      socket.on('framesent', ({ payload }) => this.sent.push(payload.toString()));
    });
  }

  /** Opens `path`, signs in by the form it leads to, and waits until the page is live. `prepare` comes before all of it. */
  static async signIn(
    browser: Browser,
    email: string,
    path = '/',
    prepare?: (context: BrowserContext) => Promise<void>,
  ): Promise<Admin> {
    const context = await browser.newContext();
    await prepare?.(context);
    const page = await context.newPage();
    const admin = Admin.of(context, page);
    await page.goto(path);
    await fillSignIn(page, email, stackEnv('DEMO_PASSWORD'));
    await admin.expectState('live');
    return admin;
  }

  static of(context: BrowserContext, page: Page): Admin {
    return new Admin(context, page);
  }

  row(identifier: string): Locator {
    return this.page.locator(`[data-signal="${identifier}"]:visible`);
  }

  cell(identifier: string, field: string): Locator {
    return this.row(identifier).locator(`[data-field="${field}"]`);
  }

  /** Numbers of the signals on the page, from the top. */
  async signals(): Promise<string[]> {
    const rows = await this.page.locator('[data-signal]:visible').all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute('data-signal')) ?? ''));
  }

  async expectState(state: string): Promise<void> {
    await expect(this.badge).toHaveAttribute('data-state', state, { timeout: 20_000 });
  }

  forgetRequests(): void {
    this.requests = [];
  }
}

/** The button takes clicks once the page's script runs. */
export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
