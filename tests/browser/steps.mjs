// What journeys are made of: a person with a browser of their own, their mail, their authenticator.
import {expect, openPage} from './harness.mjs';
import {totp} from './totp.mjs';

export const goodPassword = 'a long sentence nobody guesses 7';

// A browser of its own. `path` may be a whole address.
export async function personAt(fixture, site, options = {}) {
  const page = await openPage(fixture.browser, options);
  const base = fixture.server.url(site);
  return {
    page,
    base,
    open: async (path, wanted = 200) => {
      const response = await page.goto(path.startsWith('http') ? path : base + path, {waitUntil: 'load'});
      expect(response.status() === wanted, `${path} answered ${response.status()}`);
      return response;
    },
    text: () => page.textContent('main'),
    path: () => new URL(page.url()).pathname + new URL(page.url()).search,
    sees: async (words) => {
      const text = await page.textContent('body');
      expect(text.includes(words), `"${words}" is not on ${page.url()}: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    },
    // Fills a form by the names of its fields, and sends it.
    send: async (form, fields = {}) => {
      for (const [name, value] of Object.entries(fields)) {
        const field = page.locator(`${form} [name="${name}"]`);
        if (await field.evaluate((element) => element.tagName) === 'SELECT') await field.selectOption(value);
        else await field.fill(value);
      }
      await Promise.all([page.waitForEvent('load'), page.locator(`${form} [type=submit]:not([popovertarget]):not([formaction])`).last().click()]);
    },
    calm: (...expected) => {
      // Going on before the icon of a page has come is no problem of the page.
      const wrong = page.problems.filter((each) => !each.endsWith('net::ERR_ABORTED')).filter((each) => !expected.some((word) => each.includes(word)));
      expect(wrong.length === 0, wrong.join('; '));
    },
    leave: () => page.context().close(),
  };
}

// Staff, signed in, who can read the mailbox of the platform.
export async function staffAt(fixture, credentials, options = {}) {
  const staff = await personAt(fixture, 'admin', options);
  await staff.open('/login');
  await staff.send('main form', {email: credentials.WHATSFLOW_ADMIN_EMAIL, password: credentials.WHATSFLOW_ADMIN_PASSWORD});
  expect(staff.path() === '/', `staff landed on ${staff.path()}`);
  return staff;
}

// The link of the newest mail to somebody that leads to a page of the app.
export async function linkMailedTo(staff, address, page) {
  const request = staff.page.context().request;
  for (let tries = 0; tries < 80; tries += 1) {
    const list = await (await request.get(`${staff.base}/mailbox?q=${encodeURIComponent(address)}`)).text();
    for (const [, id] of list.matchAll(/href="\/mailbox\/([0-9a-f-]{36})"/g)) {
      const mail = await (await request.get(`${staff.base}/mailbox/${id}`)).text();
      const link = new RegExp(`(http[^\\s"<&]*${page}[^\\s"<&]*)`).exec(mail);
      if (link && mail.includes(address)) return link[1];
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${address} with a link to ${page}`);
}

export async function signIn(person, email, password = goodPassword) {
  await person.open('/login');
  await person.send('main form', {email, password});
}

// Sign-up as a visitor does it, up to the first page of the app.
export async function newTenant(fixture, staff, {email, name, company}, options = {}) {
  const person = await personAt(fixture, 'app', options);
  await person.open('/signup');
  await person.send('main form', {name, company, email, password: goodPassword, country: 'LK'});
  await person.open(await linkMailedTo(staff, email, '/verify'));
  await signIn(person, email);
  expect(person.path() === '/', `${email} landed on ${person.path()}`);
  return person;
}

export async function joinTeam(fixture, staff, owner, {email, name, role}, options = {}) {
  await owner.open('/team');
  await owner.send('form[action="/team/invite"]', {email, role});
  const person = await personAt(fixture, 'app', options);
  await person.open(await linkMailedTo(staff, email, '/invite/'));
  await person.send('main form', {name, password: goodPassword});
  return person;
}

// Waits for the next code: each counts once.
export async function nextCode(secret, used) {
  for (;;) {
    const code = totp(secret);
    if (code !== used) return code;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
