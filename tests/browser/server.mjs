// Starts the real server on free ports with a data folder of its own.
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {freePort} from './net.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export async function startServer(environment = {}, {demo = false} = {}) {
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
  if (demo) execFileSync(program, ['demo', 'load', '--data', join(folder, 'data'), '--config', config], {env, stdio: 'ignore'});
  const child = spawn(program, ['serve', '--data', join(folder, 'data'), '--config', config], {env, stdio: ['ignore', log, log]});
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = (site) => `http://localhost:${ports[site]}`;
  let answered = 'nothing';
  for (const patience = Date.now() + 120_000; ; ) {
    try {
      const answer = await fetch(`${url('landing')}/readyz`, {signal: AbortSignal.timeout(10_000)});
      if (answer.status === 200) break;
      answered = `${answer.status} ${await answer.text()}`;
    } catch {
      // not listening yet
    }
    if (Date.now() > patience || child.exitCode !== null) {
      const said = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').slice(-5).join(' | ');
      child.kill('SIGKILL');
      throw new Error(`the server did not start (exit code ${child.exitCode}); /readyz answered ${answered}; the log of ${folder} ends: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    ports,
    folder,
    config,
    program,
    environment: env,
    pid: child.pid,
    data: join(folder, 'data'),
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, {recursive: true, force: true});
      return code;
    },
  };
}
