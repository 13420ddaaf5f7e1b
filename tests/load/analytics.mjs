// Analytics: events accepted one by one and in batches, until they are in the database, and every page
// over ten million of them, on SQLite and on MariaDB. WHATSFLOW_EVENTS says how many come in over HTTP: a day,
// which SQL then repeats until there are ten million. From five million on they are spread over the days instead
// and nothing is repeated; ten million take half an hour: WHATSFLOW_EVENTS=10000000 tests/load/run build/bench analytics.
// WHATSFLOW_EVENTS_ON=sqlite or mariadb asks for one of the two only; WHATSFLOW_EVENTS_IDS=random for ids without order.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startMariaDb} from '../access/mariadb.mjs';
import {command, staffMember} from '../access/people.mjs';
import {startServer} from '../browser/server.mjs';
import {repeatDay} from './days_of_events.mjs';
import {computedMs, median, perSecond, residentMiB, row, watchMemory, wrk} from './instruments.mjs';

const wanted = Number(process.env.WHATSFLOW_EVENTS ?? 360_000);
const all = 10_000_000;
const perBatch = 50;
const mostWaiting = 500_000;  // the spool has room for more, and would drop the oldest beyond it
const days = 28;  // what the pages show when nobody chooses
const dayLong = 86_400_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const grouped = (count) => count.toLocaleString('en');

// A busy site: fifty thousand people, each visit four events of one of them within two minutes, two hundred
// pages, twenty sources. Ids are new in every request, and as PostHog's libraries make them, of version 7; while
// it sends for so many seconds, the time goes from `from` to `to`. In disorder ids have no order, and visits
// are anywhere between the two: the most pages of a database that a batch can touch.
const script = ({token, batch, seconds, from, to, disorder = false}) => `
math.randomseed(os.time() + ${batch} + ${Math.floor(from)})
local ffi = require("ffi")
ffi.cdef[[ struct moment { long s; long us; }; int gettimeofday(struct moment*, void*); ]]
local moment = ffi.new("struct moment")
local function now() ffi.C.gettimeofday(moment, nil) return tonumber(moment.s) + tonumber(moment.us) / 1e6 end
local begun = now()
local hex = "0123456789abcdef"
local function some() local n = math.random(16) return string.sub(hex, n, n) end
local function id()
  local ms = string.format("%012x", math.floor(${disorder || process.env.WHATSFLOW_EVENTS_IDS === 'random' ? '2^44 * math.random()' : 'now() * 1000'}))
  return string.sub(ms, 1, 8) .. "-" .. string.sub(ms, 9) .. (string.gsub("-7xxx-8xxx-xxxxxxxxxxxx", "x", some))
end
local left, person, at = 0, 0, 0
local function event()
  if left == 0 then left, person, at = 4, math.random(50000), ${from} + ${to - from} * ${disorder ? 'math.random()' : `math.min(1, (now() - begun) / ${seconds})`} end
  left = left - 1
  at = at + math.random(30)
  local page, dice = math.random(200), math.random(100)
  local name, more = "$pageview", ""
  if dice > 97 then name, more = "$feature_flag_called", string.format('"$feature_flag":"layout","$feature_flag_response":"%s",', person % 2 == 0 and "roomy" or "compact")
  elseif dice > 93 then name = "form_sent"
  elseif dice > 85 then name = "button_clicked" end
  return string.format('{"event":"%s","distinct_id":"user-%d","uuid":"%s","timestamp":"%s","properties":{%s"$current_url":"https://shop.example/page-%d?utm_source=source-%d","$lib":"web","$raw_user_agent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0","plan":"pro"}}', name, person, id(), os.date("!%Y-%m-%dT%H:%M:%SZ", at), more, page, page % 20)
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  local events = {}
  for i = 1, ${batch} do events[i] = event() end
  return wrk.format(nil, nil, nil, '{"api_key":"${token}","batch":[' .. table.concat(events, ",") .. ']}')
end`;

// What staff look at, of one site where it is one site's. Sums answer the first; the others go over events.
const pages = (site, range) => [
  ['overview', `/analytics?site=${site}&${range}`, 300],
  ['web', `/analytics/web?site=${site}&${range}`, 300],
  ['web of one source', `/analytics/web?site=${site}&${range}&only_source=source-3`, 300],
  ['live', `/analytics/live?site=${site}`, 300],
  ['features', `/analytics/features?site=${site}&${range}`, 300],
  ['growth', `/analytics/growth?${range}`, 300],
  ['revenue', `/analytics/revenue?${range}`, 300],
  ['support', `/analytics/support?${range}`, 300],
  ['data', '/analytics/health', 300],
  ['funnels', `/analytics/funnels?site=${site}&${range}&step_1=%24pageview&step_2=button_clicked&step_3=form_sent`, 300],
  ['retention', `/analytics/retention?site=${site}&${range}`, 300],
  ['paths', `/analytics/paths?site=${site}&${range}&through=%2Fpage-7`, 300],
  ['experiments', `/analytics/experiments?site=${site}&${range}&goal=form_sent`, 300],
];

