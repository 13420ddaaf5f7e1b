// Whole journeys of the staff: helping somebody, running the platform.
import {expect, test} from './harness.mjs';
import {firstAdmin} from './admin.mjs';
import {newTenant, personAt, staffAt} from './steps.mjs';
import {together} from './journeys.mjs';

// Opens the question behind a button, answers it, and sends it.
async function answers(person, button, fields = {}) {
  const {page} = person;
  const opener = page.locator(`main button[popovertarget]`, {hasText: button}).first();
  const dialog = page.locator(`[id="${await opener.getAttribute('popovertarget')}"]`);
  await opener.click();
  await dialog.waitFor();
  for (const [name, value] of Object.entries(fields)) await dialog.locator(`[name="${name}"]`).fill(value);
  await Promise.all([page.waitForEvent('load'), dialog.locator('[type=submit]').click()]);
}

export function staffJourneyTests(fixture) {
  test('staff journey: somebody is found, their tenant suspended, and looked at as they see it', async () => {
    await together(fixture, async ({staff, here}) => {
      const ines = await here(newTenant(fixture, staff, {email: 'ines@harbour.example', name: 'Ines Moreau', company: 'Harbour Cafe'}));
      await ines.open('/account');
      await ines.send('form[action="/account"]', {phone: '+94 77 555 1234'});
      for (const words of ['ines@harbour', 'Ines', '+94 77 555 1234', '077 555 1234']) {
        await staff.open(`/users?q=${encodeURIComponent(words)}`);
        expect((await staff.text()).includes('Ines Moreau'), `nobody is found by ${words}`);
      }
      await staff.page.click('tbody a.row-link');
      await staff.sees('ines@harbour.example');
      await Promise.all([staff.page.waitForURL('**/tenants/*'), staff.page.click('main a[href^="/tenants/"]:has-text("Harbour Cafe")')]);
      const tenant = staff.page.url();

      await answers(staff, 'Suspend', {reason: 'an unpaid bill'});
      await staff.sees('Suspended.');
      await ines.open('/');
      await ines.sees('This workspace is suspended');
      await ines.open('/team', 403);
      ines.expected = ['403'];
      await answers(staff, 'Unsuspend', {reason: 'paid'});
      await ines.open('/team');

      const form = 'form[action$="/impersonate"]';
      await staff.send(form, {reason: 'helps with the first steps'});
      expect(staff.page.url().startsWith(ines.base), `acting as a member began at ${staff.page.url()}`);
      await staff.sees('Ines Moreau');
      expect(await staff.page.locator('.notice-warning form[action="/logout"]').count() === 1, 'no banner says whom staff act as');
      for (const path of ['/security', '/settings/close']) {
        const refused = await staff.page.goto(ines.base + path);
        expect(refused.status() === 403, `${path} answers ${refused.status()} to staff`);
      }
      staff.expected = ['403'];
      await staff.page.goto(ines.base);
      await Promise.all([staff.page.waitForEvent('load'), staff.page.click('.notice-warning form[action="/logout"] button')]);
      await staff.sees('You have stopped acting as somebody else');
      await Promise.all([staff.page.waitForURL(tenant.split('?')[0]), staff.page.click('main a.btn-primary')]);
      await staff.open('/activity');
      const log = await staff.text();
      expect(log.split('helps with the first steps').length === 3, 'acting as a member is not in the log twice');
    });
  });

  test('staff journey: an announcement appears in the app and is put away', async () => {
    await together(fixture, async ({staff, here}) => {
      const tea = await here(newTenant(fixture, staff, {email: 'owner@announced.example', name: 'Tara Joy', company: 'Announced'}));
      await staff.open('/announcements/new');
      await staff.send('main form', {title: 'Maintenance on Sunday', text: 'From **two** to three in the morning.'});
      await tea.open('/');
      await tea.sees('Maintenance on Sunday');
      expect(await tea.page.locator('.notice-bar strong', {hasText: 'two'}).count() === 1, 'the text lost its emphasis');
      await Promise.all([tea.page.waitForEvent('load'), tea.page.click('.notice-bar form button')]);
      expect(!(await tea.page.textContent('body')).includes('Maintenance on Sunday'), 'what was put away is still there');
      await staff.open('/announcements');
      await staff.page.click('tbody a');
      await answers(staff, 'End now');
      await staff.sees('ended');
    });
  });

  test('staff journey: plugins, mail templates, backups, jobs, dead letters', async () => {
    await together(fixture, async ({staff}) => {
      await staff.open('/plugins/landing');
      await answers(staff, 'Disable', {reason: 'a test'});
      await staff.sees('Disabled');
      expect((await fetch(`${fixture.server.url('landing')}/pricing`)).status === 404, 'a disabled plugin still answers');
      await staff.send('form[action="/plugins/landing/enable"]');
      await staff.sees('Running');
      expect((await fetch(`${fixture.server.url('landing')}/pricing`)).status === 200, 'an enabled plugin does not answer');

      await staff.open('/email-templates');
      await staff.page.click('tbody a[href*="/email-templates/edit"]');
      await staff.page.waitForURL('**/email-templates/edit*');
      const subject = staff.page.locator('main form [name=subject]');
      await subject.fill('Something of our own');
      await staff.page.click('main form [formaction="/email-templates/preview"]');
      await staff.page.waitForTimeout(300);
      await Promise.all([staff.page.waitForEvent('load'), staff.page.locator('main form .panel-foot .btn-primary').click()]);
      await staff.sees('Text saved');
      await answers(staff, 'Restore the original', {reason: 'a test'});
      await staff.sees('Original restored');

      await staff.open('/backups');
      await staff.send('form[action="/backups"]');
      for (let tries = 0; tries < 100 && await staff.page.locator('form[action$="/verify"]').count() === 0; tries += 1) {
        await staff.page.waitForTimeout(200);
        await staff.open('/backups');
      }
      await staff.send('form[action$="/verify"]');
      await staff.sees('Whole');

      await staff.open('/jobs/schedules');
      await staff.send('form[action$="/pause"]');
      await staff.sees('Paused');
      await staff.send('form[action$="/resume"]');
      await staff.open('/jobs?state=done');
      await staff.page.click('tbody a');
      await staff.sees('Payload');
      await staff.open('/events/dead-letters');
      await staff.sees('No dead letters');
    });
  });

  test('keyboard: staff sign in, walk a table, answer a question, and jump with the palette', async () => {
    const staff = await personAt(fixture, 'admin');
    const {page} = staff;
    const focused = () => page.evaluate(() => {
      const element = document.activeElement;
      // The link of a row shows the focus around the row.
      const drawn = [getComputedStyle(element), getComputedStyle(element, '::after')];
      const ring = drawn.some((style) => (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none');
      return {name: element.id || element.getAttribute('aria-label') || element.textContent.trim().slice(0, 40), tag: element.tagName, href: element.getAttribute('href'), ring};
    });
    // Tab until something is reached; everything on the way shows that it has the focus.
    const tabTo = async (wanted, most = 60) => {
      const way = [];
      for (let presses = 0; presses < most; presses += 1) {
        await page.keyboard.press('Tab');
        const now = await focused();
        way.push(now.name);
        expect(now.ring || now.tag === 'BODY', `nothing shows that ${now.tag} ${now.name} has the focus`);
        if (wanted(now)) return way;
      }
      throw new Error(`not reached by Tab: ${way.join(' → ')}`);
    };
    try {
      await staff.open('/login');
      expect((await tabTo(() => true))[0].includes('Skip'), 'the first stop is not the way past the navigation');
      const way = await tabTo((now) => now.name === 'email' , 10);
      expect(way.length <= 6, `the e-mail field is ${way.length} stops away`);
      await page.keyboard.type(firstAdmin.WHATSFLOW_ADMIN_EMAIL);
      await tabTo((now) => now.name === 'password', 2);
      await page.keyboard.type(firstAdmin.WHATSFLOW_ADMIN_PASSWORD);
      await Promise.all([page.waitForURL(`${staff.base}/`), page.keyboard.press('Enter')]);

      await staff.open('/staff');
      await tabTo((now) => /^\/staff\/[0-9a-f-]{36}$/.test(now.href ?? ''), 80);
      await Promise.all([page.waitForURL('**/staff/*-*'), page.keyboard.press('Enter')]);
      await tabTo((now) => now.name === 'Disable', 80);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#confirm-disable:popover-open');
      if ((await focused()).name !== 'confirm-disable-reason') await tabTo((now) => now.name === 'confirm-disable-reason', 2);
      await page.keyboard.press('Escape');
      expect(await page.locator('#confirm-disable:popover-open').count() === 0, 'Escape leaves the question open');
      expect((await focused()).name === 'Disable', `after Escape the focus is at ${(await focused()).name}`);

      await page.keyboard.press('Control+k');
      await page.waitForSelector('#palette-q');
      await page.keyboard.type('mailb');
      await page.waitForSelector('#palette-results [role=option][href="/mailbox"][aria-selected=true]');
      await Promise.all([page.waitForURL('**/mailbox'), page.keyboard.press('Enter')]);
      staff.calm();
    } finally {
      await staff.leave();
    }
  });

  test('keyboard: a member signs in and opens the menu of the workspace', async () => {
    const staff = await staffAt(fixture, firstAdmin);
    const person = await newTenant(fixture, staff, {email: 'keys@only.example', name: 'Kit Keys', company: 'Keys Only'});
    try {
      await person.page.keyboard.press('Tab');
      await person.page.keyboard.press('Enter');
      expect(await person.page.evaluate(() => document.activeElement.id) === 'content', 'the skip link does not lead to the content');
      await person.page.focus('.workspace-menu > summary');
      await person.page.keyboard.press('Enter');
      await person.page.keyboard.press('Tab');
      expect(await person.page.evaluate(() => document.activeElement.getAttribute('href')) === '/settings', 'the menu does not follow its button');
      await person.page.keyboard.press('Escape');
      expect(await person.page.locator('.workspace-menu[open]').count() === 0, 'Escape leaves the menu open');
      person.calm();
    } finally {
      await person.leave();
      await staff.leave();
    }
  });
}
