// Analytics as stock clients use it: PostHog's and Umami's, against the real server; and what is
// left when the server is killed while they send.
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {PostHog} from 'posthog-node';
import umamiNode from '@umami/node';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {startServer} from '../../browser/server.mjs';
import {staffMember} from '../../access/people.mjs';
import {madeInThePanel, run} from '../examples.mjs';
import {startMariaDb} from '../../access/mariadb.mjs';
import {killAgainAndAgain} from './killed.mjs';

const calm = {WHATSFLOW__HTTP__RATE_LIMITS__CAPTURE: '0', WHATSFLOW__HTTP__RATE_LIMITS__API: '0', WHATSFLOW__LOG__LEVEL: 'error'};
const server = await startServer(calm);
const api = server.url('api');
const same = (got, wanted, what) => expect(JSON.stringify(got) === JSON.stringify(wanted), `${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const command = (...words) => execFileSync(server.program, [...words, '--config', server.config, '--data', server.data], {env: server.environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
const tokenFor = (...scopes) => JSON.parse(command('tokens', 'create', ...scopes.flatMap((scope) => ['--scope', scope]), '--json'));
const capture = tokenFor('analytics:capture');
const reader = tokenFor('analytics:read').token;

async function query(parameters) {
  const answer = await fetch(`${api}/v1/analytics/query?${new URLSearchParams(parameters)}`, {headers: {authorization: `Bearer ${reader}`}});
  return answer.json();
}
// Exact within five seconds of acceptance.
async function counts(parameters, wanted, what) {
  let got;
  for (const until = Date.now() + 5000; Date.now() < until; await sleep(50)) if ((got = (await query(parameters)).total) === wanted) return;
  same(got, wanted, what);
}
const post = (path, body, headers = {}) => fetch(api + path, {method: 'POST', headers: {'content-type': 'application/json', ...headers}, body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)});
const event = (name, more = {}) => ({api_key: capture.token, event: name, distinct_id: 'ann', ...more});

test("PostHog's own client: events, people and flags", async () => {
  const client = new PostHog(capture.token, {host: api, flushAt: 20, flushInterval: 200});
  for (let i = 0; i < 50; i += 1) client.capture({distinctId: `user-${i % 7}`, event: 'bought', properties: {price: i}});
  client.identify({distinctId: 'user-1', properties: {plan: 'pro'}});
  await client.shutdown();
  await counts({metric: 'events', event: 'bought'}, 50, 'bought');
  await counts({metric: 'visitors', event: 'bought'}, 7, 'people who bought');
  await counts({metric: 'events', event: '$identify'}, 1, 'identified');
});

test("PostHog's own client asks for flags", async () => {
  const file = `${server.folder}/flags.json`;
  writeFileSync(file, JSON.stringify({version: 2, segments: [], features: [
    {name: 'new-inbox', type: 'release', enabled: true, strategies: [{name: 'default', constraints: [{contextName: 'country', operator: 'IN', values: ['LK']}]}]},
    {name: 'theme', type: 'experiment', enabled: true, strategies: [{name: 'default'}], variants: [{name: 'dark', weight: 1000, weightType: 'variable', stickiness: 'default', payload: {type: 'json', value: '{"ink":"white"}'}}]},
  ]}));
  command('flags', 'import', file, '--replace');
  await sleep(1200);
  const client = new PostHog(capture.token, {host: api, flushAt: 1});
  same(await client.isFeatureEnabled('new-inbox', 'ann', {personProperties: {country: 'LK'}}), true, 'in Sri Lanka');
  same(await client.isFeatureEnabled('new-inbox', 'bob', {personProperties: {country: 'DE'}}), false, 'elsewhere');
  same(await client.getFeatureFlag('theme', 'ann'), 'dark', 'the variant');
  same(await client.getFeatureFlagPayload('theme', 'ann'), {ink: 'white'}, 'its payload');
  await client.shutdown();
  await counts({event: '$feature_flag_called', metric: 'visitors'}, 2, 'who was exposed');
});

test("Umami's own client: pages and events", async () => {
  const {Umami} = umamiNode.Umami ? umamiNode : umamiNode.default ?? umamiNode;
  const client = new Umami({websiteId: capture.id, hostUrl: api});
  await client.track({url: '/home', title: 'Home'});
  await client.track('signup-button', {plan: 'pro'});
  await client.identify({tier: 'gold'});
  await counts({metric: 'events', event: 'signup-button'}, 1, 'the custom event');
  await counts({metric: 'views'}, 1, 'the page view');
});

test('the examples that the panel shows with a new token do as they say', async () => {
  const {visitor} = await staffMember(server, 'super_admin');
  const {examples: sending} = await madeInThePanel(visitor, 'analytics:capture');
  same(sending.length, 3, 'examples that send');
  for (const example of sending) await run(example, import.meta.dirname);
  await counts({metric: 'events', event: 'order_placed'}, 2, 'by hand and by PostHog');
  await counts({metric: 'views', site: /websiteId: '(.*?)'/.exec(sending[2].code)[1]}, 1, 'by Umami');
  const {examples: reading} = await madeInThePanel(visitor, 'analytics:read');
  same(reading.length, 1, 'examples that ask');
  expect(JSON.parse(await run(reading[0], import.meta.dirname)).total >= 1, 'nobody was counted');
});

test('every address and encoding', async () => {
  const one = event('encoded');
  same((await post('/capture', one)).status, 200, '/capture');
  same((await post('/e/', one)).status, 200, '/e/');
  same((await post('/i/v0/e/', gzipSync(JSON.stringify(one)), {'content-encoding': 'gzip'})).status, 200, 'gzip');
  same((await post('/e/?compression=gzip-js', gzipSync(JSON.stringify(one)), {'content-type': 'text/plain'})).status, 200, 'gzip-js');
  same((await post('/e/?compression=base64', `data=${encodeURIComponent(Buffer.from(JSON.stringify(one)).toString('base64'))}`, {'content-type': 'application/x-www-form-urlencoded'})).status, 200, 'a form');
  same(await (await post('/batch/', {api_key: capture.token, batch: [one, one]})).json(), {status: 1}, 'the answer to a batch');
  await counts({event: 'encoded'}, 7, 'encoded events');
});

test('what is wrong is refused with the right status, and nothing of it counts', async () => {
  const bomb = gzipSync(Buffer.alloc(200 << 20));
  for (const [status, path, body, headers] of [
    [401, '/capture', {...event('wrong'), api_key: 'wf_nobody'}], [401, '/capture', {event: 'wrong', distinct_id: 'x'}], [403, '/capture', {...event('wrong'), api_key: reader}],
    [400, '/capture', '{"event":'], [400, '/capture', {api_key: capture.token, event: 'wrong'}], [400, '/batch/', {api_key: capture.token, batch: [event('wrong'), {}]}],
    [413, '/batch/', bomb, {'content-encoding': 'gzip'}], [400, '/batch/', Buffer.from('no gzip'), {'content-encoding': 'gzip'}], [400, '/capture', `${'['.repeat(100_000)}`],
    [400, '/api/send', {type: 'event', payload: {website: reader}}], [400, '/api/send', {type: 'event', payload: {website: '0190a5c8-0000-7000-8000-000000000001'}}],
  ]) same((await post(path, body, headers)).status, status, `${path} ${String(JSON.stringify(body)).slice(0, 60)}`);
  await sleep(500);
  same((await query({event: 'wrong'})).total, 0, 'wrong events');
});

test('bots, repeats, clocks: as promised', async () => {
  const uuid = '0190a5c8-0000-7000-8000-00000000beef';
  for (let i = 0; i < 3; i += 1) await post('/capture', event('repeated', {uuid}));
  await post('/capture', event('crawled'), {'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'});
  const now = Date.now();
  const at = (ms) => new Date(ms).toISOString();
  await post('/batch/', {api_key: capture.token, sent_at: at(now - 86_400_000), batch: [event('skewed', {timestamp: at(now - 86_400_000 - 3_600_000)})]});
  await post('/capture', event('ahead', {timestamp: at(now + 3 * 86_400_000)}));
  await counts({event: 'repeated'}, 1, 'repeated');
  await counts({event: 'crawled'}, 0, 'crawled, without bots');
  await counts({event: 'crawled', bots: 'only'}, 1, 'crawled, bots only');
  await counts({event: 'skewed', from: at(now - 3_660_000), to: at(now - 3_540_000)}, 1, 'an hour ago by the right clock');
  await counts({event: 'ahead', from: at(now - 60_000), to: at(now + 60_000)}, 1, 'at receipt');
  same(await (await post('/api/send', {type: 'event', payload: {website: capture.id, url: '/'}}, {'user-agent': 'curl/8.0'})).json(), {beep: 'boop'}, 'a bot at Umami');
});

const ended = (child) => {
  child.kill('SIGTERM');
  return new Promise((resolve) => child.on('exit', resolve));
};

test('nothing accepted is lost or doubled when the server is killed while it is sent to, on SQLite', async () => {
  await ended(await killAgainAndAgain(server, 'SQLite'));
});

test('nothing accepted is lost or doubled when the server is killed while it is sent to, on MariaDB', async () => {
  const mariadb = await startMariaDb();
  const other = await startServer({...calm, WHATSFLOW__DATABASE__URL: mariadb.url});
  try {
    await ended(await killAgainAndAgain(other, 'MariaDB', mariadb.query));
  } finally {
    await other.stop();
    await mariadb.stop();
  }
});

const failures = await runTests();
await server.stop();
process.exit(failures ? 1 : 0);
