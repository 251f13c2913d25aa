import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { expect } from 'playwright/test';
import { Admin } from './support/admin.ts';
import { stackEnv } from './support/stack-env.ts';
import { test } from './support/story.ts';

const EMAIL = 'passing-by@civstart.test';

test('a region is taken away while its admin looks → its rows go, the new region comes; no role left → no access', async ({
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
    await pat.expectState('live');

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
