// Every route × everybody, expected from what the route declares. Changing requests are sent
// without a token: who may is stopped there (csrf_failed), who may not is stopped before.
import {expect, test} from '../browser/suite.mjs';
import {Visitor} from './visitor.mjs';
import {command, personPassword} from './people.mjs';

const someId = '00000000-0000-7000-8000-000000000000';
const fill = (pattern) => pattern.replaceAll(/\{[^}]+\}/g, someId);
const reading = (route) => route.method === 'GET' || route.method === 'HEAD';

export function routesOf(server) {
  return JSON.parse(command(server, 'routes', '--json'));
}

// 'in', 'csrf', 'forbidden', 'sign in' or 'refused': what this person gets from this route.
function expectation(route, person) {
  if (route.permission === 'public') return reading(route) || route.csrf === 'exempt' ? 'in' : 'csrf';
  if (route.permission === 'loopback') return 'in';
  const known = person.site === route.site && !person.expired;
  if (!known) return reading(route) && route.site !== 'api' ? 'sign in' : 'refused';
  // The whole panel is open to a super admin, also where a plugin forgot to say so.
  const may = (person.role === 'super_admin' || route.roles.includes(person.role)) && (!person.suspended || route.when_suspended);
  if (!may) return 'forbidden';
  return reading(route) || route.csrf === 'exempt' ? 'in' : 'csrf';
}

// A public page may lead to the sign-in for reasons of its own: it let the request in all the same.
function seen(route, answer) {
  if (answer.status === 401) return 'refused';
  if (answer.status === 403 && answer.code === 'csrf_failed') return 'csrf';
  if (answer.status === 403 && answer.code === 'forbidden') return 'forbidden';
  if (answer.status === 303 && answer.location === '/login' && route.permission !== 'public') return 'sign in';
  return answer.status >= 500 ? `failed with ${answer.status}` : 'in';
}

// A browser asks for pages, so that a visitor is led to the sign-in; the rest asks for problems.
async function ask(route, visitor) {
  const path = fill(route.pattern);
  const headers = {accept: reading(route) ? 'text/html, application/problem+json;q=0.9' : 'application/json'};
  let answer = await visitor.request(route.site, route.method, path, {headers});
  if (answer.status === 403 && !answer.code)
    answer = await visitor.request(route.site, route.method, path, {headers: {accept: 'application/json'}});
  return answer;
}

export function matrixTests(fixture) {
  test(`${fixture.name}: every route says who may call it`, async () => {
    for (const route of fixture.routes) {
      expect(route.permission, `${route.method} ${route.site} ${route.pattern} has no permission`);
      if (route.permission !== 'public' && route.permission !== 'loopback')
        expect(route.roles.length > 0, `nobody holds ${route.permission}, which ${route.pattern} asks for`);
    }
  });

  const people = () => [...fixture.people.staff, ...fixture.people.ours, fixture.people.suspended, fixture.people.visitor,
    fixture.people.ended, fixture.people.expired, fixture.people.wrongSite];
  for (const index of Array(13).keys()) {
    test(`${fixture.name}: every route answers person ${index + 1} as it declares`, async () => {
      const person = people()[index];
      const wrong = [];
      for (const route of fixture.routes) {
        if (route.pattern === '/logout' && route.method === 'GET') continue;
        const wanted = expectation(route, person);
        const got = seen(route, await ask(route, person.visitor));
        if (got !== wanted) wrong.push(`${route.method} ${route.site}${route.pattern}: ${got}, not ${wanted}`);
      }
      expect(wrong.length === 0, `${person.name}: ${wrong.slice(0, 8).join('; ')}${wrong.length > 8 ? ` and ${wrong.length - 8} more` : ''}`);
    });
  }

  test(`${fixture.name}: every route of the api answers a token as its scopes say`, async () => {
    const routes = fixture.routes.filter((route) => route.site === 'api');
    const scopes = [...new Set(routes.flatMap((route) => route.roles))];
    expect(scopes.length > 0, 'no route asks for a scope');
    const wrong = [];
    const {tenant} = fixture.people.ours[0];
    for (const scope of scopes) {
      const {token} = JSON.parse(command(fixture.server, 'tokens', 'create', '--scope', scope, '--tenant', tenant, '--json'));
      const visitor = new Visitor(fixture.server);
      for (const route of routes) {
        const open = route.permission === 'public' || route.permission === 'loopback' || route.roles.includes(scope);
        for (const headers of [{authorization: token}, {authorization: `Bearer ${token}`}, {'x-api-key': token}]) {
          const got = seen(route, await visitor.request('api', route.method, fill(route.pattern), {headers}));
          if (got !== (open ? 'in' : 'forbidden')) wrong.push(`${scope}: ${route.method} ${route.pattern}: ${got}`);
        }
        const stranger = seen(route, await visitor.request('api', route.method, fill(route.pattern), {headers: {authorization: `${token}x`}}));
        const wanted = route.permission === 'public' || route.permission === 'loopback' ? 'in' : 'refused';
        if (stranger !== wanted) wrong.push(`a token that is none: ${route.method} ${route.pattern}: ${stranger}`);
      }
    }
    expect(wrong.length === 0, wrong.slice(0, 8).join('; '));
  });

  test(`${fixture.name}: a changing request with the token of somebody else, or from another origin, changes nothing`, async () => {
    const [owner] = fixture.people.ours;
    const [other] = fixture.people.theirs;
    const foreign = await other.visitor.tokenOf('app', '/account');
    const own = await owner.visitor.tokenOf('app', '/account');
    const wrong = [];
    for (const route of fixture.routes.filter((each) => each.site === 'app' && !reading(each) && each.csrf !== 'exempt')) {
      const path = fill(route.pattern);
      const accept = {accept: 'application/json'};
      const answers = [
        await owner.visitor.request('app', route.method, path, {form: {csrf_token: foreign}, headers: accept}),
        await owner.visitor.request('app', route.method, path, {form: {csrf_token: own}, headers: {...accept, origin: 'https://evil.example'}}),
      ];
      for (const answer of answers) if (answer.status !== 403) wrong.push(`${route.method} ${route.pattern}: ${answer.status}`);
    }
    expect(wrong.length === 0, wrong.join('; '));
  });
}

// A session that was ended, one whose time is up, and a cookie of the app presented to the panel.
export async function outsiders(server, people, rows) {
  const expired = new Visitor(server);
  const gone = people.theirs[3];
  expired.jars = {app: {...gone.visitor.jars.app}};
  await gone.visitor.submit('app', '/account', '/logout', {});
  const late = new Visitor(server);
  await late.submit('app', '/login', '/login', {email: gone.email, password: personPassword});
  if ((await late.get('app', '/account')).status !== 200) throw new Error('the session that is to expire does not open');
  rows.change(`UPDATE core_sessions SET expires_at = 1 WHERE subject = (SELECT id FROM accounts_users WHERE email = '${gone.email}')`);
  await new Promise((resolve) => setTimeout(resolve, 6000)); // what a server remembers of a session it remembers for five seconds
  const wrongSite = new Visitor(server);
  const [name, value] = Object.entries(people.ours[0].visitor.jars.app).find(([each]) => each === 'wf_app');
  wrongSite.jars = {admin: {[name.replace('app', 'admin')]: value, [name]: value}};
  people.ended = {name: 'ended session', site: 'app', expired: true, visitor: expired};
  people.expired = {name: 'expired session', site: 'app', expired: true, visitor: late};
  people.wrongSite = {name: "the app's cookie in the panel", visitor: wrongSite};
}
