import chromium from '@sparticuz/chromium';
import { chromium as launcher, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAirtableSimulator, type AirtableSimulator } from '../airtable-simulator.ts';
import { API_KEY, BASE_ID, createWebhook, readPayloads } from '../testing/simulator-client.ts';

let browser: Browser;
let simulator: AirtableSimulator;
let page: Page;

beforeAll(async () => {
  simulator = await createAirtableSimulator({ port: 0, apiKey: API_KEY, baseId: BASE_ID, rateLimit: false });
  browser = await launcher.launch({
    executablePath: await chromium.executablePath(),
    // One process for all would end the browser with its first page.
    args: chromium.args.filter((argument) => argument !== '--single-process'),
    headless: true,
  });
});
afterAll(async () => {
  await browser.close();
  await simulator[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await openTable('Signals');
  return () => page.close();
});

async function openTable(name: string, on = page): Promise<void> {
  await on.goto(`${simulator.url}/#${name}`);
  await on.locator('#link-state[data-state=live]').waitFor();
}
const signals = () => simulator.base.records('Signals');
const cell = (recordId: string, field: string, on = page) =>
  on.locator(`[data-record="${recordId}"][data-field="${field}"]`);

test('two clicks change a signal’s urgency, and webhooks hear of a person', async () => {
  const { id } = await createWebhook(simulator);
  const record = signals()[2]?.id ?? '';
  const wanted = simulator.base.cell('Signals', record, 'Urgency') === 'Critical' ? 'High' : 'Critical';
  await cell(record, 'Urgency').click();
  await page.getByRole('option', { name: wanted }).click();
  await expect.poll(() => simulator.base.cell('Signals', record, 'Urgency')).toBe(wanted);
  expect(await cell(record, 'Urgency').textContent()).toBe(wanted);
  const [payload] = (await readPayloads(simulator, id)).payloads;
  expect(payload?.actionMetadata).toMatchObject({
    source: 'client',
    sourceMetadata: { user: { name: 'CivStart staff' } },
  });
});

test('the keyboard alone: move, edit, leave with Escape, toggle, choose', async () => {
  const record = signals()[0]?.id ?? '';
  const below = signals()[1]?.id ?? '';
  await cell(record, 'Title').click();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Typed by hand');
  await page.keyboard.press('Enter');
  await expect.poll(() => simulator.base.cell('Signals', record, 'Title')).toBe('Typed by hand');
  expect(await cell(below, 'Title').getAttribute('class')).toContain('active');

  await page.keyboard.type('gone');
  await page.keyboard.press('Escape');
  expect(await page.locator('.editor').count()).toBe(0);
  expect(simulator.base.cell('Signals', below, 'Title')).not.toBe('gone');

  const before = simulator.base.cell('Signals', below, 'Public');
  for (let step = 0; step < 7; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press(' ');
  await expect.poll(() => simulator.base.cell('Signals', below, 'Public')).toBe(before ? undefined : true);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.keyboard.press('r');
  await page.keyboard.press('Enter');
  await expect.poll(() => simulator.base.cell('Signals', below, 'Approval status')).toBe('Rejected');
});

test('another open page follows, also for a record made or destroyed elsewhere', async () => {
  const other = await browser.newPage();
  await openTable('Startups', other);
  const id = simulator.base.create('Startups', { Name: 'Made elsewhere' });
  await cell(id, 'Name', other).waitFor();
  simulator.base.update('Startups', id, { Stage: 'Growth' });
  await expect.poll(() => cell(id, 'Stage', other).textContent()).toBe('Growth');
  simulator.base.destroy('Startups', id);
  await cell(id, 'Name', other).waitFor({ state: 'detached' });
  await other.close();
});

test('a new record is filled in place; deleting it can be undone', async () => {
  await openTable('Organizations');
  const count = simulator.base.records('Organizations').length;
  await page.getByRole('button', { name: 'New record' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('City of Newly');
  await page.keyboard.press('Enter');
  await expect.poll(() => simulator.base.records('Organizations').length).toBe(count + 1);
  const id = simulator.base.records('Organizations').at(-1)?.id ?? '';
  await expect.poll(() => simulator.base.nameOf('Organizations', id)).toBe('City of Newly');
  await page.getByRole('button', { name: 'Delete record' }).click();
  await cell(id, 'Name').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => cell(id, 'Name').textContent()).toBe('City of Newly');
});

test('the search box narrows the rows and says how many', async () => {
  await page.getByRole('searchbox').fill('SIG-0007');
  expect(await page.locator('#row-count').textContent()).toBe('1 of 400 records');
  expect(await page.locator('.row[data-row]').count()).toBe(1);
});

test('a link is changed by name, and both sides show it', async () => {
  const record = signals()[4]?.id ?? '';
  await cell(record, 'Organization').click();
  await page.keyboard.press('Enter');
  await page.getByRole('combobox').fill('Alder Falls');
  await page.keyboard.press('Enter');
  await expect.poll(() => cell(record, 'Organization').textContent()).toBe('City of Alder Falls');
  const [linked] = simulator.base.cell('Signals', record, 'Organization') as string[];
  expect(simulator.base.cell('Organizations', linked ?? '', 'Signals')).toContain(record);
});

test('a refused edit is taken back, with Airtable’s reason', async () => {
  await openTable('Organizations');
  const record = simulator.base.records('Organizations')[0]?.id ?? '';
  const shown = await cell(record, 'Population').textContent();
  await cell(record, 'Population').click();
  await page.keyboard.type('many');
  await page.keyboard.press('Enter');
  await page.getByText('Not saved: Field "Population" cannot accept the provided value').waitFor();
  expect(await cell(record, 'Population').textContent()).toBe(shown);
});
