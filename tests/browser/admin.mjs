// The staff's panel, signed in: every page of the plugin at phone and desktop width, light and
// dark, and the ways people go in it.
import {expect, openPage, test} from './harness.mjs';
import {axeViolations} from './pages.mjs';

export const firstAdmin = {WHATSFLOW_ADMIN_EMAIL: 'root@example.com', WHATSFLOW_ADMIN_PASSWORD: 'correct-horse-battery'};

const pages = [
  '/', '/activity', '/staff', '/staff/new', '/account', '/security', '/security/second-factor', '/announcements',
  '/announcements/new', '/plugins', '/plugins/landing', '/jobs', '/jobs?state=failed', '/jobs/schedules', '/events',
  '/events/recorded', '/events/subscribers', '/events/dead-letters', '/webhooks', '/mailbox', '/email-templates', '/logs',
  '/backups', '/settings', '/notifications', '/search?q=a',
];

export async function signIn(fixture, options = {}) {
  const page = await openPage(fixture.browser, options);
  const site = fixture.server.url('admin');
  await page.goto(`${site}/login`);
  await page.fill('#email', firstAdmin.WHATSFLOW_ADMIN_EMAIL);
  await page.fill('#password', firstAdmin.WHATSFLOW_ADMIN_PASSWORD);
  await page.click('main button[type=submit]');
  await page.waitForURL(`${site}/`);
  return {page, site};
}

export async function closing(page, body) {
  try {
    await body();
  } finally {
    await page.context().close();
  }
}

export function adminTests(fixture) {
  for (const width of [360, 1440]) {
    for (const dark of [false, true]) {
      test(`admin pages signed in at ${width} px, ${dark ? 'dark' : 'light'}`, async () => {
        const {page, site} = await signIn(fixture, {width, dark});
        await closing(page, async () => {
          const wrong = [];
          for (const path of pages) {
            const response = await page.goto(site + path, {waitUntil: 'load'});
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            if (response.status() !== 200) wrong.push(`${path} answered ${response.status()}`);
            if (overflow > 0) wrong.push(`${path} is ${overflow} px wider than the window`);
            for (const violation of await axeViolations(page)) wrong.push(`${path} ${violation}`);
          }
          expect(wrong.length === 0 && page.problems.length === 0, [...wrong, ...page.problems].join(' | '));
        });
      });
    }
  }

  test('admin: without JavaScript staff are added, and a role is changed with a reason', async () => {
    const {page, site} = await signIn(fixture, {javaScript: false});
    await closing(page, async () => {
      await page.goto(`${site}/staff/new`);
      await page.fill('#email', 'nimal@example.com');
      await page.selectOption('#role', 'read_only');
      await page.click('main .panel-foot button[type=submit]');
      const password = await page.textContent('.code-block code');
      expect(/^[a-z2-7-]{23}$/.test(password.trim()), `no password was shown but "${password}"`);
      await page.click('main .panel-foot a');
      await page.selectOption('#role', 'support_admin');
      await page.fill('#reason', 'helps with the inbox');
      await page.click('main form[action$="/role"] button[type=submit]');
      await page.goto(`${site}/activity`);
      expect((await page.textContent('tbody')).includes('helps with the inbox'), 'the reason is not in the audit log');
    });
  });

  test('admin: the last super admin is told why the account cannot be disabled', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.goto(`${site}/staff?role=super_admin`);
      await page.click('tbody a');
      await page.click('button[popovertarget=confirm-disable]');
      await page.fill('#confirm-disable input[name=reason]', 'a test');
      await page.click('#confirm-disable button[type=submit]');
      expect((await page.textContent('main [role=alert]')).includes('last super admin'), 'no reason was given');
    });
  });

  test('admin: the palette leads to a page', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.keyboard.press('Control+k');
      await page.fill('#palette-q', 'backup');
      await page.waitForSelector('#palette-results [role=option][href="/backups"][aria-selected=true]');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${site}/backups`);
    });
  });

  test('admin: the log is followed', async () => {
    const {page, site} = await signIn(fixture);
    await closing(page, async () => {
      await page.goto(`${site}/logs?level=info&live=1`);
      await page.waitForResponse((response) => response.url().includes('/logs/lines') && response.status() === 200);
      expect(page.problems.length === 0, page.problems.join(' | '));
    });
  });
}
