// Our flags, held against what others wrote: Unleash's clients and specification, OpenFeature's
// clients and providers. All of them talk to the real server.
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {OpenFeature as OnServers, ErrorCode} from '@openfeature/server-sdk';
import {OpenFeature as InPages, ClientProviderEvents} from '@openfeature/web-sdk';
import {OFREPProvider} from '@openfeature/ofrep-provider';
import {OFREPWebProvider} from '@openfeature/ofrep-web-provider';
import {EventSource} from 'eventsource';
import unleashNode from 'unleash-client';
import {InMemoryStorageProvider, UnleashClient} from 'unleash-proxy-client';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {startServer} from '../../browser/server.mjs';
import {staffMember} from '../../access/people.mjs';
import {madeInThePanel, run} from '../examples.mjs';
import {byCommandLine, caseCount, fileOf, objection, specification} from './specification.mjs';
import {generator, meant, openFeatureContext} from './agreement.mjs';

const {InMemStorageProvider, Unleash} = unleashNode;
const calm = {WHATSFLOW__HTTP__RATE_LIMITS__EVALUATE: '0', WHATSFLOW__HTTP__RATE_LIMITS__API: '0', WHATSFLOW__LOG__LEVEL: 'error'};
const server = await startServer(calm);
const api = server.url('api');
const same = (got, wanted, what) => expect(JSON.stringify(got) === JSON.stringify(wanted), `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function command(...words) {
  return execFileSync(server.program, [...words, '--config', server.config, '--data', server.data], {env: server.environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}
const tokenFor = (scope, environment, ...more) => JSON.parse(command('tokens', 'create', '--scope', scope, '--environment', environment, '--json', ...more)).token;
const tokens = {};
const client = (environment) => (tokens[`c ${environment}`] ??= tokenFor('flags:client', environment));
const frontend = (environment) => (tokens[`f ${environment}`] ??= tokenFor('flags:frontend', environment));

// Imports, and waits until the running server serves it.
async function serve(environment, document) {
  const revision = async () => (await (await fetch(`${api}/api/client/features`, {headers: {authorization: client(environment)}})).json()).meta.revisionId;
  const before = await revision();
  command('flags', 'import', fileOf(document), '--replace', '--environment', environment);
  for (let tries = 0; tries < 50 && (await revision()) === before; tries += 1) await sleep(50);
}
const post = async (path, token, body, headers = {}) => {
  const answer = await fetch(api + path, {method: 'POST', headers: {authorization: token, 'content-type': 'application/json', ...headers}, body: JSON.stringify(body)});
  return {status: answer.status, headers: answer.headers, body: answer.status === 304 ? null : await answer.json().catch(() => null)};
};
async function nodeClient(environment, more = {}) {
  const unleash = new Unleash({url: `${api}/api`, appName: 'client-test', instanceId: 'i', customHeaders: {Authorization: client(environment)}, refreshInterval: 3_600_000,
    disableMetrics: true, storageProvider: new InMemStorageProvider(), ...more});
  await new Promise((resolve, reject) => {
    unleash.once('synchronized', resolve);
    unleash.once('error', reject);
  });
  unleash.on('error', () => {});
  unleash.on('warn', () => {});
  return unleash;
}
function allRight(wrong) {
  expect(wrong.length === 0, `${wrong.length} of ${caseCount}: ${wrong.slice(0, 5).join('; ')}`);
}

test('the specification is whole', async () => same(caseCount, 279, 'cases'));

test('specification: by the command line', async () => {
  allRight(specification.flatMap((file) => {
    const answers = byCommandLine(server, file);
    return file.cases.flatMap((each, i) => objection(each, answers[i]));
  }));
});

// What the server knows itself is never missing there.
const filledIn = ['Feature.A4 should be disabled when no user on context', 'Feature.remoteAddress.A should not be enabled for missing remoteAddress on context'];

test("specification: by the interface for browsers, and by Unleash's own client reading our definitions", async () => {
  const wrong = [];
  for (const {name, state, cases} of specification) {
    await serve('specification', state);
    const unleash = await nodeClient('specification');
    for (const each of cases) {
      wrong.push(...objection(each, {enabled: unleash.isEnabled(each.toggleName, each.context), variant: unleash.getVariant(each.toggleName, each.context)}).map((text) => `${name}, Unleash's client: ${text}`));
      const {body} = await post('/api/frontend', frontend('specification'), {context: each.context});
      const toggle = body.toggles.find((one) => one.name === each.toggleName);
      const variant = toggle?.variant ?? {name: 'disabled', enabled: false, feature_enabled: false};
      const said = objection(each, {enabled: toggle !== undefined, variant});
      if (!filledIn.includes(each.description)) wrong.push(...said.map((text) => `${name}, browsers: ${text}`));
    }
    unleash.destroy();
  }
  allRight(wrong);
});

