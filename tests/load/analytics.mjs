// Analytics: events accepted one by one and in batches, until they are in the database, and a
// dashboard over all of them. WHATSFLOW_EVENTS says over how many (ten million take half an hour).
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {command} from '../access/people.mjs';
import {startServer} from '../browser/server.mjs';
import {median, perSecond, residentMiB, row, wrk} from './instruments.mjs';

const wanted = Number(process.env.WHATSFLOW_EVENTS ?? 300_000);
const perBatch = 50;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Pages, people and sources as a busy site has them; ids are new in every request.
const script = (token, batch) => `
math.randomseed(os.time() + ${batch})
local hex = "0123456789abcdef"
local function id()
  return (string.gsub("01990a5c-xxxx-7xxx-8xxx-xxxxxxxxxxxx", "x", function() local n = math.random(16) return string.sub(hex, n, n) end))
end
local function event()
  local page = math.random(200)
  return string.format('{"event":"$pageview","distinct_id":"user-%d","uuid":"%s","properties":{"$current_url":"https://shop.example/page-%d?utm_source=source-%d","$lib":"web","$raw_user_agent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0","plan":"pro"}}', math.random(50000), id(), page, page % 20)
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  local events = {}
  for i = 1, ${batch} do events[i] = event() end
  return wrk.format(nil, nil, nil, '{"api_key":"${token}","batch":[' .. table.concat(events, ",") .. ']}')
end`;

export async function analytics() {
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-load-analytics-'));
  const server = await startServer({WHATSFLOW__LOG__LEVEL: 'warn', WHATSFLOW__HTTP__THREADS: '2', WHATSFLOW__HTTP__RATE_LIMITS__CAPTURE: '0', WHATSFLOW__HTTP__RATE_LIMITS__API: '0'});
  try {
    const tokenFor = (scope) => JSON.parse(command(server, 'tokens', 'create', '--scope', scope, '--json')).token;
    const capture = tokenFor('analytics:capture'), reader = tokenFor('analytics:read');
    const url = `http://127.0.0.1:${server.ports.api}`;
    const ask = async (parameters) => {
      const begun = performance.now();
      const answer = await (await fetch(`${url}/v1/analytics/query?${new URLSearchParams(parameters)}`, {headers: {authorization: reader}})).json();
      return {...answer, ms: performance.now() - begun};
    };
    const pour = (batch, seconds) => {
      const file = join(folder, `post-${batch}.lua`);
      writeFileSync(file, script(capture, batch));
      return wrk(`${url}/batch/`, {script: file, seconds});
    };
    // Until what was accepted is counted.
    const settled = async () => {
      const begun = performance.now();
      for (let last = -1; ;) {
        const {total} = await ask({metric: 'events'});
        if (total === last) return {total, seconds: (performance.now() - begun) / 1000};
        last = total;
        await sleep(1500);
      }
    };
    const one = pour(1, 5);
    row('events accepted one by one (HTTP, in the spool)', perSecond(one.rate), '≥ 10,000/s', one.rate >= 10_000);
    const before = (await settled()).total;
    const memory = residentMiB(server.pid);
    const begun = performance.now();
    let total = before, atTheThird = 0;
    for (let round = 0; total < wanted && round < 1000; round += 1) {
      pour(perBatch, 5);
      total = (await ask({metric: 'events'})).total;
      if (!atTheThird && total > wanted / 3) atTheThird = residentMiB(server.pid);
    }
    const {total: stored} = await settled();
    const rate = (stored - before) / ((performance.now() - begun) / 1000);
    row(`events in batches of ${perBatch}, until they are in the database (${stored.toLocaleString('en')})`, perSecond(rate), '≥ 10,000/s', rate >= 10_000);
    const memoryNow = residentMiB(server.pid);
    row('… memory more than before', `${(memoryNow - memory).toFixed(1)} MiB`);
    row('… memory more at the end than after the first third', `${(memoryNow - atTheThird).toFixed(1)} MiB`, 'flat (< 8 MiB)', memoryNow - atTheThird < 8);
    const dashboard = [];
    for (let i = 0; i < 7; i += 1) {
      const parts = await Promise.all([ask({metric: 'visitors'}), ask({metric: 'views', by: 'page'}), ask({metric: 'views', by: 'source'}), ask({metric: 'visits', interval: 'hour'})]);
      dashboard.push(Math.max(...parts.map((part) => part.ms)));
    }
    row(`dashboard over ${stored.toLocaleString('en')} events: visitors, pages, sources, hours at once`, `${median(dashboard).toFixed(0)} ms`, '< 300 ms', median(dashboard) < 300);
  } finally {
    await server.stop();
    rmSync(folder, {recursive: true, force: true});
  }
}
