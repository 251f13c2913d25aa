import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { AirtableBase } from './support/airtable-base.ts';
import { HeldCalls } from './support/held-calls.ts';
import { OpenRecord } from './support/record.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

test('a record → beside its list under its own address; j and k go along, Esc closes, in full takes the list’s place', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const { page } = owner;
  const [first = '', second = ''] = await owner.signals();
  const record = await OpenRecord.open(owner, first);
  await expect(page).toHaveURL(/\/signals\/[0-9a-f-]{36}$/);
  await expect(owner.row(first)).toBeVisible();

  await page.keyboard.press('j');
  await expect(record.panel.getByText(second, { exact: true })).toBeVisible();
  await record.panel.getByRole('button', { name: 'Previous record' }).click();
  await expect(record.panel.getByText(first, { exact: true })).toBeVisible();

  const address = page.url();
  await record.panel.getByRole('button', { name: 'Show in full' }).click();
  await expect(owner.row(first)).toBeHidden();
  await page.goto(address);
  await expect(record.heading).toBeVisible();
  await record.panel.getByRole('button', { name: 'Show beside the list' }).click();
  await expect(owner.row(first)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/signals');
  await expect(record.panel).toHaveCount(0);
});

test('edited with the keyboard → shown at once, on a colleague’s screen, and in the history with who did it', async ({
  browser,
}) => {
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const [identifier = ''] = await west.signals();
  const mine = await OpenRecord.open(west, identifier);
  await owner.page.goto(west.page.url());
  const theirs = OpenRecord.of(owner);
  await expect(theirs.section('history')).toBeVisible();

  await west.page.keyboard.press('e');
  const title = `Edited by hand ${Date.now()}`;
  await west.page.keyboard.type(title);
  await west.page.keyboard.press('Enter');
  await expect(mine.heading).toContainText(title);
  await expect(theirs.heading).toContainText(title);
  await expect(mine.section('history')).toContainText('You');
  await expect(theirs.section('history').getByRole('listitem').first()).toContainText('Wendell Ortiz');
  await expect(west.cell(identifier, 'title')).toHaveText(title);

  await west.page.keyboard.press('e');
  await west.page.keyboard.type('never mind');
  await west.page.keyboard.press('Escape');
  await expect(mine.heading).toContainText(title);
});

test('an edit that the database refuses → back to what it was, the editor open again with the draft and the reason', async ({
  browser,
}) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/organizations');
  const { page } = owner;
  await page.locator('[data-row]:visible').first().getByRole('link').click();
  const record = OpenRecord.of(owner);
  const website = record.field('website');
  const before = (await website.getByRole('link').textContent()) ?? '';

  await website.getByRole('button', { name: 'Edit website' }).click();
  await page.keyboard.type('javascript:alert(1)');
  const held = await HeldCalls.of(page, 'edit_record');
  await page.keyboard.press('Enter');
  await held.waiting();
  await expect(website).toContainText('javascript:alert(1)');
  await expect(website.getByRole('link')).toHaveCount(0);
  await held.release();
  await expect(website.getByRole('alert')).toHaveText(
    '‘javascript:alert(1)’ is no address of a website. Begin with https://.',
  );
  await expect(website.getByRole('textbox')).toHaveValue('javascript:alert(1)');
  await page.keyboard.press('Escape');
  await expect(website.getByRole('link')).toHaveText(before);
});

test('the field that is being edited changes in Airtable → the draft stays, with both to choose from', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const [, identifier = ''] = await west.signals();
  const { id } = await base.signal(identifier);
  const record = await OpenRecord.open(west, identifier);
  await record.edit('title');
  await west.page.keyboard.type('My draft');

  await base.edit(id, { Title: 'From Airtable' });
  const choice = record.panel.getByTestId('changed-meanwhile');
  await expect(choice).toContainText('Somebody in Airtable changed this meanwhile');
  await expect(choice).toContainText('From Airtable');
  await expect(record.field('title').getByRole('textbox')).toHaveValue('My draft');

  await choice.getByRole('button', { name: 'Keep mine' }).click();
  await expect(record.heading).toContainText('My draft');
  await expect(west.cell(identifier, 'title')).toHaveText('My draft');
});

test('the same field changes while the edit is on its way → refused as a conflict, and nobody’s words are lost', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const west = await Admin.signIn(browser, 'west@civstart.test', '/signals');
  const [, , identifier = ''] = await west.signals();
  const { id } = await base.signal(identifier);
  const record = await OpenRecord.open(west, identifier);
  await record.edit('title');
  await west.page.keyboard.type('Mine, late');
  const held = await HeldCalls.of(west.page, 'edit_record');
  await west.page.keyboard.press('Enter');
  await held.waiting();
  await expect(record.heading).toContainText('Mine, late');

  const witness = await Admin.signIn(browser, 'owner@civstart.test', `/signals?q=${identifier}`);
  await base.edit(id, { Title: 'Theirs, first' });
  await expect(witness.cell(identifier, 'title')).toHaveText('Theirs, first');
  await expect(record.heading).toContainText('Mine, late');
  await held.release();
  const choice = record.panel.getByTestId('changed-meanwhile');
  await expect(choice).toContainText('Theirs, first');
  await expect(record.field('title').getByRole('textbox')).toHaveValue('Mine, late');
  await choice.getByRole('button', { name: 'Keep theirs' }).click();
  await expect(record.heading).toContainText('Theirs, first');
});

test('removed while looked at → says so; an address of nothing → says so', async ({ browser }) => {
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const identifier = (await owner.signals()).at(4) ?? '';
  const record = await OpenRecord.open(owner, identifier);
  const title = (await record.heading.innerText()).replace(', edit the title', '').trim();
  const database = new pg.Client({ connectionString: stackEnv('DB_URL') });
  await database.connect();
  try {
    const remove = (at: string) =>
      database.query(`update signals set deleted_at = ${at} where signal_identifier = $1`, [identifier]);
    await remove('now()');
    await expect(record.panel.getByRole('heading')).toContainText(`“${title}” is gone`);
    await remove('null');
    await expect(record.heading).toContainText(title);
  } finally {
    await database.end();
  }
  await owner.page.goto('/signals/00000000-0000-4000-8000-000000000000');
  await expect(record.panel.getByRole('heading')).toHaveText('This signal is not here');
  await owner.page.goto('/signals/nonsense');
  await expect(record.panel.getByRole('heading')).toHaveText('This signal is not here');
});

test('how fresh a record is → from the edit in Airtable to this screen, in its steps', async ({
  browser,
}) => {
  const base = new AirtableBase();
  const owner = await Admin.signIn(browser, 'owner@civstart.test', '/signals');
  const identifier = (await owner.signals()).at(5) ?? '';
  const { id, fields } = await base.signal(identifier);
  const record = await OpenRecord.open(owner, identifier);
  const urgency = fields.Urgency === 'High' ? 'Low' : 'High';
  await base.edit(id, { Urgency: urgency });
  await expect(record.field('urgency')).toContainText(urgency);
  await record.panel.getByRole('button', { name: 'How fresh this is' }).click();
  await expect(owner.page.getByTestId('freshness')).toHaveText(
    /^Edited .* in Airtable, on your screen [\d.]+ (ms|s) later$/,
  );
});
