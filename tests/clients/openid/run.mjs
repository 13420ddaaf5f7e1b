// Signing in with a real OpenID Connect provider (npm oidc-provider): discovery, PKCE, state,
// nonce, signatures with RSA and with a curve, and what must not work.
import {createServer} from 'node:http';
import {execFileSync} from 'node:child_process';
import {generateKeyPairSync} from 'node:crypto';
import Provider from 'oidc-provider';
import {freePort} from '../../browser/net.mjs';
import {startServer} from '../../browser/server.mjs';
import {expect, runTests, test} from '../../browser/suite.mjs';

const jwk = (kind, options, alg) => ({...generateKeyPairSync(kind, options).privateKey.export({format: 'jwk'}), alg, use: 'sig', kid: alg});
const keys = [jwk('rsa', {modulusLength: 2048}, 'RS256'), jwk('ec', {namedCurve: 'P-256'}, 'ES256')];
const client = (id, alg, app) => ({client_id: id, client_secret: `${id} has a secret`, redirect_uris: [`${app}/login/with/${id}/callback`],
  id_token_signed_response_alg: alg, grant_types: ['authorization_code'], response_types: ['code']});

// Whoever signs in as `name` has the address `name`, verified unless it begins with "unverified".
const findAccount = (context, id) => ({accountId: id,
  claims: () => ({sub: id, email: id, email_verified: !id.startsWith('unverified'), name: 'Amara'})});

async function startProvider(port, app) {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [client('curve', 'ES256', app), client('rsa', 'RS256', app)],
    jwks: {keys}, findAccount, conformIdTokenClaims: false,
    claims: {openid: ['sub'], email: ['email', 'email_verified'], profile: ['name']},
    pkce: {required: () => true, methods: ['S256']}, cookies: {keys: ['a key of the test']},
  });
  const server = createServer(provider.callback());
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

// A browser without a screen that keeps cookies by host and port, and follows where it is led.
class Browser {
  jars = new Map();
  async fetch(url, form) {
    const jar = this.jars.get(new URL(url).host) ?? new Map();
    this.jars.set(new URL(url).host, jar);
    const headers = {cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ')};
    const response = await fetch(url, {redirect: 'manual', headers, method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form)});
    for (const line of response.headers.getSetCookie()) {
      const [name, ...value] = line.split(';')[0].split('=');
      jar.set(name, value.join('='));
    }
    const location = response.headers.get('location');
    return {url, status: response.status, text: await response.text(), location: location && new URL(location, url).href};
  }
  async follow(url, form) {
    let answer = await this.fetch(url, form);
    for (let hops = 0; answer.location && hops < 12; hops += 1) {
      if (this.stopAt && answer.location.includes(this.stopAt)) return answer;
      answer = await this.fetch(answer.location);
    }
    return answer;
  }
  // Through the provider's pages: who one is, and that one agrees.
  async through(url, login) {
    let page = await this.follow(url);
    for (const prompt of ['login', 'consent']) {
      const action = /action="([^"]*interaction[^"]*)"/.exec(page.text);
      if (!action) return page;
      page = await this.follow(new URL(action[1], page.url).href, prompt === 'login' ? {prompt, login, password: 'any'} : {prompt});
    }
    return page;
  }
}

const providerPort = await freePort();
let provider;
const environment = {WHATSFLOW__PLUGINS__ACCOUNTS__PROVIDERS: JSON.stringify(['curve', 'rsa'].map((id) => ({id, name: `Sample ${id}`,
  issuer: `http://127.0.0.1:${providerPort}`, client_id: id, client_secret: `${id} has a secret`})))};
const server = await startServer(environment);
const app = server.url('app');
const run = (...words) => execFileSync(server.program, [...words, '--config', server.config, '--data', server.data],
  {env: server.environment, encoding: 'utf8'});

for (const id of ['curve', 'rsa']) {
  test(`somebody with the same verified address is let in (${id})`, async () => {
    const browser = new Browser();
    await browser.through(`${app}/login/with/${id}?next=/account`, 'amara@lotus.example');
    const page = await browser.fetch(`${app}/account`);
    expect(page.status === 200 && page.text.includes('amara@lotus.example'), `the account page answered ${page.status}`);
  });
}

test('an address that the provider has not verified opens nothing', async () => {
  const browser = new Browser();
  const page = await browser.through(`${app}/login/with/rsa`, 'unverified@lotus.example');
  expect(page.status === 200 && page.text.includes('/login'), `answered ${page.status}`);
  expect((await browser.fetch(`${app}/account`)).status === 303, 'somebody is signed in');
});

test('a stranger is led to sign up', async () => {
  const browser = new Browser();
  const page = await browser.through(`${app}/login/with/rsa`, 'stranger@lotus.example');
  expect(page.text.includes('/signup'), 'the page does not lead to the sign-up');
});

test("an answer opens nothing in another browser, with another state, or twice", async () => {
  const browser = new Browser();
  browser.stopAt = '/callback?';
  const {location} = await browser.through(`${app}/login/with/rsa`, 'amara@lotus.example');
  expect(location?.includes('code='), 'the provider did not come back with a code');
  expect((await new Browser().fetch(location)).status === 404, 'another browser got in');
  expect((await browser.fetch(location.replace(/state=[^&]+/, 'state=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'))).status === 404, 'another state got in');
  expect((await browser.fetch(location.replace('/rsa/', '/curve/'))).status === 404, 'another provider took it');
  expect((await browser.fetch(location)).status === 404, 'a used state got in');
});

test('a provider that is gone is said calmly', async () => {
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
  const answer = await new Browser().fetch(`${app}/login/with/rsa`);
  expect([303, 502].includes(answer.status), `answered ${answer.status}`);
});

let failures = 1;
try {
  provider = await startProvider(providerPort, app);
  run('tenants', 'create', '--name', 'Lotus', '--email', 'amara@lotus.example', '--country', 'LK', '--json');
  failures = await runTests();
} finally {
  await server.stop();
  provider?.close();
}
process.exit(failures ? 1 : 0);
