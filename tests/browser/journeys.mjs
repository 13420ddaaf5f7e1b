// Whole journeys of the people who sign up: from the landing page to closing the account.
import {execFileSync} from 'node:child_process';
import {createServer} from 'node:http';
import {expect, test} from './harness.mjs';
import {firstAdmin} from './admin.mjs';
import {goodPassword, linkMailedTo, newTenant, nextCode, personAt, signIn, staffAt} from './steps.mjs';
import {totp} from './totp.mjs';

// Runs a journey with people who are sent home afterwards.
export async function together(fixture, body) {
  const people = [];
  const here = async (coming) => {
    const person = await coming;
    people.push(person);
    return person;
  };
  try {
    const staff = await here(staffAt(fixture, firstAdmin));
    await body({staff, here});
    for (const person of people) person.calm(...(person.expected ?? []));
  } catch (error) {
    // What the browsers had to say is often the reason.
    const said = people.flatMap((person) => [person.page.url(), ...person.page.problems]);
    throw new Error(`${error.message} [${said.join('; ')}]`.replaceAll('\n', ' '), {cause: error});
  } finally {
    for (const person of people) await person.leave();
  }
}

// What curl gets with a token from a page of the API that asks for this scope.
function curl(fixture, path, token) {
  const words = ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--max-time', '10'];
  if (token) words.push('--header', `Authorization: Bearer ${token}`);
  return execFileSync('curl', [...words, fixture.server.url('api') + path], {encoding: 'utf8'});
}

// Without a plugin that offers something to programs there is nothing to make a token for.
async function makesAToken(fixture, dev) {
  const scopes = dev.page.locator('form[action="/developers/tokens"] [name=scope]');
  const offered = await scopes.evaluateAll((boxes) => boxes.map((box) => box.value));
  if (offered.length === 0) return dev.sees('Nothing for programs yet');
  // A page to read with one of the scopes, and one that the token will not open.
  const routes = JSON.parse(execFileSync(fixture.server.program, ['routes', '--json', '--config', fixture.server.config, '--data', fixture.server.data],
    {env: {...process.env, ...fixture.server.environment}, encoding: 'utf8'}));
  const readable = routes.filter((each) => each.site === 'api' && each.method === 'GET' && offered.includes(each.permission) && !each.pattern.includes('{'));
  const page = readable[0];
  const scope = page?.permission ?? offered[0];
  const other = readable.find((each) => each.permission !== scope);
  await dev.send('form[action="/developers/tokens"]', {label: 'Order system', days: '30'});
  await dev.sees('Choose at least one');
  await dev.page.check(`form[action="/developers/tokens"] [name=scope][value="${scope}"]`);
  await dev.send('form[action="/developers/tokens"]');
  await dev.sees('shown only this once');
  const token = (await dev.page.textContent('[data-copied]')).trim();
  expect(token.length > 30, `the token is ${token}`);
  if (page) {
    expect(['401', '403'].every((each) => curl(fixture, page.pattern, token) !== each), `${page.pattern} refuses the token with its scope`);
    expect(curl(fixture, page.pattern) === '401', `${page.pattern} opens without a token`);
    const changed = curl(fixture, page.pattern, token.slice(0, -1) + (token.endsWith('a') ? 'b' : 'a'));
    expect(changed === '401', `a token that was changed answers ${changed}`);
  }
  if (other) expect(curl(fixture, other.pattern, token) === '403', `${other.pattern} opens without the scope ${other.permission}`);
  await dev.open('/developers');
  await dev.sees(token.slice(-4));
  await dev.sees('until');
  expect(!(await dev.page.content()).includes(token), 'the token is shown again');
  const opener = dev.page.locator('button[popovertarget^="revoke-"]').first();
  const dialog = dev.page.locator(`[id="${await opener.getAttribute('popovertarget')}"]`);
  await opener.click();
  await Promise.all([dev.page.waitForEvent('load'), dialog.locator('[type=submit]').click()]);
  await dev.sees('The token opens nothing any more');
  if (page) expect(curl(fixture, page.pattern, token) === '401', 'a revoked token still opens');
}

