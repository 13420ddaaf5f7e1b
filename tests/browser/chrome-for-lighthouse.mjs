// A Chromium with a debugging port and a profile of its own.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromiumFlags} from './harness.mjs';
import {freePort} from './net.mjs';

export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), 'whatsflow-lighthouse-'));
  const port = await freePort();
  const child = spawn('/usr/bin/chromium', [...chromiumFlags, `--remote-debugging-port=${port}`, `--user-data-dir=${profile}`, 'about:blank'], {stdio: 'ignore'});
  const ended = new Promise((resolve) => child.on('exit', resolve));
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await fetch(`http://127.0.0.1:${port}/json/version`);
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(profile, {recursive: true, force: true, maxRetries: 5});
    },
  };
}
