// Feature flags: a hundred for one context over HTTP, the same unchanged, the same asked of Unleash's own server,
// a change told to those who listen, one in process, and the exchange of ten thousand while others ask.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Worker} from 'node:worker_threads';
import {command} from '../access/people.mjs';
import {startServer} from '../browser/server.mjs';
import {benchmarks, median, perSecond, residentMiB, row, wrk} from './instruments.mjs';
import {frontendToken, startUnleash} from './peers/unleash.mjs';

const constraint = (contextName, operator, value) => ({contextName, operator, ...(Array.isArray(value) ? {values: value} : {value})});
const feature = (name, i) => ({
  name, type: 'release', enabled: i % 10 !== 0, project: 'default', stale: false,
  strategies: [{name: 'flexibleRollout', parameters: {rollout: String(i % 101), stickiness: 'default', groupId: name},
    constraints: [constraint('country', 'IN', ['LK', 'DE', 'FR']), constraint('version', 'SEMVER_GT', '2.4.0'), constraint('email', 'STR_ENDS_WITH', ['@shop.example'])].slice(0, i % 4)}],
  variants: i % 3 ? [] : [{name: 'a', weight: 500, payload: {type: 'string', value: 'A'}}, {name: 'b', weight: 500}],
});
const definitions = (count, named = 'flag') => ({version: 2, segments: [], features: Array.from({length: count}, (_, i) => feature(`${named}-${i}`, i))});
const who = {context: {targetingKey: 'user-42', country: 'LK', version: '2.5.1', email: 'amara@shop.example'}};

async function overHttp(server, folder, serve, token) {
  await serve(definitions(100));
  const url = `http://127.0.0.1:${server.ports.api}/ofrep/v1/evaluate/flags`;
  const answer = await fetch(url, {method: 'POST', headers: {authorization: token}, body: JSON.stringify(who)});
  const tag = answer.headers.get('etag');
  const bytes = (await answer.text()).length;
  const script = join(folder, 'post.lua');
  writeFileSync(script, `wrk.method = "POST"\nwrk.body = '${JSON.stringify(who)}'\nwrk.headers["Content-Type"] = "application/json"\n`);
  const measured = (headers) => {
    wrk(url, {headers: {Authorization: token, ...headers}, script, seconds: 1});
    const runs = [1, 2, 3].map(() => wrk(url, {headers: {Authorization: token, ...headers}, script}));
    return {rate: median(runs.map((each) => each.rate)), p99: median(runs.map((each) => each.p99))};
  };
  const all = measured({});
  row(`100 flags for one context by OFREP (${bytes} bytes)`, perSecond(all.rate), '≥ 20,000/s', all.rate >= 20_000);
  row('… 99th percentile at 32 connections', `${all.p99.toFixed(1)} ms`, '< 10 ms', all.p99 < 10);
  const same = measured({'If-None-Match': tag});
  row('… unchanged (304)', perSecond(same.rate), '≥ 40,000/s', same.rate >= 40_000);
}

// The same request of a browser's SDK, answered by both; in turn, so that a drift of the machine hits both alike.
async function besideUnleash(server, folder, serve, token) {
  await serve(definitions(100));
  const unleash = await startUnleash(definitions(100));
  try {
    const {targetingKey: userId, ...properties} = who.context;
    const body = JSON.stringify({context: {userId, properties}});
    const asked = [{url: `http://127.0.0.1:${server.ports.api}/api/frontend`, token, rates: []}, {url: `${unleash.url}/api/frontend`, token: frontendToken, rates: []}];
    const script = join(folder, 'frontend.lua');
    writeFileSync(script, `wrk.method = "POST"\nwrk.body = '${body}'\nwrk.headers["Content-Type"] = "application/json"\n`);
    const answers = [];
    for (const each of asked) {
      const answer = await fetch(each.url, {method: 'POST', headers: {authorization: each.token, 'content-type': 'application/json'}, body});
      answers.push((await answer.json()).toggles.map(({name, variant}) => `${name} ${variant.name}`).toSorted().join());
      wrk(each.url, {headers: {Authorization: each.token}, script, seconds: 2});
    }
    for (let round = 0; round < 3; round += 1)
      for (const each of asked) each.rates.push(wrk(each.url, {headers: {Authorization: each.token}, script}).rate);
    const [ours, theirs] = asked.map(({rates}) => median(rates));
    row('100 flags for one context by /api/frontend', perSecond(ours));
    row('… against unleash-server on PostgreSQL, the same flags and request', `${(ours / theirs).toFixed(1)} × (${perSecond(theirs)})`, '≥ 10 ×', ours >= 10 * theirs);
    row('… the same flags on, with the same variants', answers[0] === answers[1] ? 'yes' : 'no', 'yes', answers[0] === answers[1]);
  } finally {
    await unleash.stop();
  }
}

