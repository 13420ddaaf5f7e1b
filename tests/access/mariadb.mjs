// A MariaDB of the suite's own: a fresh data folder, a free port on loopback, gone with the suite.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {freePort} from '../browser/net.mjs';

const name = 'whatsflow_access';
const password = 'only-on-loopback';

// `inMemory` keeps its files there too, for tests that make many tables and none that asks what a crash leaves.
export async function startMariaDb({memory = '64M', log: logSize = '8M', inMemory = false} = {}) {
  const folder = mkdtempSync(join(inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'whatsflow-mariadb-'));
  const port = await freePort();
  execFileSync('mariadb-install-db', ['--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal',
    '--skip-test-db', '--skip-log-bin', `--innodb-log-file-size=${logSize}`, ...(process.getuid() === 0 ? ['--user=root'] : [])], {stdio: 'pipe'});
  const init = join(folder, 'init.sql');
  writeFileSync(init, `CREATE DATABASE IF NOT EXISTS ${name};\nCREATE USER IF NOT EXISTS whatsflow@'127.0.0.1' IDENTIFIED BY '${password}';\n`
    + `GRANT ALL ON *.* TO whatsflow@'127.0.0.1';\n`);
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn('mariadbd', ['--no-defaults', ...(process.getuid() === 0 ? ['--user=root'] : []), `--datadir=${folder}/data`,
    `--socket=${folder}/socket`, `--pid-file=${folder}/pid`, '--bind-address=127.0.0.1', `--port=${port}`, `--init-file=${init}`,
    '--skip-log-bin', '--skip-name-resolve', `--innodb-buffer-pool-size=${memory}`, `--innodb-log-file-size=${logSize}`,
    '--innodb-flush-log-at-trx-commit=2'], {stdio: ['ignore', log, log]});
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, {recursive: true, force: true});
  };
  const query = (sql) => execFileSync('mariadb', ['--no-defaults', '--protocol=tcp', '--host=127.0.0.1', `--port=${port}`, '--user=whatsflow',
    `--password=${password}`, '--batch', '--skip-column-names', '--execute', sql, name], {encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe']});
  for (let tries = 0; ; tries += 1) {
    try {
      query('SELECT 1');
      break;
    } catch (error) {
      if (tries > 300 || child.exitCode !== null) {
        const said = readFileSync(join(folder, 'log'), 'utf8');
        await stop();
        throw new Error(`mariadbd did not start: ${said}`, {cause: error});
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {url: `mysql://whatsflow:${password}@127.0.0.1:${port}/${name}`, query, stop};
}
