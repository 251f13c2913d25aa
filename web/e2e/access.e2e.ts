import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

const EMAIL = 'passing-by@civstart.test';

test('a region is taken away while its admin looks → its rows go, the new region comes; none left → told so; no role left → no access', async ({
  browser,
}) => {
  const { auth } = createClient(stackEnv('API_URL'), stackEnv('SECRET_KEY'), {
    auth: { persistSession: false },
  });
  const { data, error } = await auth.admin.createUser({
    email: EMAIL,
    password: stackEnv('DEMO_PASSWORD'),
    email_confirm: true,
  });
  if (error) throw error;
  const { id } = data.user;
  const database = new pg.Client({ connectionString: stackEnv('DB_URL') });
  await database.connect();
  try {
    await database.query(`insert into admins (user_id, display_name, role) values ($1, 'Pat', 'admin')`, [
      id,
    ]);
    await database.query(`insert into admin_regions (user_id, region) values ($1, 'west')`, [id]);
    const pat = await Admin.signIn(browser, EMAIL, '/signals');
    const witness = await Admin.signIn(browser, 'west@civstart.test', '/signals');
    const west = await pat.signals();
    expect(west.length).toBeGreaterThan(0);

    await database.query(`update admin_regions set region = 'south' where user_id = $1`, [id]);
    await expect(pat.row(west[0]!)).toHaveCount(0);
    await expect.poll(() => pat.signals()).not.toEqual([]);
    expect((await pat.signals()).filter((identifier) => west.includes(identifier))).toEqual([]);
    // Nor does the list draw places for rows that are gone: as many as the south has, and its head.
    const south = await database.query<{ rows: number }>(
      `select count(*)::integer as rows from signals where region = 'south' and deleted_at is null`,
    );
    const places = String((south.rows[0]?.rows ?? 0) + 1);
    await expect(pat.page.getByRole('grid')).toHaveAttribute('aria-rowcount', places);
    const drawn = await pat.page
      .locator('[data-signal]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-signal') ?? ''));
    expect(drawn.filter((identifier) => west.includes(identifier))).toEqual([]);
    await pat.expectState('live');

    // None left: what that means, and what to do. With the next one the rows are back by themselves.
    await database.query('delete from admin_regions where user_id = $1', [id]);
    await expect(pat.page.getByRole('heading', { name: 'You have no region' })).toBeVisible();
    await expect(pat.page.locator('[data-signal]')).toHaveCount(0);
    await database.query(`insert into admin_regions (user_id, region) values ($1, 'south')`, [id]);
    await expect(pat.page.getByRole('grid')).toHaveAttribute('aria-rowcount', places);
    await expect(pat.page.getByRole('heading', { name: 'You have no region' })).toHaveCount(0);

    await database.query(`delete from admins where user_id = $1`, [id]);
    await expect(pat.page).toHaveURL(/\/no-access/);
    await expect(pat.page.locator('[data-signal]')).toHaveCount(0);

    // Those who stay went along to the new topic.
    await witness.expectState('live');
    expect(await witness.signals()).toEqual(west);
  } finally {
    await database.end();
    await auth.admin.deleteUser(id);
  }
});