test('a million made-up questions have one answer by OFREP and by Unleash', async () => {
  const {definitions, context} = generator(20261126);
  const document = definitions(500);
  const byName = new Map(document.features.map((each) => [each.name, each]));
  await serve('generated', document);
  const wrong = [];
  let pairs = 0;
  const ask = async () => {
    const who = context();
    const [ofrep, unleash] = await Promise.all([
      post('/ofrep/v1/evaluate/flags', client('generated'), {context: openFeatureContext(who)}),
      post('/api/frontend', frontend('generated'), {context: who}),
    ]);
    const on = new Map(unleash.body.toggles.map((each) => [each.name, each]));
    same(ofrep.body.flags.length, 500, 'flags');
    for (const flag of ofrep.body.flags) {
      const toggle = on.get(flag.key);
      const wanted = meant(toggle, byName.get(flag.key));
      const got = flag.value === undefined ? undefined : JSON.stringify(flag.value);
      if (got !== wanted) wrong.push(`${flag.key} for ${JSON.stringify(who)}: ${got}, not ${wanted}`);
      if (toggle && flag.variant !== (toggle.variant.enabled ? toggle.variant.name : 'on')) wrong.push(`${flag.key}: variant ${flag.variant}`);
      pairs += 1;
    }
  };
  for (let i = 0; i < 2000; i += 8) await Promise.all(Array.from({length: 8}, ask));
  same(pairs, 1_000_000, 'pairs');
  expect(wrong.length === 0, `${wrong.length} differ: ${wrong.slice(0, 3).join('; ')}`);
});

test("fifty thousand made-up questions have the answer of Unleash's own client", async () => {
  const {context} = generator(7);
  const unleash = await nodeClient('generated');
  const wrong = [];
  for (let i = 0; i < 100; i += 1) {
    const {environment, ...who} = context();
    const {body} = await post('/api/frontend', frontend('generated'), {context: who});
    const on = new Map(body.toggles.map((each) => [each.name, each.variant]));
    for (let flag = 0; flag < 500; flag += 1) {
      const name = `flag-${flag}`;
      const theirs = {...who, environment: 'generated', currentTime: new Date(who.currentTime)};
      const wanted = unleash.isEnabled(name, theirs) ? unleash.getVariant(name, theirs).name : 'off';
      const got = on.get(name)?.name ?? 'off';
      if (got !== wanted) wrong.push(`${name} for ${JSON.stringify(who)}: ${got}, not ${wanted}`);
    }
  }
  unleash.destroy();
  expect(wrong.length === 0, `${wrong.length} differ: ${wrong.slice(0, 3).join('; ')}`);
});

const variant = (name, weight, type, value) => ({name, weight, weightType: 'variable', stickiness: 'default', payload: {type, value}});
const feature = (name, more = {}) => ({name, type: 'release', enabled: true, project: 'default', strategies: [{name: 'default'}], ...more});
const forCountry = (country) => ({strategies: [{name: 'default', constraints: [{contextName: 'country', operator: 'IN', values: [country]}]}]});
const shop = {
  version: 2, segments: [],
  features: [
    feature('plain'), feature('off', {enabled: false}), feature('island', forCountry('LK')), feature('a/b c'),
    feature('greeting', {variants: [variant('hello', 1000, 'string', 'Hello')]}),
    feature('limit', {variants: [variant('ten', 1000, 'number', '10')]}),
    feature('theme', {variants: [variant('dark', 1000, 'json', '{"colour":"black"}')]}),
  ],
};

