// What one tenant's pages lead to, asked for by another tenant: 404 each time, and nothing
// of the owner's changes.
import {expect, test} from '../browser/suite.mjs';

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
  const waiting = ['/', '/team', '/settings', '/developers', '/notifications', '/security', '/account', '/usage'];
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

export function isolationTests(fixture) {
  test(`${fixture.name}: another tenant's ids lead nowhere and change nothing`, async () => {
    const [owner] = fixture.people.ours;
    const [stranger] = fixture.people.theirs;
    const addresses = await addressesOf(owner, fixture.routes);
    expect(addresses.length >= 3, `only ${addresses.length} addresses with an id were found: the test has gone blind`);
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
