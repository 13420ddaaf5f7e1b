// Every page behind a sign-in with something in it, and every mail: no error in the console,
// nothing wider than a phone, no violation that axe can find. WHATSFLOW_PICTURES=1 also takes
// pictures of each at three widths, light and dark, with nothing in it and with something in it,
// into build/screenshots.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, root, test} from './harness.mjs';
import {firstAdmin} from './admin.mjs';
import {axeViolations} from './pages.mjs';
import {goodPassword, joinTeam, linkMailedTo, newTenant, personAt, staffAt} from './steps.mjs';

const pictures = Boolean(process.env.WHATSFLOW_PICTURES);
const looks = pictures ? [[360, false], [360, true], [768, false], [768, true], [1440, false], [1440, true]] : [[360, false]];
const nameOf = (path) => (path === '/' ? 'home' : path.slice(1).replaceAll(/[0-9a-f-]{36}/g, 'id').replaceAll(/[^a-z0-9-]+/gi, '-').slice(0, 80));

// What is wrong with a page that is open.
async function lookAt(person, folder, path, wanted = 200) {
  const {page} = person;
  const wrong = [];
  mkdirSync(folder, {recursive: true});
  await page.setViewportSize({width: 360, height: 780});
  const response = await page.goto(person.base + path, {waitUntil: 'load'});
  if (response.status() !== wanted) wrong.push(`${path} answered ${response.status()}`);
  for (const [width, dark] of looks) {
    if (pictures) {
      await page.setViewportSize({width, height: width < 600 ? 780 : 900});
      await page.emulateMedia({colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce'});
      // Colours fade into each other after the change.
      await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {}))));
      await page.screenshot({path: join(folder, `${nameOf(path)}-${width}-${dark ? 'dark' : 'light'}.png`), fullPage: true});
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) wrong.push(`${path} is ${overflow} px wider than ${width} px`);
    // What differs between widths is the layout, between schemes the colours: two looks show both.
    if (dark === width > 1000) for (const violation of await axeViolations(page)) wrong.push(`${path} at ${width}${dark ? ' dark' : ''}: ${violation}`);
  }
  return wrong;
}

async function walk(person, folder, paths) {
  const wrong = [];
  for (const path of paths) wrong.push(...await lookAt(person, join(root, 'build/screenshots', folder), path));
  wrong.push(...person.page.problems.filter((each) => !each.endsWith('net::ERR_ABORTED')));
  expect(wrong.length === 0, [...new Set(wrong)].slice(0, 12).join(' | '));
}

const appPages = ['/', '/team', '/settings', '/settings/close', '/usage', '/developers', '/developers/webhooks/new', '/notifications',
  '/search?q=team', '/search?q=zzzz', '/account', '/security', '/workspaces', '/logout'];
const adminPages = ['/', '/users', '/users?q=nobody', '/users?column=name&column=phone&column=email&column=locale', '/tenants', '/tenants?q=nobody',
  '/activity', '/activity?q=nothing', '/staff', '/staff/new', '/plugins', '/plugins/accounts', '/plugins/app', '/jobs', '/jobs?state=done',
  '/jobs?state=failed', '/jobs/schedules', '/events', '/events/recorded', '/events/subscribers', '/events/dead-letters', '/mailbox',
  '/email-templates', '/announcements', '/announcements/new', '/backups', '/logs', '/settings', '/webhooks', '/notifications',
  '/search?q=lotus', '/account', '/security', '/security/second-factor'];

// Further pages that plugins have put into the navigation of this person.
async function navigated(person, known) {
  await person.open('/');
  const paths = await person.page.$$eval('nav a[href^="/"]', (links) => links.map((link) => link.getAttribute('href')));
  return [...new Set(paths)].filter((path) => !known.includes(path));
}

// The first page that a list leads to.
async function firstOf(person, list, pattern) {
  await person.open(list);
  const link = person.page.locator(`main a[href*="${pattern}"]`).first();
  return await link.count() ? [await link.getAttribute('href')] : [];
}

