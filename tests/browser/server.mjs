// Starts the real server on free ports with a data folder of its own.
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync, openSync} from 'node:fs';
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
