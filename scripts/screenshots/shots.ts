import type { Page } from 'playwright';

export interface Shot {
  name: string;
  /** Who looks: the part of the e-mail before the @; null for nobody. */
  who: 'owner' | 'west' | 'founder' | null;
  path: string;
  /** What is done before it is taken. */
  then?: (page: Page) => Promise<void>;
}

const openFirstRecord = async (page: Page): Promise<void> => {
  const link = page.locator('main a[href*="/signals/"]:visible').first();
  await page.goto(new URL((await link.getAttribute('href')) ?? '', page.url()).href);
};

const owner = (name: string, path: string, then?: Shot['then']): Shot => ({
  name,
  who: 'owner',
  path,
  ...(then && { then }),
});

/** Every page, and what can lie over it. */
export const SHOTS: readonly Shot[] = [
  { name: 'sign-in', who: null, path: '/sign-in' },
  owner('dashboard', '/'),
  owner('dashboard-table', '/?days=90', (page) => page.getByText('Table', { exact: true }).click()),
  owner('signals', '/signals'),
  owner('signals-nothing', '/signals?q=nothing+at+all'),
  owner('record', '/signals', openFirstRecord),
  owner('pool', '/pool'),
  owner('connections', '/connections'),
  owner('startups', '/startups'),
  owner('organizations', '/organizations'),
  owner('contacts', '/contacts'),
  owner('interactions', '/interactions'),
  owner('activity', '/activity'),
  owner('notifications', '/notifications'),
  owner('sync', '/sync'),
  owner('team', '/team'),
  owner('team-rights', '/team', (page) =>
    page.getByRole('button', { name: 'Change the rights of' }).nth(1).click(),
  ),
  owner('settings', '/settings'),
  owner('not-found', '/nowhere'),
  owner('palette', '/', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search records').fill('water');
  }),
  owner('shortcuts', '/signals', (page) => page.keyboard.press('?')),
  owner('live-card', '/', (page) => page.getByTestId('live-badge').click()),
  { name: 'admin-dashboard', who: 'west', path: '/' },
  { name: 'portal', who: 'founder', path: '/portal' },
  { name: 'portal-pool', who: 'founder', path: '/portal/pool' },
  { name: 'portal-connections', who: 'founder', path: '/portal/connections' },
];