const theShop = () => serve('shop', shop);

test("Unleash's client for servers registers, counts, and hears of changes", async () => {
  await theShop();
  const unleash = await nodeClient('shop', {disableMetrics: false, metricsInterval: 400, refreshInterval: 300});
  expect(unleash.isEnabled('plain') && !unleash.isEnabled('off'), 'the switch is not seen');
  same(unleash.getVariant('greeting').payload, {type: 'string', value: 'Hello'}, 'payload');
  let unchanged = false;
  unleash.on('unchanged', () => (unchanged = true));
  const sent = new Promise((resolve) => unleash.once('sent', resolve));
  const changed = new Promise((resolve) => unleash.once('changed', resolve));
  await sent;
  await sleep(700);
  expect(unchanged, 'unchanged definitions were sent again');
  await serve('shop', {...shop, features: shop.features.map((each) => (each.name === 'off' ? {...each, enabled: true} : each))});
  await changed;
  expect(unleash.isEnabled('off'), 'a change is not seen');
  unleash.destroy();
});

test("Unleash's client for browsers evaluates, changes its context, and counts", async () => {
  await theShop();
  const proxy = new UnleashClient({url: `${api}/api/frontend`, clientKey: frontend('shop'), appName: 'page', fetch, storageProvider: new InMemoryStorageProvider(),
    refreshInterval: 3600, metricsInterval: 1, metricsIntervalInitial: 1, context: {userId: 'u1'}});
  const problems = [];
  proxy.on('error', (error) => problems.push(error));
  const sent = new Promise((resolve) => proxy.on('sent', resolve));
  await proxy.start();
  expect(proxy.isEnabled('plain') && !proxy.isEnabled('off') && !proxy.isEnabled('island'), 'the first answers are wrong');
  same(proxy.getVariant('theme').payload, {type: 'json', value: '{"colour":"black"}'}, 'payload');
  await proxy.updateContext({userId: 'u1', properties: {country: 'LK'}});
  expect(proxy.isEnabled('island'), 'a property is not seen');
  await sent;
  proxy.stop();
  same(problems.length, 0, 'errors');
});

test("OpenFeature's client for servers gets values of every type and the right errors", async () => {
  await theShop();
  await OnServers.setProviderAndWait(new OFREPProvider({baseUrl: api, headers: [['Authorization', `Bearer ${client('shop')}`]]}));
  const flags = OnServers.getClient();
  const who = {targetingKey: 'u1', country: 'LK'};
  same(await flags.getBooleanValue('plain', false, who), true, 'boolean');
  same(await flags.getBooleanValue('island', false, who), true, 'constraint');
  same(await flags.getBooleanValue('a/b c', false, who), true, 'a key with a slash and a blank');
  same(await flags.getStringValue('greeting', '', who), 'Hello', 'string');
  same(await flags.getNumberValue('limit', 0, who), 10, 'number');
  same(await flags.getObjectValue('theme', {}, who), {colour: 'black'}, 'object');
  const {reason, variant: name} = await flags.getBooleanDetails('off', true, who);
  same([reason, name], ['DISABLED', 'off'], 'details');
  same((await flags.getBooleanDetails('none', true, who)).errorCode, ErrorCode.FLAG_NOT_FOUND, 'unknown flag');
  same((await flags.getBooleanDetails('greeting', true, who)).errorCode, ErrorCode.TYPE_MISMATCH, 'another type');
  await OnServers.close();
});

