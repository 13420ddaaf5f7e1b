// Drives real Chromium against the real server.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

export {expect, runTests, test} from './suite.mjs';
export {root, startServer} from './server.mjs';
export const chromiumFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export async function startBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'whatsflow-chromium-'));
  const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: chromiumFlags});
  return {browser, async stop() { await browser.close(); rmSync(profile, {recursive: true, force: true}); }};
}

// A browser of somebody who has set it up: what Chromium keeps of its settings page, such as {enable_do_not_track: true}.
export async function browserOf(preferences) {
  const profile = mkdtempSync(join(tmpdir(), 'whatsflow-chromium-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {executablePath: '/usr/bin/chromium', args: chromiumFlags});
  return {context, async stop() { await context.close(); rmSync(profile, {recursive: true, force: true}); }};
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
  return watched(await context.newPage());
}

export function watched(page) {
  page.problems = [];
  page.on('console', (message) => { if (message.type() === 'error') page.problems.push(message.text()); });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  page.on('requestfailed', (request) => {
    // Aborted is what a page that is left does to the requests it still waits for.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') page.problems.push(`${request.url()} failed: ${why}`);
  });
  return page;
}
