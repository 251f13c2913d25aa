import { expect, type Locator } from 'playwright/test';
import type { Admin } from './admin.ts';

/** A record that is open beside its list. */
export class OpenRecord {
  readonly panel: Locator;
  readonly admin: Admin;

  private constructor(admin: Admin) {
    this.admin = admin;
    this.panel = admin.page.locator('[data-record]');
  }

  /** Opens a signal of the list by a click, as people do. */
  static async open(admin: Admin, identifier: string): Promise<OpenRecord> {
    await admin.row(identifier).getByRole('link').click();
    const record = new OpenRecord(admin);
    await expect(record.panel.getByText(identifier, { exact: true })).toBeVisible();
    await expect(record.panel.getByTestId('record')).toBeVisible();
    return record;
  }

  /** The one that the page shows already. */
  static of(admin: Admin): OpenRecord {
    return new OpenRecord(admin);
  }

  get heading(): Locator {
    return this.panel.getByRole('heading', { level: 2 });
  }

  get status(): Locator {
    return this.panel.locator('[data-field="approval_status"]').first();
  }

  field(key: string): Locator {
    return this.panel.locator(`[data-field="${key}"]`).first();
  }

  section(id: string): Locator {
    return this.panel.locator(`[data-section="${id}"]`);
  }

  action(name: string): Locator {
    return this.panel.getByRole('group', { name: 'Actions' }).getByRole('button', { name, exact: true });
  }

  async edit(key: string): Promise<void> {
    await this.field(key).getByRole('button').first().click();
  }
}