// A tenant at work: a team, an invitation, a webhook with a delivery, a token, an export.
async function fill(fixture, staff, owner) {
  const colleague = await joinTeam(fixture, staff, owner, {email: 'a-very-long-address-of-somebody@department.of.a.long.company.example', name: 'Somebody With A Rather Long Name', role: 'admin'});
  await colleague.leave();
  await owner.open('/team');
  await owner.send('form[action="/team/invite"]', {email: 'invited@tour.example', role: 'viewer'});
  await owner.open('/developers/webhooks/new');
  await owner.send('form[action="/developers/webhooks"]', {url: `http://127.0.0.1:9/${'long/'.repeat(30)}`, description: 'Order system of the warehouse'});
  const [endpoint] = await firstOf(owner, '/developers', '/developers/webhooks/0');
  await owner.open(endpoint);
  await owner.send('form[action$="/test"]');
  const delivery = owner.path();
  await owner.open('/developers');
  const scopes = owner.page.locator('form[action="/developers/tokens"] [name=scope]');
  if (await scopes.count()) {
    await scopes.first().check();
    await owner.send('form[action="/developers/tokens"]', {label: 'Order system of the warehouse', days: '30'});
  }
  await owner.open('/account');
  await owner.send('form[action="/account/export"]');
  await owner.open('/security');
  await owner.send('form[action="/security/two-factor"]', {current_password: goodPassword});
  return [endpoint, `${endpoint}/edit`, delivery, '/security/two-factor'];
}

export function tourTests(fixture) {
  test('tour: the pages before signing in', async () => {
    const visitor = await personAt(fixture, 'app');
    try {
      await walk(visitor, 'accounts', ['/signup?plan=growth&interval=year', '/login', '/login?signed_out=1', '/forgot', '/forgot?sent=1', '/verify', '/verify?sent=1']);
      const dead = await lookAt(visitor, join(root, 'build/screenshots/accounts'), '/reset?token=nothing', 404);
      expect(dead.length === 0, dead.join(' | '));
    } finally {
      await visitor.leave();
    }
  });

  test('tour: the app of a new tenant, and of one at work', async () => {
    const staff = await staffAt(fixture, firstAdmin);
    const people = [staff];
    try {
      const owner = await newTenant(fixture, staff, {email: 'wanda@tour.example', name: 'Wanda Wickramasinghe-Gunawardena', company: 'Wickramasinghe Brothers Trading and Export Company'});
      people.push(owner);
      const pages = [...appPages, ...await navigated(owner, appPages)];
      if (pictures) await walk(owner, 'app-empty', pages);
      const more = await fill(fixture, staff, owner);
      await walk(owner, 'app-full', [...pages, ...more]);
      const guest = await personAt(fixture, 'app');
      people.push(guest);
      await walk(guest, 'accounts', [new URL(await linkMailedTo(staff, 'invited@tour.example', '/invite/')).pathname]);
      await guest.open('/forgot');
      await guest.send('main form', {email: 'wanda@tour.example'});
      const reset = new URL(await linkMailedTo(staff, 'wanda@tour.example', '/reset'));
      await walk(guest, 'accounts', [reset.pathname + reset.search]);
    } finally {
      for (const person of people) await person.leave();
    }
  });

  test('tour: the panel', async () => {
    const staff = await staffAt(fixture, firstAdmin);
    try {
      const details = [];
      for (const [list, pattern] of [['/users', '/users/0'], ['/tenants', '/tenants/0'], ['/activity', '/activity/0'], ['/staff', '/staff/0'],
        ['/jobs?state=done', '/jobs/0'], ['/mailbox', '/mailbox/0'], ['/events/recorded', '/events/recorded/0'],
        ['/announcements', '/announcements/0'], ['/email-templates', '/email-templates/edit'], ['/subscriptions', '/subscriptions/0'],
        ['/payments', '/payments/0'], ['/flags', '/flags/']]) details.push(...await firstOf(staff, list, pattern));
      await walk(staff, 'admin', [...adminPages, ...await navigated(staff, adminPages), ...details]);
    } finally {
      await staff.leave();
    }
  });

  test('tour: every mail at phone and desktop width', async () => {
    const staff = await staffAt(fixture, firstAdmin);
    try {
      await staff.open('/email-templates');
      const edits = await staff.page.$$eval('main tbody a[href*="/email-templates/edit"]', (links) => links.map((link) => link.getAttribute('href')));
      expect(edits.length > 5, `only ${edits.length} templates are listed`);
      const folder = join(root, 'build/screenshots/mail');
      mkdirSync(folder, {recursive: true});
      const wrong = [];
      for (const edit of edits) {
        const path = edit.replace('/edit', '/preview');
        await staff.open(path);
        const text = await staff.page.textContent('body');
        if (/\{\{|\}\}|undefined/.test(text)) wrong.push(`${path} shows an unfilled place`);
        for (const width of [360, 600]) {
          await staff.page.setViewportSize({width, height: 700});
          const overflow = await staff.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          if (overflow > 0) wrong.push(`${path} is ${overflow} px wider than ${width} px`);
          if (pictures) await staff.page.screenshot({path: join(folder, `${nameOf(new URL(path, staff.base).searchParams.get('name') ?? path)}-${width}.png`), fullPage: true});
        }
      }
      expect(wrong.length === 0, wrong.join(' | '));
    } finally {
      await staff.leave();
    }
  });
}
