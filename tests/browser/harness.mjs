// Starts the real server on free ports and drives real Chromium; prints one line a test.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync, openSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';
import {freePort} from './net.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const chromiumFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const tests = [];
export const test = (name, body) => tests.push({name, body});

export function expect(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

export async function runTests() {
  let failed = 0;
  const only = process.argv[2];
  for (const {name, body} of tests.filter((each) => !only || each.name.includes(only))) {
    try {
      await body();
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}: ${String(error.message).split('\n').slice(0, 12).join(' | ')}`);
    }
  }
  return failed;
}

export async function startServer(environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-browser-'));
  const ports = {};
  for (const site of ['landing', 'app', 'admin', 'api']) ports[site] = await freePort();
  const env = {...process.env, WHATSFLOW__REALTIME__PORT: String(await freePort())};
  for (const [site, port] of Object.entries(ports)) env[`WHATSFLOW__SITES__${site.toUpperCase()}__PORT`] = String(port);
  Object.assign(env, environment);
  const config = join(folder, 'whatsflow.toml');
  writeFileSync(config, '');
  const log = openSync(join(folder, 'log'), 'a');
  const program = join(root, process.env.WHATSFLOW_BUILD ?? 'build/dev', 'bin/whatsflow');
  const child = spawn(program, ['serve', '--data', join(folder, 'data'), '--config', config], {env, stdio: ['ignore', log, log]});
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = (site) => `http://localhost:${ports[site]}`;
  for (let tries = 0; ; tries += 1) {
    try {
      if ((await fetch(`${url('landing')}/readyz`)).status === 200) break;
    } catch {
      // not listening yet
    }
    if (tries > 300 || child.exitCode !== null) throw new Error(`the server did not start; see ${join(folder, 'log')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    ports,
    folder,
    config,
    program,
    data: join(folder, 'data'),
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, {recursive: true, force: true});
      return code;
    },
  };
}

export async function startBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'whatsflow-chromium-'));
  const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: chromiumFlags});
  return {browser, async stop() { await browser.close(); rmSync(profile, {recursive: true, force: true}); }};
}

// A page that remembers what went wrong in it: console errors, blocked or failed requests.
export async function openPage(browser, {width = 1440, dark = false, javaScript = true, locale = 'en-US'} = {}) {
  const context = await browser.newContext({
    viewport: {width, height: width < 600 ? 780 : 900},
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    javaScriptEnabled: javaScript,
    locale,
  });
  const page = await context.newPage();
  page.problems = [];
  page.on('console', (message) => { if (message.type() === 'error') page.problems.push(message.text()); });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('requestfailed', (request) => page.problems.push(`${request.url()} failed: ${request.failure()?.errorText}`));
  return page;
}
