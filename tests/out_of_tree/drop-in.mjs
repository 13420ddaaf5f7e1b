// Enables a plugin built elsewhere by config, and a copy built against other headers: the
// first runs and answers, the second is refused with one sentence; the server serves on.
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {execFileSync, spawn} from 'node:child_process';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from '../browser/net.mjs';

const [program, plugins, id] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'whatsflow-drop-in-'));
const fail = (sentence) => { throw new Error(sentence); };

// The stale copy: same files, another name, a digest of other headers.
const stale = 'com.example.stale';
cpSync(join(plugins, id), join(folder, 'plugins', id), {recursive: true});
cpSync(join(plugins, id), join(folder, 'plugins', stale), {recursive: true});
const manifestFile = join(folder, 'plugins', stale, 'plugin.json');
const manifest = JSON.parse(readFileSync(manifestFile));
writeFileSync(manifestFile, JSON.stringify({...manifest, id: stale, build: {...manifest.build, digest: '000000000000'}}));

const ports = {};
for (const site of ['landing', 'app', 'admin', 'api']) ports[site] = await freePort();
const config = join(folder, 'whatsflow.toml');
writeFileSync(config, [
  '[plugins]',
  `directories = ["${join(folder, 'plugins')}"]`,
  `enabled = ["${id}", "${stale}"]`,
  ...Object.entries(ports).flatMap(([site, port]) => [`[sites.${site}]`, `port = ${port}`]),
  '[realtime]', `port = ${await freePort()}`,
].join('\n') + '\n');

const flags = ['--config', config, '--data', join(folder, 'data')];
const child = spawn(program, ['serve', ...flags], {stdio: ['ignore', 'inherit', 'inherit']});
try {
  const home = `http://localhost:${ports.landing}`;
  for (let tries = 0; ; tries += 1) {
    const ready = await fetch(`${home}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) break;
    if (tries > 100) fail('the server did not get ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const list = JSON.parse(execFileSync(program, ['plugins', 'list', '--json', ...flags]));
  const dropped = list.find((each) => each.id === id);
  if (dropped?.state !== 'running') fail(`${id} is ${dropped?.state}: ${dropped?.reason}`);
  const refused = list.find((each) => each.id === stale);
  if (refused?.state !== 'refused' || !refused.reason.includes('000000000000')) fail(`${stale} is ${refused?.state}: ${refused?.reason}`);

  const routes = JSON.parse(execFileSync(program, ['routes', '--json', ...flags])).filter((each) => each.plugin === id && each.method === 'GET');
  if (routes.length === 0) fail(`${id} has no route`);
  for (const {site, pattern, permission} of routes) {
    const address = `http://localhost:${ports[site]}${pattern.replaceAll(/\{[^}]+\}/g, 'x')}`;
    const answer = await fetch(address, {redirect: 'manual'});
    // What needs a permission asks a visitor to sign in.
    const wanted = permission === 'public' ? 200 : 303;
    if (answer.status !== wanted) fail(`${pattern} answers ${answer.status}, not ${wanted}`);
  }
  console.log(`${id} runs; ${stale} is refused: ${refused.reason}`);
} finally {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.on('exit', resolve));
  rmSync(folder, {recursive: true, force: true});
}
