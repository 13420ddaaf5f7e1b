import {execFileSync, spawn} from 'node:child_process';
import {cpus, totalmem} from 'node:os';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative, resolve} from 'node:path';
import {root} from '../browser/server.mjs';
import {freePort} from '../browser/net.mjs';
import {analytics} from './analytics.mjs';
import {background} from './background.mjs';
import {flags} from './flags.mjs';
import {money} from './money.mjs';
import {benchmarks, median, perSecond, residentMiB, row, rows, wrk} from './instruments.mjs';
import {people} from './people.mjs';

const build = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'whatsflow-load-'));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const children = [];

function start(program, args, env = {}) {
  const child = spawn(program, args, {env: {...process.env, ...env}, stdio: ['ignore', 'ignore', process.env.WHATSFLOW_BENCH_LOG ? 'inherit' : 'ignore']});
  child.ended = new Promise((done) => child.on('exit', done));
  children.push(child);
  return child;
}

async function untilAnswers(url) {
  for (let tries = 0; tries < 3000; tries += 1) {
    if (await fetch(url).then((answer) => answer.ok, () => false)) return;
    await sleep(2);
  }
  throw new Error(`${url} does not answer`);
}

async function serverUnderTest() {
  const ports = {};
  for (const site of ['landing', 'app', 'admin', 'api']) ports[site] = await freePort();
  const env = {WHATSFLOW__REALTIME__PORT: String(await freePort()), WHATSFLOW__LOG__LEVEL: 'warn',
    WHATSFLOW__HTTP__RATE_LIMITS__PAGES: '0', WHATSFLOW__HTTP__THREADS: '2'};
  for (const [site, port] of Object.entries(ports)) env[`WHATSFLOW__SITES__${site.toUpperCase()}__PORT`] = String(port);
  const config = join(folder, 'whatsflow.toml');
  writeFileSync(config, '');
  const args = ['serve', '--data', join(folder, 'data'), '--config', config];
  return {
    url: `http://127.0.0.1:${ports.landing}`,
    host: `localhost:${ports.landing}`,
    start: () => start(join(build, 'bin/whatsflow'), args, env),
  };
}

// The landing site beside nginx and a minimal Pistache handler; starting, idling, the event bus.
async function sites() {
  const server = await serverUnderTest();

  // Start to ready, on a database that exists: the first start makes it.
  let child = server.start();
  await untilAnswers(`${server.url}/readyz`);
  const starts = [];
  for (let i = 0; i < 5; i += 1) {
    child.kill('SIGTERM');
    await child.ended;
    const begun = performance.now();
    child = server.start();
    await untilAnswers(`${server.url}/readyz`);
    starts.push(performance.now() - begun);
  }
  row('start to ready, existing database', `${median(starts).toFixed(0)} ms`, '< 300 ms', median(starts) < 300);

  await sleep(1000);
  const idle = residentMiB(child.pid);
  row('idle memory, every bundled plugin', `${idle.toFixed(1)} MiB`, '< 80 MiB', idle < 80);

  // The home page as a browser gets it, and the same bytes from the two peers.
  const home = execFileSync('curl', ['-s', '-H', 'Accept-Encoding: br', `${server.url}/`], {maxBuffer: 1 << 24});
  const site = join(folder, 'site');
  mkdirSync(site);
  writeFileSync(join(site, 'index.html'), home);
  const nginxPort = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), `
    user root; worker_processes 2; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
    events { worker_connections 1024; }
    http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100; default_type text/html;
      server { listen 127.0.0.1:${nginxPort}; root ${site}; add_header Content-Encoding br; index index.html; } }`);
  start('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'nginx.log')]);
  const barePort = await freePort();
  start(join(build, 'bench/peer_pistache'), [String(barePort), join(site, 'index.html')]);
  const peers = {ours: `${server.url}/`, nginx: `http://127.0.0.1:${nginxPort}/`, bare: `http://127.0.0.1:${barePort}/`};
  for (const url of Object.values(peers)) await untilAnswers(url);
  for (const url of Object.values(peers)) wrk(url, {seconds: 1});
  // In turn, so that a drift of the machine's speed hits every peer alike.
  const rates = {ours: [], nginx: [], bare: []};
  for (let round = 0; round < 5; round += 1) for (const [name, url] of Object.entries(peers)) rates[name].push(wrk(url).rate);
  const rate = Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]));
  row('landing home through guard, router, cache', `${perSecond(rate.ours)} (${home.length} bytes, br)`);
  row('… against nginx with the same precompressed file', `${(rate.ours / rate.nginx).toFixed(2)} × (${perSecond(rate.nginx)})`, '≥ 0.80 ×', rate.ours >= 0.8 * rate.nginx);
  row('… against a minimal Pistache handler', `${(rate.ours / rate.bare).toFixed(2)} × (${perSecond(rate.bare)})`, '≥ 0.75 ×', rate.ours >= 0.75 * rate.bare);
  const after = residentMiB(child.pid);
  row('memory after that load', `${after.toFixed(1)} MiB`);

  const results = benchmarks(join(build, 'bench/event_publish_bench'));
  const toOne = results.find((each) => each.name.includes('one_subscriber'));
  row(`event published to one in-process subscriber (${toOne.name})`, `${toOne.real_time.toFixed(0)} ${toOne.time_unit}`, '< 500 ns', toOne.real_time < 500);

  child.kill('SIGTERM');
  await child.ended;
}