test("OpenFeature's client for pages gets all flags at once, and hears of changes by asking again", async () => {
  await theShop();
  const provider = new OFREPWebProvider({baseUrl: api, headers: [['Authorization', `Bearer ${frontend('shop')}`]], pollInterval: 200, fetchImplementation: fetch});
  await InPages.setContext({targetingKey: 'u1'});
  await InPages.setProviderAndWait(provider);
  const flags = InPages.getClient();
  same([flags.getBooleanValue('plain', false), flags.getBooleanValue('island', true)], [true, false], 'booleans');
  same([flags.getStringValue('greeting', ''), flags.getNumberValue('limit', 0), flags.getObjectValue('theme', {})], ['Hello', 10, {colour: 'black'}], 'values');
  await InPages.setContext({targetingKey: 'u1', country: 'LK'});
  same(flags.getBooleanValue('island', false), true, 'after another context');
  const changed = new Promise((resolve) => flags.addHandler(ClientProviderEvents.ConfigurationChanged, resolve));
  await serve('shop', {...shop, features: shop.features.map((each) => (each.name === 'greeting' ? feature('greeting', {variants: [variant('hi', 1000, 'string', 'Hi')]}) : each))});
  await changed;
  same(flags.getStringValue('greeting', ''), 'Hi', 'after a change');
  await InPages.close();
});

test("OpenFeature's client for pages hears of a change from the event stream, without asking again and again", async () => {
  await theShop();
  globalThis.EventSource = EventSource;  // as a browser has it; Node 20 has none
  let asked = 0;
  const counting = (...of) => {
    asked += 1;
    return fetch(...of);
  };
  const provider = new OFREPWebProvider({baseUrl: api, headers: [['Authorization', `Bearer ${frontend('shop')}`]], pollInterval: 0, fetchImplementation: counting});
  try {
    await InPages.setContext({targetingKey: 'u1'});
    await InPages.setProviderAndWait(provider);
    const flags = InPages.getClient();
    await sleep(1000);  // the stream is open
    same([flags.getStringValue('greeting', ''), asked], ['Hello', 1], 'before');
    const changed = new Promise((resolve) => flags.addHandler(ClientProviderEvents.ConfigurationChanged, () => resolve('heard')));
    await serve('shop', {...shop, features: shop.features.map((each) => (each.name === 'greeting' ? feature('greeting', {variants: [variant('hi', 1000, 'string', 'Hi')]}) : each))});
    same(await Promise.race([changed, sleep(10_000).then(() => 'nothing')]), 'heard', 'within ten seconds');
    same([flags.getStringValue('greeting', ''), asked], ['Hi', 2], 'after a change');
  } finally {
    await InPages.close();
    delete globalThis.EventSource;
  }
});

test('the examples that the panel shows with a new token do as they say', async () => {
  await serve('production', {version: 2, segments: [], features: [{name: 'new-checkout', enabled: true, strategies: [{name: 'userWithId', parameters: {userIds: 'user-42'}}]}]});
  const {visitor} = await staffMember(server, 'super_admin');
  for (const [scope, count] of [['flags:client', 3], ['flags:frontend', 2]]) {
    const {examples} = await madeInThePanel(visitor, scope);
    same(examples.length, count, `examples of ${scope}`);
    for (const example of examples) {
      const said = await run(example, import.meta.dirname);
      const right = example.code.startsWith('curl ') ? JSON.parse(said).flags[0].value === true : said.trim().split('\n').at(-1) === 'true';
      expect(right, `${example.title} said ${said}`);
    }
  }
});

test('who got which variant of a flag that wants it is told to analytics, once', async () => {
  const flag = (name, impressionData) => ({name, enabled: true, impressionData, strategies: [], variants: [{name: 'blue', weight: 1000}]});
  await serve('exposures', {version: 2, segments: [], features: [flag('counted', true), flag('quiet', false)]});
  // Nobody reads the platform's own events from outside: the store is looked at.
  const rows = (sql) => execFileSync('sqlite3', ['-readonly', join(server.data, 'whatsflow.db'), sql], {encoding: 'utf8'}).split('\n').filter(Boolean);
  const counted = () => {
    const there = rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'analytics_events_2%'");
    return there.reduce((sum, table) => sum + Number(rows(`SELECT COUNT(*) FROM ${table} WHERE name = '$feature_flag_called' AND properties LIKE '%"exposures"%'`)[0]), 0);
  };
  for (const name of ['counted', 'quiet', 'counted'])
    for (const targetingKey of ['u1', 'u2', 'u3']) await post(`/ofrep/v1/evaluate/flags/${name}`, client('exposures'), {context: {targetingKey}});
  await post('/ofrep/v1/evaluate/flags', client('exposures'), {context: {targetingKey: 'u4'}});
  for (let tries = 0; tries < 150 && counted() < 3; tries += 1) await sleep(100);
  await sleep(1500);
  same(counted(), 3, 'exposures');
});

