// What one tenant's pages lead to, asked for by another tenant: 404 each time, and nothing
// of the owner's changes.
import {expect, test} from '../browser/suite.mjs';
import {personPassword} from './people.mjs';
import {Visitor} from './visitor.mjs';

const isParameter = (segment) => segment.startsWith('{');

function fits(pattern, path) {
  const wanted = pattern.split('/');
  const given = path.split('?')[0].split('/');
  return wanted.length === given.length && wanted.every((segment, at) => isParameter(segment) || segment === given[at]);
}

// Every address with an id in it that this person's pages link or post to.
async function addressesOf(person, routes) {
  const found = new Map();
  const seen = new Set();
  const waiting = ['/', '/team', '/settings', '/developers', '/notifications', '/security', '/account', '/usage', '/billing', '/billing/invoices'];
  while (waiting.length > 0 && seen.size < 200) {
    const path = waiting.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const page = await person.visitor.get('app', path);
    if (page.status !== 200) continue;
    for (const [, attribute, raw] of page.text.matchAll(/(href|action|formaction)="(\/[^"#]*)"/g)) {
      const target = raw.replaceAll('&amp;', '&');
      const methods = attribute === 'href' ? ['GET'] : ['POST'];
      // What is written out goes before a parameter, as in the router.
      const [route] = routes.filter((each) => each.site === 'app' && methods.includes(each.method) && fits(each.pattern, target))
        .sort((one, other) => one.pattern.split('{').length - other.pattern.split('{').length);
      if (route?.pattern.includes('{')) found.set(`${route.method} ${target}`, {route, path: target});
      if (attribute === 'href' && !/^\/(assets|logout|switch)/.test(target)) waiting.push(target.split('?')[0]);
    }
  }
  return [...found.values()];
}

// Announcements are the platform's, not a tenant's. A saved method and a credit note need a
// provider that charges: billing's own tests ask for those of others.
const notReached = ['POST /announcements/{id}/dismiss', 'POST /billing/methods/{id}/default', 'POST /billing/methods/{id}/remove',
  'GET /billing/invoices/{invoice}/credit-notes/{id}'];
const nameOf = (route) => `${route.method} ${route.pattern}`;

async function done(answer, what) {
  const {status, text} = await answer;
  expect(status === 303 || status === 200, `${what} answered ${status}: ${text.replaceAll(/<[^>]*>|\s+/g, ' ').slice(0, 300)}`);
}

// One of everything that has an id of its own.
async function fill(person, server) {
  const {visitor} = person;
  await done(visitor.submit('app', '/team', '/team/invite', {email: 'asked@ours.example', role: 'viewer'}), 'the invitation');
  await done(visitor.submit('app', '/developers', '/developers/tokens', {label: 'till', scope: 'billing:read', environment: 'production', days: '30', origins: ''}), 'the token');
  await done(visitor.submit('app', '/developers/webhooks/new', '/developers/webhooks', {url: 'https://hook.ours.example/', description: ''}), 'the endpoint');
  const [, endpoint] = /href="(\/developers\/webhooks\/[0-9a-f-]{36})"/.exec((await visitor.get('app', '/developers')).text);
  await done(visitor.submit('app', endpoint, `${endpoint}/test`, {}), 'the delivery');
  await done(visitor.submit('app', endpoint, `${endpoint}/disable`, {}), 'switching the endpoint off');
  await done(visitor.submit('app', '/developers/webhooks/new', '/developers/webhooks', {url: 'https://other.ours.example/', description: ''}), 'the other endpoint');
  await done(new Visitor(server).submit('app', '/login', '/login', {email: person.email, password: personPassword}), 'the other session');
  await done(visitor.submit('app', '/account', '/account/export', {}), 'the copy of the data');
  for (let tries = 0; !(await visitor.get('app', '/account')).text.includes('/account/exports/'); tries += 1) {
    expect(tries < 100, 'the copy of the data was not made');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function isolationTests(fixture) {
  test(`${fixture.name}: another tenant's ids lead nowhere and change nothing`, async () => {
    const [owner] = fixture.people.ours;
    const [stranger] = fixture.people.theirs;
    await fill(owner, fixture.server);
    const addresses = [...await addressesOf(owner, fixture.routes), ...await addressesOf(fixture.people.demonstration, fixture.routes)]
      .filter(({route}) => !notReached.includes(nameOf(route)) && route.permission !== 'public');
    const asked = new Set(addresses.map(({route}) => nameOf(route)));
    const unasked = fixture.routes.filter((route) => route.site === 'app' && route.pattern.includes('{') && route.permission !== 'public')
      .map(nameOf).filter((name) => !asked.has(name) && !notReached.includes(name));
    expect(unasked.length === 0, `no address of the owner leads to ${unasked.join(', ')}`);
    const before = fixture.rows.of(owner.tenant);
    expect(before.includes(owner.tenant), 'the rows of the tenant are not seen');
    const token = await stranger.visitor.tokenOf('app', '/account');
    const wrong = [];
    for (const {route, path} of addresses) {
      const answer = await stranger.visitor.request('app', route.method, path, {
        headers: {accept: 'application/json'}, form: route.method === 'GET' ? undefined : {csrf_token: token, role: 'viewer', reason: 'x'}});
      if (answer.status !== 404) wrong.push(`${route.method} ${path}: ${answer.status}`);
    }
    expect(wrong.length === 0, wrong.join('; '));
    expect(fixture.rows.of(owner.tenant) === before, 'rows of the tenant changed');
  });
}