export function journeyTests(fixture) {
  test('journey: from the landing page to a team at work', async () => {
    await together(fixture, async ({staff, here}) => {
      const amara = await here(personAt(fixture, 'landing'));
      await amara.open('/pricing?utm_source=news&utm_campaign=spring');
      const signUp = await amara.page.locator('main a[href*="/signup"][href*="plan="]').first().getAttribute('href');
      const [plan] = /plan=([^&]+)/.exec(signUp).slice(1);
      await amara.open(`${fixture.server.url('landing')}/signup?plan=${plan}&interval=year&utm_source=news&utm_campaign=spring`);
      expect(amara.page.url() === `${fixture.server.url('app')}/signup?plan=${plan}&interval=year&utm_source=news&utm_campaign=spring`,
        `the sign-up page is ${amara.page.url()}`);
      await amara.send('main form', {name: 'Amara Perera', company: 'Orchid Florists', email: 'amara@orchid.example', password: goodPassword, country: 'LK'});
      await amara.sees('Look into your mailbox');
      await amara.open(await linkMailedTo(staff, 'amara@orchid.example', '/verify'));
      await amara.sees('Your address is confirmed');
      await amara.send('main form', {email: 'amara@orchid.example', password: goodPassword});
      await amara.sees('First steps');
      expect(/0 of \d done/.test(await amara.text()), 'the first steps are not counted');
      expect(await amara.page.locator(`a[href^="/billing/change?plan=${plan}&interval=year"]`).count() === 1, 'the plan chosen on the price list is not offered');
      await amara.page.click('.checklist a[href="/team"]');
      await amara.page.waitForURL('**/team');
      await amara.send('form[action="/team/invite"]', {email: 'ben@orchid.example', role: 'agent'});
      await amara.sees('The invitation is on its way');

      const ben = await here(personAt(fixture, 'app', {width: 360}));
      await ben.open(await linkMailedTo(staff, 'ben@orchid.example', '/invite/'));
      await ben.sees('Join Orchid Florists');
      // Amara's page is open while Ben joins: she hears of it without loading anything.
      await amara.open(`${fixture.server.url('app')}/`);
      const told = amara.page.waitForSelector('.toast-item', {timeout: 20_000}).then((toast) => toast.textContent(), (error) => `no toast: ${error.message}`);
      await ben.send('main form', {name: 'Ben Fernando', password: goodPassword});
      expect(ben.path() === '/', `Ben landed on ${ben.path()}`);
      const said = await told;
      expect(said.includes('Ben Fernando joined the team'), said);
      await amara.page.waitForFunction(() => document.querySelector('[data-bell-count]')?.textContent === '1');
      await amara.open(`${fixture.server.url('app')}/notifications`);
      await amara.sees('Ben Fernando joined the team');
      await amara.send('form[action="/notifications/read-all"]');
      expect(await amara.page.locator('.is-unread').count() === 0, 'something is still unread');

      await amara.open(`${fixture.server.url('app')}/team`);
      const row = amara.page.locator('li', {hasText: 'ben@orchid.example'});
      await row.locator('select').selectOption('admin');
      await row.locator('form[action$="/role"] button').click();
      await amara.sees('The role was changed');
      await ben.open('/notifications');
      await ben.sees('Your role is now Admin');
      await ben.open('/team');
      await ben.sees('Invite somebody');

      const tenants = await staff.open('/tenants?q=Orchid').then(() => staff.page.locator('tbody a').first().getAttribute('href'));
      await staff.open(tenants);
      await staff.sees('spring');
      await staff.sees(plan);
    });
  });

  test('journey: a second factor, from the picture to a recovery code', async () => {
    await together(fixture, async ({staff, here}) => {
      const nadia = await here(newTenant(fixture, staff, {email: 'nadia@tea.example', name: 'Nadia Silva', company: 'Hill Tea'}));
      await nadia.open('/security');
      await nadia.send('form[action="/security/two-factor"]', {current_password: goodPassword});
      const secret = await nadia.page.textContent('main code');
      expect(await nadia.page.locator('[role=img] svg').count() === 1, 'there is no picture to scan');
      const first = totp(secret);
      await nadia.send('form[action="/security/two-factor/confirm"]', {code: first});
      const codes = (await nadia.page.textContent('[data-copied]')).trim().split(/\s+/);
      expect(codes.length >= 8, `only ${codes.length} recovery codes`);
      await nadia.open('/');
      await nadia.page.click('.menu-end > summary');
      await Promise.all([nadia.page.waitForEvent('load'), nadia.page.click('form[action="/logout"] button')]);
      await nadia.sees('You are signed out');
      nadia.expected = ['422'];

      await signIn(nadia, 'nadia@tea.example');
      expect(nadia.path() === '/login/second-factor', `after the password comes ${nadia.path()}`);
      await nadia.open('/');
      expect(nadia.path().startsWith('/login'), 'half a sign-in opens the app');
      await nadia.open('/login/second-factor');
      await nadia.send('main form', {code: first});
      await nadia.sees('This code is not right');
      await nadia.send('main form', {code: await nextCode(secret, first)});
      expect(nadia.path() === '/', `the code led to ${nadia.path()}`);

      for (const [code, opens] of [[codes[0], true], [codes[0], false]]) {
        const other = await here(personAt(fixture, 'app'));
        other.expected = ['422'];
        await signIn(other, 'nadia@tea.example');
        await other.send('main form', {code});
        expect((other.path() === '/') === opens, opens ? 'the recovery code opens nothing' : 'a used recovery code opens again');
      }
    });
  });

  test('journey: a forgotten password, and sessions that are ended', async () => {
    await together(fixture, async ({staff, here}) => {
      const kamal = await here(newTenant(fixture, staff, {email: 'kamal@rice.example', name: 'Kamal Dias', company: 'Rice & Co'}));
      const phone = await here(personAt(fixture, 'app', {width: 360}));
      await signIn(phone, 'kamal@rice.example');
      await kamal.open('/security');
      const others = kamal.page.locator('form[action^="/security/sessions/"][action$="/end"]:not([action="/security/sessions/end"])');
      expect(await others.count() === 1, `${await others.count()} other sessions are shown`);
      await Promise.all([kamal.page.waitForEvent('load'), others.locator('button').click()]);
      await kamal.sees('That session has ended');
      await phone.open('/');
      expect(phone.path().startsWith('/login'), 'the ended session still opens the app');

      await phone.page.click('a[href="/forgot"]');
      await phone.page.waitForURL('**/forgot');
      await phone.send('main form', {email: 'kamal@rice.example'});
      await phone.sees('a message is on its way');
      const link = await linkMailedTo(staff, 'kamal@rice.example', '/reset');
      await phone.open(link);
      const renewed = 'another sentence, just as long 8';
      await phone.send('main form', {password: renewed});
      await phone.sees('Your new password is in force');
      await kamal.open('/');
      expect(kamal.path().startsWith('/login'), 'a reset leaves old sessions open');
      await phone.send('main form', {email: 'kamal@rice.example', password: renewed});
      expect(phone.path() === '/', 'the new password opens nothing');
      await kamal.open(link, 404);
      await kamal.sees('This link opens nothing any more');
      phone.expected = kamal.expected = ['404', '410'];
    });
  });

  test('journey: another e-mail address, confirmed from both', async () => {
    await together(fixture, async ({staff, here}) => {
      const priya = await here(newTenant(fixture, staff, {email: 'priya@old.example', name: 'Priya Raj', company: 'Spice Route'}));
      await priya.open('/security');
      await priya.send('form[action="/security/email"]', {email: 'priya@new.example', current_password: goodPassword});
      await priya.sees('Confirm from both');
      for (const [side, address, says] of [['old', 'priya@old.example', 'Half done'], ['new', 'priya@new.example', 'The new address is in force']]) {
        const reader = await here(personAt(fixture, 'app'));
        await reader.open(await linkMailedTo(staff, address, `/account/email/${side}/`));
        await reader.send('main form');
        await reader.sees(says);
      }
      const again = await here(personAt(fixture, 'app'));
      await signIn(again, 'priya@new.example');
      expect(again.path() === '/', 'the new address does not sign in');
    });
  });

  test('journey: without live updates everything goes on', async () => {
    await together(fixture, async ({staff, here}) => {
      const lonely = await here(personAt(fixture, 'app'));
      // Whatever the page tries to open is closed at once, as a proxy without WebSocket would.
      let tried = 0;
      await lonely.page.routeWebSocket(/\/ws/, (socket) => { tried += 1; socket.close({code: 1011}); });
      await lonely.open('/signup');
      await lonely.send('main form', {name: 'Lone Ranger', company: 'No Sockets', email: 'lone@sockets.example', password: goodPassword, country: 'LK'});
      await lonely.open(await linkMailedTo(staff, 'lone@sockets.example', '/verify'));
      await signIn(lonely, 'lone@sockets.example');
      for (const path of ['/', '/team', '/notifications', '/settings', '/developers', '/account']) await lonely.open(path);
      await lonely.send('form[action="/account"]', {name: 'Lone Rider'});
      await lonely.sees('Saved');
      expect(tried > 0, 'no page tried to open a socket');
    });
  });

  test('journey: two workspaces, and from one to the other', async () => {
    await together(fixture, async ({staff, here}) => {
      const lena = await here(newTenant(fixture, staff, {email: 'lena@first.example', name: 'Lena Fox', company: 'First House'}));
      const omar = await here(newTenant(fixture, staff, {email: 'omar@second.example', name: 'Omar Ali', company: 'Second House'}));
      await omar.open('/team');
      await omar.send('form[action="/team/invite"]', {email: 'lena@first.example', role: 'viewer'});
      await lena.open(await linkMailedTo(staff, 'lena@first.example', '/invite/'));
      await lena.send('main form', {password: goodPassword});
      await lena.open('/');
      expect((await lena.page.textContent('.workspace-menu b')).trim() === 'Second House', 'she is not in the workspace she joined');
      await lena.page.click('.workspace-menu > summary');
      await Promise.all([lena.page.waitForURL('**/workspaces'), lena.page.click('.workspace-menu a[href="/workspaces"]')]);
      const before = (await lena.page.context().cookies()).find((cookie) => cookie.name.includes('wf_app')).value;
      await lena.send('form[action="/switch"]');
      expect((await lena.page.textContent('.workspace-menu b')).trim() === 'First House', 'the switch led nowhere');
      const after = (await lena.page.context().cookies()).find((cookie) => cookie.name.includes('wf_app')).value;
      expect(before !== after, 'the session kept its token over the switch');
    });
  });

  test('journey: a developer makes a token and listens with a webhook', async () => {
    const heard = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (piece) => { body += piece; });
      request.on('end', () => { heard.push({headers: request.headers, body}); response.end('thanks'); });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    try {
      await together(fixture, async ({staff, here}) => {
        const dev = await here(newTenant(fixture, staff, {email: 'dev@build.example', name: 'Devi Kumar', company: 'Build It'}));
        await dev.open('/developers');
        dev.expected = ['422'];
        await makesAToken(fixture, dev);

        await dev.open('/developers/webhooks/new');
        await dev.send('form[action="/developers/webhooks"]', {url: `http://127.0.0.1:${receiver.address().port}/hook`, description: 'Order system'});
        const secret = (await dev.page.textContent('[data-copied]')).trim();
        expect(secret.startsWith('whsec_'), `the secret is ${secret}`);
        await dev.page.click('main a.btn-primary');
        await dev.page.waitForURL('**/developers/webhooks/*');
        await dev.send('form[action$="/test"]');
        for (let tries = 0; heard.length === 0 && tries < 150; tries += 1) await dev.page.waitForTimeout(100);
        expect(heard.length > 0, 'nothing reached the receiver');
        expect(heard[0].headers['webhook-signature']?.startsWith('v1,'), 'the message is not signed');
        for (let tries = 0; tries < 100 && !(await dev.text()).includes('Delivered'); tries += 1) {
          await dev.page.waitForTimeout(100);
          await dev.page.reload();
        }
        await dev.sees('Delivered');
        await dev.sees('thanks');
      });
    } finally {
      receiver.close();
    }
  });

  test('journey: a copy of the data, then the workspace is closed and opened again', async () => {
    await together(fixture, async ({staff, here}) => {
      const rosa = await here(newTenant(fixture, staff, {email: 'rosa@bread.example', name: 'Rosa Mendis', company: 'Daily Bread'}));
      await rosa.open('/account');
      await rosa.send('form[action="/account/export"]');
      await rosa.sees('Your copy is being made');
      for (let tries = 0; tries < 100 && await rosa.page.locator('a[href^="/account/exports/"]').count() === 0; tries += 1) {
        await rosa.page.waitForTimeout(100);
        await rosa.open('/account');
      }
      const path = await rosa.page.locator('a[href^="/account/exports/"]').first().getAttribute('href');
      const archive = await rosa.page.context().request.get(rosa.base + path);
      expect(archive.status() === 200 && (await archive.body()).length > 1000, `the archive answers ${archive.status()}`);
      expect((await archive.body()).includes('rosa@bread.example'), 'her address is not in her data');

      await rosa.open('/settings');
      await Promise.all([rosa.page.waitForURL('**/settings/close'), rosa.page.click('main a[href="/settings/close"]')]);
      rosa.expected = ['422'];
      await rosa.send('form[action="/settings/close"]', {confirmation: 'Daily', current_password: goodPassword});
      await rosa.sees('This is not the name of the workspace');
      await rosa.send('form[action="/settings/close"]', {confirmation: 'Daily Bread', current_password: goodPassword});
      await rosa.sees('This workspace is closed');
      await rosa.send('form[action="/settings/reopen"]');
      expect(rosa.path() === '/', `opening again led to ${rosa.path()}`);
      await rosa.sees('Welcome');
    });
  });
}