test('every route answers on the wire as the protocols say', async () => {
  await theShop();
  const get = (path, token, headers = {}) => fetch(api + path, {headers: {authorization: token, ...headers}});
  const all = await get('/api/client/features', client('shop'), {'unleash-client-spec': '5.2.0'});
  const tag = all.headers.get('etag');
  expect(tag, 'definitions without a tag');
  same((await get('/api/client/features', client('shop'), {'unleash-client-spec': '5.2.0', 'if-none-match': tag})).status, 304, 'unchanged definitions');
  same((await get('/api/client/features/plain', client('shop'))).status, 200, 'one definition');
  same((await get('/api/client/features', frontend('shop'))).status, 403, 'the scope of pages');
  same((await get('/api/client/features', 'wf_nobody')).status, 401, 'an unknown token');
  same((await get('/api/frontend?userId=7&properties[country]=LK', frontend('shop'))).status, 200, 'GET for pages');
  same((await post('/api/frontend', client('shop'), {context: {}})).status, 403, 'the scope of servers');
  for (const token of [client('shop'), frontend('shop')]) {
    const first = await post('/ofrep/v1/evaluate/flags', token, {context: {targetingKey: 'u'}});
    const again = await post('/ofrep/v1/evaluate/flags', token, {context: {targetingKey: 'u'}}, {'if-none-match': `W/${first.headers.get('etag')}`});
    same([first.status, again.status], [200, 304], 'all flags');
  }
  same((await post('/ofrep/v1/evaluate/flags/none', client('shop'), {context: {targetingKey: 'u'}})).body.errorCode, 'FLAG_NOT_FOUND', 'no such flag');
  same((await post('/ofrep/v1/evaluate/flags/plain', client('shop'), {})).status, 400, 'no context');
  const report = {appName: 'wire', sdkVersion: 'x:1', strategies: [], started: new Date().toISOString(), interval: 1000};
  const counted = {appName: 'wire', bucket: {start: new Date().toISOString(), stop: new Date().toISOString(), toggles: {plain: {yes: 1, no: 0, variants: {}}}}};
  for (const [path, token, body, status] of [
    ['/api/client/register', client('shop'), report, 202], ['/api/client/metrics', client('shop'), counted, 202],
    ['/api/frontend/client/register', frontend('shop'), report, 200], ['/api/frontend/client/metrics', frontend('shop'), counted, 200],
    ['/api/client/register', client('shop'), {}, 400], ['/api/client/metrics', client('shop'), {appName: 'wire'}, 400],
  ]) same((await post(path, token, body)).status, status, path);
});

test('a token for pages answers its own origins, and preflights are answered without one', async () => {
  const token = tokenFor('flags:frontend', 'shop', '--origin', 'https://shop.example');
  const body = {context: {targetingKey: 'u'}};
  for (const path of ['/api/frontend', '/ofrep/v1/evaluate/flags']) {
    const own = await post(path, token, body, {origin: 'https://shop.example'});
    same([own.status, own.headers.get('access-control-allow-origin')], [200, 'https://shop.example'], path);
    expect(own.headers.get('access-control-expose-headers').includes('ETag'), `${path} hides its tag`);
    const foreign = await post(path, token, body, {origin: 'https://evil.example'});
    same([foreign.status, foreign.headers.get('access-control-allow-origin')], [403, null], path);
    const asked = await fetch(api + path, {method: 'OPTIONS', headers: {origin: 'https://shop.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type'}});
    same([asked.status, asked.headers.get('access-control-allow-headers')], [204, 'authorization,content-type'], 'preflight');
  }
});

const failures = await runTests();
process.exitCode = (await server.stop()) || (failures ? 1 : 0);
process.exit();
