// Unleash's own server from npm with PostgreSQL from a package, on loopback, with the same flags: what one
// request of an SDK in a browser costs there.
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, openSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from '../../browser/net.mjs';

const admin = '*:*.peer-admin';
export const frontendToken = 'default:development.peer-frontend';

// PostgreSQL refuses to run as root.
const asUser = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : ['env'];

async function until(what, log, ready) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await ready()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${what} did not start: ${readFileSync(log, 'utf8').slice(-2000)}`);
}

async function startPostgres(folder) {
  const programs = `/usr/lib/postgresql/${readdirSync('/usr/lib/postgresql').at(-1)}/bin`;
  const data = join(folder, 'data'), port = await freePort(), log = join(folder, 'postgres.log');
  const run = (program, ...args) => execFileSync(asUser[0], [...asUser.slice(1), join(programs, program), ...args], {stdio: 'pipe', cwd: '/'});
  if (process.getuid() === 0) execFileSync('chown', ['postgres:postgres', folder]);
  run('initdb', '--pgdata', data, '--username=unleash', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8');
  const child = spawn(asUser[0], [...asUser.slice(1), join(programs, 'postgres'), '-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1',
    '-c', `unix_socket_directories=${folder}`], {stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')], cwd: '/'});
  const ended = new Promise((done) => child.on('exit', done));
  await until('PostgreSQL', log, () => {
    try {
      return run('createdb', '--host=127.0.0.1', `--port=${port}`, '--username=unleash', 'unleash');
    } catch {
      return child.exitCode !== null;
    }
  });
  return {port, stop: () => { child.kill('SIGINT'); return ended; }};
}

async function create(url, {name, type, enabled, strategies, variants}) {
  const project = `${url}/api/admin/projects/default/features`, environment = `${project}/${name}/environments/development`;
  const ask = async (method, address, body) => {
    const answer = await fetch(address, {method, headers: {authorization: admin, 'content-type': 'application/json'}, body: JSON.stringify(body)});
    if (!answer.ok) throw new Error(`Unleash did not take ${name}: ${answer.status} ${await answer.text()}`);
  };
  await ask('POST', project, {name, type});
  // It takes variants of a strategy only; those of a flag are for flags that were there before.
  const those = variants.map((variant) => ({stickiness: 'default', weightType: 'variable', ...variant}));
  for (const strategy of strategies) await ask('POST', `${environment}/strategies`, {...strategy, variants: those});
  if (enabled) await ask('POST', `${environment}/on`, {});
}

// `definitions` is a document of `flags export`: both read Unleash's shape.
export async function startUnleash(definitions) {
  const folder = mkdtempSync(join(tmpdir(), 'whatsflow-unleash-'));
  const postgres = await startPostgres(folder);
  const port = await freePort(), log = join(folder, 'unleash.log'), out = openSync(log, 'a');
  const child = spawn(process.execPath, [new URL('node_modules/unleash-server/dist/server.js', import.meta.url).pathname], {stdio: ['ignore', out, out],
    env: {...process.env, NODE_ENV: 'production', DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(postgres.port), DATABASE_USERNAME: 'unleash', DATABASE_PASSWORD: 'none',
      DATABASE_NAME: 'unleash', DATABASE_SSL: 'false', HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port), CHECK_VERSION: 'false', SEND_TELEMETRY: 'false',
      INIT_ADMIN_API_TOKENS: admin, INIT_FRONTEND_API_TOKENS: frontendToken}});
  const ended = new Promise((done) => child.on('exit', done));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await postgres.stop();
    rmSync(folder, {recursive: true, force: true});
  };
  try {
    await until('Unleash', log, () => child.exitCode !== null || fetch(`${url}/health`).then((answer) => answer.ok, () => false));
    for (const feature of definitions.features) await create(url, feature);
    return {url, stop};
  } catch (error) {
    await stop();
    throw error;
  }
}