// Programs that listen, all told of one change: from the moment the flags are served until the last has heard.
async function toldTo(server, serve, token) {
  await serve(definitions(100));
  const ask = await fetch(`http://127.0.0.1:${server.ports.api}/ofrep/v1/evaluate/flags`, {method: 'POST', headers: {authorization: token}, body: JSON.stringify(who)});
  const address = new URL((await ask.json()).eventStreams[0].url);
  const before = residentMiB(server.pid);
  const heard = [];
  const open = () => new Promise((done, broken) => {
    const socket = connect(Number(address.port), '127.0.0.1', () => socket.write(`GET ${address.pathname}${address.search} HTTP/1.1\r\nHost: ${address.host}\r\n\r\n`));
    socket.setEncoding('utf8').on('error', broken).on('data', (text) => {
      if (text.includes('retry: ')) done(socket);
      if (text.includes('refetchEvaluation')) heard.push(performance.now());
    });
  });
  const sockets = [];
  while (sockets.length < 2000) sockets.push(...await Promise.all(Array.from({length: 100}, open)));
  const each = (residentMiB(server.pid) - before) * 1024 / sockets.length;
  const changed = definitions(100);
  changed.features[0].enabled = !changed.features[0].enabled;
  await serve(changed);
  const last = heard.at(-1) - heard[0];
  row(`one change told to ${sockets.length.toLocaleString('en')} event streams, from the first to the last`, `${last.toFixed(0)} ms`, 'all, < 1,000 ms', heard.length === sockets.length && last < 1000);
  row('… memory of a stream', `${each.toFixed(1)} KiB`, '< 16 KiB', each < 16);
  for (const socket of sockets) socket.destroy();
}

// One flag of ten thousand changes while somebody asks, in a process of its own like the server and
// the command: what waits here waits for the server, not for this script.
async function exchanged(server, serve, token) {
  const served = () => readFileSync(join(server.folder, 'log'), 'utf8').split('\n').filter((line) => line.includes('flags are served'));
  const times = () => served().map((line) => Number(/milliseconds[="': ]+(\d+)/.exec(line)[1]));
  const taken = () => times().at(-1);
  await serve(definitions(10_000, 'many'));
  // Smaller changes may have been served after it.
  const all = Math.max(...times());
  row('10,000 new flags read, compiled, served', `${all} ms`, '< 200 ms', all < 200);
  const changed = definitions(10_000, 'many');
  changed.features[0].enabled = !changed.features[0].enabled;
  const asking = new Worker(new URL('asking.mjs', import.meta.url), {workerData: {url: `${server.url('api')}/ofrep/v1/evaluate/flags/many-7`, token, body: JSON.stringify(who)}});
  const slowest = new Promise((resolve, reject) => asking.on('message', resolve).on('error', reject));
  await new Promise((done) => setTimeout(done, 500));
  await serve(changed);
  asking.postMessage('enough');
  const {ms, asked} = await slowest;
  row('10,000 flags, one of them changed, exchanged', `${taken()} ms`, '< 200 ms', taken() < 200);
  row(`… slowest of ${asked} questions asked meanwhile, one by one`, `${ms.toFixed(1)} ms`, '< 50 ms', ms < 50);
  row('… memory with 10,000 flags', `${residentMiB(server.pid).toFixed(1)} MiB`);
}

export async function flags(build) {
  for (const each of benchmarks(join(build, 'bench/flags_evaluation_bench'), 'three_constraints'))
    row('one flag with three constraints and two variants, in process', `${each.real_time.toFixed(0)} ${each.time_unit}`, '< 1 µs', each.real_time < 1000);
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-load-flags-'));
  const calm = {WHATSFLOW__LOG__LEVEL: 'warn', WHATSFLOW__HTTP__THREADS: '2', WHATSFLOW__HTTP__RATE_LIMITS__EVALUATE: '0'};
  const onServer = async (environment, measure, scope = 'flags:client') => {
    const server = await startServer({...calm, ...environment});
    try {
      const tokenFor = (scope) => JSON.parse(command(server, 'tokens', 'create', '--scope', scope, '--json')).token;
      const serve = async (document) => {
        const file = join(folder, 'definitions.json');
        writeFileSync(file, JSON.stringify(document));
        command(server, 'flags', 'import', file, '--replace');
        await new Promise((done) => setTimeout(done, 1500));
      };
      await measure(server, serve, tokenFor(scope));
    } finally {
      await server.stop();
    }
  };
  await onServer({}, (server, serve, token) => overHttp(server, folder, serve, token));
  await onServer({}, (server, serve, token) => besideUnleash(server, folder, serve, token), 'flags:frontend');
  await onServer({}, toldTo);
  await onServer({WHATSFLOW__LOG__LEVEL: 'info'}, exchanged);
  rmSync(folder, {recursive: true, force: true});
}