// How long it took, and how much of that the server computed.
async function timed(server, times, ask) {
  const taken = [], computed = [];
  for (let i = 0; i < times; i += 1) {
    const before = computedMs(server.pid);
    const begun = performance.now();
    await ask();
    taken.push(performance.now() - begun);
    computed.push(computedMs(server.pid) - before);
  }
  return {ms: median(taken), computed: median(computed)};
}

async function timePages(server, site, range, where) {
  const {visitor} = await staffMember(server, 'super_admin');
  await timeEach(server, visitor, pages(site, range), where);
  // The platform's sums are cut at midnight in London.
  const changed = await visitor.submit('admin', '/account', '/account', {name: 'Reader elsewhere', time_zone: 'Asia/Colombo'});
  if (changed.status !== 303) throw new Error(`the zone could not be changed: ${changed.status}`);
  await timeEach(server, visitor, pages(site, range).slice(0, 3), `${where}, by days of Colombo`);
}

async function timeEach(server, visitor, those, where) {
  for (const [name, path, most] of those) {
    const wrong = new Set();
    const {ms, computed} = await timed(server, 5, async () => {
      const {status} = await visitor.get('admin', path);
      if (status !== 200) wrong.add(status);
    });
    row(`${where}: page ${name}`, wrong.size ? `answered ${[...wrong]}` : `${ms.toFixed(0)} ms, computing ${computed.toFixed(0)} ms`, `< ${grouped(most)} ms`, !wrong.size && ms < most);
  }
}

async function measured(where, server, wanted, query) {
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-load-analytics-'));
  const watch = watchMemory(server.pid);
  try {
    const tokenFor = (scope) => JSON.parse(command(server, 'tokens', 'create', '--scope', scope, '--json'));
    const {token: capture, id: site} = tokenFor('analytics:capture');
    const {token: reader} = tokenFor('analytics:read');
    const url = `http://127.0.0.1:${server.ports.api}`;
    // Yesterday, or the days until yesterday; no visit goes beyond its midnight.
    const isOneDay = wanted < all / 2;
    const today = Math.floor(Date.now() / dayLong);
    const end = today * 86_400 - 300, begin = (today - (isOneDay ? 1 : days)) * 86_400;
    const day = (number) => new Date(number * dayLong).toISOString().slice(0, 10);
    const range = `from=${day(today - days)}&to=${day(today - 1)}`;
    // A connection that was kept for long may have gone: once more, then.
    const once = (parameters) => fetch(`${url}/v1/analytics/query?${range}&${new URLSearchParams(parameters)}`, {headers: {authorization: reader}});
    const ask = async (parameters) => (await once(parameters).catch(() => once(parameters))).json();
    const count = async () => (await ask({metric: 'events'})).total;
    const pour = (batch, seconds, from, to, disorder = false) => {
      const file = join(folder, `post-${batch}.lua`);
      writeFileSync(file, script({token: capture, batch, seconds, from, to, disorder}));
      return wrk(`${url}/batch/`, {script: file, seconds, mayRefuse: true});
    };
    // How many are in the database; notes when each third of those that come in batches was.
    let before = 0, thirdAt = [Infinity, Infinity];
    const counted = async () => {
      const total = await count();
      thirdAt = thirdAt.map((at, i) => (total - before >= wanted * (i + 1) / 3 ? Math.min(at, Date.now()) : at));
      return total;
    };
    // Until what was accepted is counted: batches follow each other slowly on a busy machine.
    const settled = async () => {
      let last = -1;
      for (let same = 0; same < 4;) {
        const total = await counted();
        same = total === last ? same + 1 : 0;
        last = total;
        await pause(1500);
      }
      return last;
    };
    const one = pour(1, 5, begin, begin + 3600);
    row(`${where}: events accepted one by one (HTTP, in the spool)`, perSecond(one.rate), '≥ 10,000/s', one.rate >= 10_000);
    before = await settled();
    thirdAt = [Infinity, Infinity];
    const memory = residentMiB(server.pid);
    watch.samples.length = 0;
    const begun = performance.now();
    const computed = computedMs(server.pid);
    let accepted = before, last = before, refused = 0;
    // Time goes on with what is sent, as if the day went by.
    while (accepted < wanted) {
      const at = (share) => begin + 3600 + Math.min(1, share) * (end - begin - 3600);
      const poured = pour(perBatch, 5, at(accepted / wanted), at((accepted + last) / wanted));
      refused += poured.refused;
      last = (poured.requests - poured.refused) * perBatch;
      accepted += last;
      while (accepted - await counted() > mostWaiting) await pause(500);
    }
    let stored = await settled();
    const rate = (stored - before) / ((performance.now() - begun) / 1000 - 6);  // that nothing more comes is seen after six
    const each = (computedMs(server.pid) - computed) * 1000 / (stored - before);
    row(`${where}: events in batches of ${perBatch}, until they are in the database (${grouped(stored)})`, perSecond(rate), '≥ 10,000/s', rate >= 10_000);
    row('… what the server computes for one of them', `${each.toFixed(0)} µs`, '≤ 200 µs: 10,000/s on two cores', each <= 200);
    row('… of those that were accepted, in the database', `${grouped(stored)} of ${grouped(accepted)}`, 'all', stored >= accepted);
    row('… batches that were asked to come again (503)', grouped(refused));
    watch.stop();
    // Caches of pages and statements fill within the first third, and stay. How high memory goes for a moment is how much
    // is under way just then, ten MiB more or less on a busy machine: what grows with the events lifts the middle too.
    const [filling, second, third] = [[0, thirdAt[0]], thirdAt, [thirdAt[1], Infinity]].map(([from, to]) =>
      watch.samples.filter(({at}) => at >= from && at < to).map((sample) => sample.mib));
    const more = (values) => (Math.max(...values) - memory).toFixed(1);
    row('… memory at its highest, more than before the batches', `${more(filling)} MiB in the first third, ${more(second)} in the second, ${more(third)} in the last, at the end ${more([residentMiB(server.pid)])}`);
    const sinceTheThird = residentMiB(server.pid) - filling.at(-1);
    row('… memory more at the end than after the first third', `${sinceTheThird.toFixed(1)} MiB`, 'flat (< 8 MiB)', sinceTheThird < 8);
    const grown = median(third) - median(second);
    row('… memory that the last third added to the second, in the middle of each', `${grown.toFixed(1)} MiB`, 'flat (< 8 MiB)', grown < 8);
    // As bad as it can come: a pour of them, and until it is stored.
    const turned = performance.now();
    const poured = pour(perBatch, 5, begin, isOneDay ? end : begin + 36_000, true);
    const disordered = await settled() - stored;
    const late = disordered / ((performance.now() - turned) / 1000 - 6);
    row(`… ${grouped(disordered)} more whose ids and times are in disorder`, perSecond(late), '≥ 10,000/s', late >= 10_000 && disordered >= (poured.requests - poured.refused) * perBatch);
    stored += disordered;
    if (isOneDay) {
      const number = Number(query.sql(`SELECT number FROM analytics_sites WHERE id = '${site}'`));
      repeatDay(query, number, today - 1, Math.min(days, Math.ceil(all / stored)));
      stored = await count();
    }
    const over = `${where}, ${grouped(stored)} events of ${days} days`;
    const {ms} = await timed(server, 7, () => Promise.all([ask({metric: 'visitors'}), ask({metric: 'views', by: 'page'}), ask({metric: 'views', by: 'source'}), ask({metric: 'visits', interval: 'hour'})]));
    row(`${over}: visitors, pages, sources, hours at once`, `${ms.toFixed(0)} ms`, '< 300 ms', ms < 300);
    let share = 0;
    const elsewhere = await timed(server, 7, async () => ({share} = await ask({metric: 'views', by: 'page', time_zone: 'Asia/Colombo'})));
    row(`${over}: pages by days of Colombo, of one visitor in ${Math.round(1 / share)}`, `${elsewhere.ms.toFixed(0)} ms`, '< 300 ms', share > 0 && elsewhere.ms < 300);
    await timePages(server, site, range, over);
    row(`${over}: memory after all pages`, `${residentMiB(server.pid).toFixed(1)} MiB`);
    return site;
  } finally {
    watch.stop();
    rmSync(folder, {recursive: true, force: true});
  }
}

