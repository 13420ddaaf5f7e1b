// What strangers try at the door, over real requests: fixed sessions, guessed accounts, used
// codes, forged tokens, redirects elsewhere, headers of their own, guessing without end.
import {expect, test} from '../browser/suite.mjs';
import {startServer} from '../browser/server.mjs';
import {totp} from '../browser/totp.mjs';
import {mailedLink, personPassword} from './people.mjs';
import {Visitor} from './visitor.mjs';

const cookieOf = (visitor, site) => visitor.jars[site]?.[`wf_${site}`];
// A page without what differs each time: tokens, ids of requests, what was typed.
const bare = (answer, typed) => `${answer.status} ${answer.location ?? ''} ${answer.text.replaceAll(typed, '…').replaceAll(/value="[^"]*"/g, '').replaceAll(/nonce-?="?[^"\s]*/g, '')}`;
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

async function signInAt(visitor, email, fields = {}) {
  return visitor.submit('app', '/login', '/login', {email, password: personPassword, ...fields});
}

export function strangerTests(fixture) {
  const {name} = fixture;

  test(`${name}: a session given from outside is worth nothing after signing in, and a switch renews it`, async () => {
    const [owner] = fixture.people.theirs;
    const visitor = new Visitor(fixture.server);
    const planted = 'A'.repeat(43);
    visitor.jars.app = {wf_app: planted};
    expect((await signInAt(visitor, owner.email)).status === 303, 'the sign-in failed');
    const first = cookieOf(visitor, 'app');
    expect(first && first !== planted, 'the session keeps a token that came from outside');
    const switched = await visitor.submit('app', '/account', '/switch', {tenant: owner.tenant});
    expect(switched.status === 303 && cookieOf(visitor, 'app') !== first, 'changing the workspace keeps the token');
    const old = new Visitor(fixture.server);
    old.jars.app = {wf_app: first};
    expect((await old.get('app', '/account')).location === '/login', 'the token from before the switch still opens');
  });

  test(`${name}: cookies are out of reach of scripts and of other sites`, async () => {
    const visitor = new Visitor(fixture.server);
    for (const [site, page] of [['app', '/login'], ['admin', '/login']]) {
      const answer = await visitor.get(site, page);
      for (const line of answer.headers.getSetCookie()) {
        for (const wanted of [/; HttpOnly/i, /; SameSite=(Lax|Strict)/i, /; Path=\//i])
          expect(wanted.test(line), `${site} sets ${line.replace(/=[^;]*/, '=…')}`);
      }
    }
    const answer = await signInAt(visitor, fixture.people.theirs[0].email);
    const line = answer.headers.getSetCookie().find((each) => each.startsWith('wf_app='));
    expect(/; HttpOnly/i.test(line) && /; SameSite=(Lax|Strict)/i.test(line) && /; Path=\//.test(line), 'the session is within reach');
  });

  test(`${name}: sign-up, forgot and sign-in say the same of known and unknown addresses, after the same work`, async () => {
    const known = fixture.people.theirs[0].email;
    const doors = [
      ['/login', '/login', (email) => ({email, password: 'quite the wrong one 1'})],
      ['/forgot', '/forgot', (email) => ({email})],
      ['/signup', '/signup', (email) => ({name: 'Some Body', company: 'Their House', email, password: personPassword, country: 'LK'})],
      ['/verify', '/verify', (email) => ({email})],
    ];
    for (const [page, action, fields] of doors) {
      const times = {known: [], unknown: []};
      let texts = [];
      for (let round = 0; round < 5; round += 1) {
        const stranger = `nobody-${action.slice(1)}-${round}@nowhere.example`;
        texts = [];
        for (const [kind, email] of round % 2 ? [['known', known], ['unknown', stranger]] : [['unknown', stranger], ['known', known]]) {
          const visitor = new Visitor(fixture.server);
          const token = await visitor.tokenOf('app', page);
          const start = performance.now();
          const answer = await visitor.request('app', 'POST', action, {form: {...fields(email), csrf_token: token}});
          times[kind].push(performance.now() - start);
          texts.push(bare(answer, email));
        }
        // What the throttle says of one address it would say of any.
        if (texts[0].startsWith('429') || texts[1].startsWith('429')) break;
        expect(texts[0] === texts[1], `${action} tells known from unknown addresses`);
      }
      // Hashing a password takes tens of milliseconds: leaving it out for one of both is seen
      // even on a busy machine, and nothing finer is claimed.
      const [one, other] = [median(times.known), median(times.unknown)];
      expect(Math.max(one, other) < 4 * Math.min(one, other) + 40, `${action} takes ${one.toFixed(0)} ms and ${other.toFixed(0)} ms`);
    }
  });

  test(`${name}: a code of the second factor counts once`, async () => {
    const person = fixture.people.theirs[2];
    const visitor = new Visitor(fixture.server);
    await signInAt(visitor, person.email);
    await visitor.submit('app', '/security', '/security/two-factor', {current_password: personPassword});
    const page = await visitor.get('app', '/security/two-factor');
    const [, secret] = /<code class="break-words">([A-Z2-7 ]+)<\/code>/.exec(page.text);
    const code = totp(secret);
    const on = await visitor.submit('app', '/security/two-factor', '/security/two-factor/confirm', {code});
    expect(on.text.includes('data-copied'), `switching it on answered ${on.status}`);
    const other = new Visitor(fixture.server);
    expect((await signInAt(other, person.email)).location === '/login/second-factor', 'no code is asked for');
    const half = cookieOf(other, 'app');
    const replayed = await other.submit('app', '/login/second-factor', '/login/second-factor', {code});
    expect(replayed.status === 422, `the same code again answered ${replayed.status}`);
    // The code of the next step is already good; it opens the door and renews the session.
    const next = totp(secret, Date.now() + 30_000);
    const opened = await other.submit('app', '/login/second-factor', '/login/second-factor', {code: next});
    expect(opened.status === 303 && cookieOf(other, 'app') !== half, `the next code answered ${opened.status}, with the same token: ${cookieOf(other, 'app') === half}`);
  });

  test(`${name}: nothing that is sent decides which site a redirect leads to`, async () => {
    const [owner] = fixture.people.theirs;
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example', ' //evil.example', 'javascript:alert(1)']) {
      const visitor = new Visitor(fixture.server);
      const answer = await signInAt(visitor, owner.email, {next});
      expect(answer.location === '/', `next=${JSON.stringify(next)} leads to ${answer.location}`);
      const page = await new Visitor(fixture.server).get('app', `/login?next=${encodeURIComponent(next)}`);
      expect(!page.text.includes('evil.example'), `next=${JSON.stringify(next)} stays on the page`);
    }
    for (const headers of [{'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https'}, {forwarded: 'host=evil.example'}]) {
      for (const [site, path] of [['landing', '/signup?plan=x'], ['app', '/'], ['app', '/login'], ['admin', '/']]) {
        const answer = await new Visitor(fixture.server).get(site, path, {headers});
        expect(!`${answer.location} ${answer.text}`.includes('evil.example'), `${JSON.stringify(headers)} reaches ${site}${path}`);
      }
    }
    const before = await new Visitor(fixture.server).get('landing', '/signup?plan=a%0d%0aSet-Cookie:%20x=1&utm_source=b%0d%0aX-Evil:%201');
    expect(!before.headers.has('x-evil') && !before.headers.getSetCookie().some((line) => line.startsWith('x=')), 'a line break became a header');
  });

  test(`${name}: a line break in a field makes no header`, async () => {
    const [owner] = fixture.people.theirs;
    const broken = 'a\r\nSet-Cookie: evil=1\r\nX-Evil: 1';
    const signIn = new Visitor(fixture.server);
    const answers = [
      await signInAt(signIn, owner.email, {next: `/${broken}`}),
      await signIn.submit('app', '/account', '/switch', {tenant: owner.tenant, next: `/${broken}`}),
      await signIn.submit('app', '/account', '/switch', {tenant: broken}),
      await new Visitor(fixture.server).submit('app', '/signup', '/signup', {name: broken, company: broken, email: `x@y.example${broken}`, password: personPassword, country: 'LK'}),
      await new Visitor(fixture.server).submit('app', '/forgot', '/forgot', {email: `a@b.example${broken}`}),
      await new Visitor(fixture.server).get('app', `/reset?token=${encodeURIComponent(broken)}`),
      await new Visitor(fixture.server).get('app', `/invite/${encodeURIComponent(broken)}`),
      await new Visitor(fixture.server).get('app', `/impersonate/${encodeURIComponent(broken)}`),
    ];
    for (const answer of answers) {
      expect(answer.status < 500, `answered ${answer.status}`);
      expect(!answer.headers.has('x-evil') && !answer.headers.getSetCookie().some((line) => line.startsWith('evil')), 'a field became a header');
    }
  });

  test(`${name}: a used, forged or foreign link shows the one calm page`, async () => {
    const person = fixture.people.theirs[1];
    await new Visitor(fixture.server).submit('app', '/forgot', '/forgot', {email: person.email});
    const link = await mailedLink(fixture.people.staff[0], person.email, '/reset');
    const token = new URLSearchParams(link.split('?')[1]).get('token');
    const forged = (token[0] === 'a' ? 'b' : 'a') + token.slice(1);
    const get = (path) => new Visitor(fixture.server).get('app', path);
    const calm = await get('/reset?token=nothing');
    expect(calm.status === 404 && calm.text.includes('opens nothing any more'), `a wrong token answers ${calm.status}`);
    const same = (answer, what) => expect(bare(answer, '-') === bare(calm, '-'), `${what} shows another page (${answer.status})`);
    same(await get(`/reset?token=${forged}`), 'a forged token');
    same(await get(`/verify?token=${token}`), 'a token of another purpose');
    same(await get(`/account/email/old/${token}`), 'a token of another purpose, as a change of address');
    same(await get(`/invite/${token}`), 'a token of another purpose, as an invitation');
    same(await get(`/impersonate/${token}`), 'a token of another purpose, as a way in');
    const visitor = new Visitor(fixture.server);
    const csrf = await visitor.tokenOf('app', link);
    const used = await visitor.request('app', 'POST', '/reset', {form: {token, password: personPassword, csrf_token: csrf}});
    expect(used.status === 303, `the link answered ${used.status}`);
    same(await get(link), 'a used token');
    const again = await visitor.request('app', 'POST', '/reset', {form: {token, password: personPassword, csrf_token: csrf}});
    expect(again.status === 404, `a used token sets a password: ${again.status}`);
  });

  test(`${name}: guessing passwords ends in 429 with the time to wait`, async () => {
    const email = 'guessed@nowhere.example';
    const visitor = new Visitor(fixture.server);
    const csrf_token = await visitor.tokenOf('app', '/login');
    for (let tries = 1; ; tries += 1) {
      const answer = await visitor.request('app', 'POST', '/login', {form: {email, password: `guess number ${tries}`, csrf_token}});
      if (answer.status === 429) {
        expect(Number(answer.headers.get('retry-after')) > 0, 'nobody says how long to wait');
        break;
      }
      expect(tries < 41, 'forty guesses were let through');
    }
    const owner = fixture.people.theirs[0];
    expect((await signInAt(new Visitor(fixture.server), owner.email)).status === 303, "the guesses at one account lock others out");
  });
}

export function secureSiteTests() {
  test('behind https, cookies are Secure and bound to their host', async () => {
    // As nginx hands it on from the same machine.
    const forwarded = {'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7'};
    const server = await startServer({WHATSFLOW__HTTP__TRUSTED_PROXIES: '["127.0.0.1", "::1"]', WHATSFLOW__SITES__APP__URL: 'https://app.whatsflow.example', WHATSFLOW__SITES__ADMIN__URL: 'https://admin.whatsflow.example'});
    try {
      for (const site of ['app', 'admin']) {
        const lines = (await new Visitor(server).get(site, '/login', {headers: forwarded})).headers.getSetCookie();
        expect(lines.length > 0, `${site} sets no cookie with its form`);
        for (const line of lines)
          expect(line.startsWith('__Host-') && /; Secure/i.test(line) && /; HttpOnly/i.test(line) && /; Path=\/(;|$)/.test(line), `${site} sets ${line.replace(/=[^;]*/, '=…')}`);
      }
    } finally {
      await server.stop();
    }
  });
}
