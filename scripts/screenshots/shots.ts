import type { Page } from 'playwright';

export interface Shot {
  name: string;
  /** Who looks: the part of the e-mail before the @; null for nobody. */
  who: 'owner' | 'west' | 'viewer' | 'founder' | null;
  path: string;
  /** What is done before it is taken. */
  then?: (page: Page) => Promise<void>;
}

const openFirstRecord = async (page: Page): Promise<void> => {
  const { href, pathname } = new URL(page.url());
  const link = page.locator(`main a[href*="${pathname}/"]:visible`).first();
  await page.goto(new URL((await link.getAttribute('href')) ?? '', href).href);
};

const press = (button: string) => (page: Page) => page.getByRole('button', { name: button }).first().click();

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
  ...['connections', 'startups', 'organizations', 'contacts', 'interactions'].map((kind) =>
    owner(`record-of-${kind}`, `/${kind}`, openFirstRecord),
  ),
  owner('filter', '/signals?status=pending_review', press('Region')),
  owner('views', '/signals', press('Views')),
  owner('pool', '/pool'),
  owner('connections', '/connections'),
  owner('connections-board', '/connections?show=board'),
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
  owner('offline', '/signals', async (page) => {
    await page.context().setOffline(true);
    await page.getByText(/^Offline/).waitFor();
  }),
  { name: 'admin-dashboard', who: 'west', path: '/' },
  { name: 'viewer-record', who: 'viewer', path: '/signals', then: openFirstRecord },
  { name: 'portal', who: 'founder', path: '/portal' },
  { name: 'portal-pool', who: 'founder', path: '/portal/pool' },
  { name: 'portal-connections', who: 'founder', path: '/portal/connections' },
];