const calm = {WHATSFLOW__LOG__LEVEL: 'warn', WHATSFLOW__HTTP__THREADS: '2'};
for (const limit of ['PAGES', 'API', 'CAPTURE', 'LOGIN']) calm[`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`] = '0';

// WHATSFLOW_EVENTS_KEEP: a folder that gets the data of SQLite, to look at it further.
async function onSqlite() {
  const server = await startServer(calm);
  try {
    const database = join(server.data, 'whatsflow.db');
    const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 60000', database], {input: text, encoding: 'utf8'});
    const site = await measured('SQLite', server, wanted, {dialect: 'sqlite', sql});
    const keep = process.env.WHATSFLOW_EVENTS_KEEP;
    if (!keep || existsSync(keep)) return;
    process.kill(server.pid, 'SIGTERM');
    while (existsSync(`/proc/${server.pid}`)) await pause(100);
    execFileSync('mv', [server.data, keep]);
    writeFileSync(join(keep, 'site'), site);
  } finally {
    await server.stop();
  }
}

async function onMariaDb() {
  const mariadb = await startMariaDb({memory: '1G', log: '256M'});
  try {
    const server = await startServer({...calm, WHATSFLOW__DATABASE__URL: mariadb.url});
    try {
      await measured('MariaDB', server, wanted, {dialect: 'mysql', sql: mariadb.query});
    } finally {
      await server.stop();
    }
  } finally {
    await mariadb.stop();
  }
}

export async function analytics() {
  const only = process.env.WHATSFLOW_EVENTS_ON;
  if (only !== 'mariadb') await onSqlite();
  if (only !== 'sqlite') await onMariaDb();
}