async function cleanBuild() {
  if (!process.env.WHATSFLOW_BENCH_BUILD) return;
  const clean = join(folder, 'build');
  const begun = performance.now();
  execFileSync('cmake', ['--preset', 'release', '-B', clean, '-DCMAKE_CXX_COMPILER_LAUNCHER=env'], {stdio: 'ignore'});
  execFileSync('ninja', ['-C', clean], {stdio: 'ignore', env: {...process.env, CCACHE_DISABLE: '1'}});
  const minutes = (performance.now() - begun) / 60000;
  row('clean build, no ccache', `${minutes.toFixed(1)} min`, '< 8 min', minutes < 8);
}

const sqlite = (one) => ({dialect: 'sqlite', sql: (text) => execFileSync('sqlite3', [join(one.data, 'whatsflow.db'), text], {encoding: 'utf8'})});
const parts = {sites, people: () => people(sqlite), background: () => background(build), money: () => money(build), flags: () => flags(build), analytics, build: cleanBuild};

// What was measured, under a heading: all of it is the file, one part alone a section behind the rest.
function keep(only) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  const table = ['| what | measured | hold | holds |', '|---|---|---|---|',
    ...rows.map((each) => `| ${each.what} | ${each.measured} | ${each.hold} | ${each.holds} |`)].join('\n');
  const where = `${new Date().toISOString().slice(0, 10)}, commit ${commit}; ${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = `load ${loadBefore} at the start and ${loadNow()} at the end`;
  if (!only.length) {
    writeFileSync('tests/load/RESULTS.md', `# Measured

\`./tests/run bench\` on ${where}, ${load}.
Load generator (wrk, 1 thread, 32 connections) and servers share the machine; rates are medians of five runs taken in turn.

${table}
`);
    return;
  }
  const heading = `## ${only.join(', ')} alone`;
  const others = readFileSync('tests/load/RESULTS.md', 'utf8').split(/^(?=## )/m).filter((section) => !section.startsWith(`${heading}\n`));
  writeFileSync('tests/load/RESULTS.md', `${others.join('').trimEnd()}\n\n${heading}\n\n\`tests/load/run build/bench ${only.join(' ')}\` on ${where}, ${load}.\n\n${table}\n`);
}

const loadNow = () => readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
const loadBefore = loadNow();

try {
  process.env.WHATSFLOW_BUILD = relative(root, build);
  const only = process.argv.slice(3);
  for (const part of only.length ? only : Object.keys(parts)) await parts[part]();
  keep(only);
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => child.ended));
  rmSync(folder, {recursive: true, force: true});
}
