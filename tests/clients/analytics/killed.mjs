// Kills the server again and again while it is sent events: what it said yes to is there afterwards, once.
import {execFileSync, spawn} from 'node:child_process';
import {join} from 'node:path';
import {expect} from '../../browser/suite.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// How many events of a name lie in the tables of days, and how many different ids they have.
function rowsOf(name, sql) {
  const tables = sql("SELECT name FROM analytics_day_tables WHERE kind = 'events'").trim().split('\n').filter(Boolean);
  const each = tables.map((table) => `SELECT id FROM ${table} WHERE name = '${name}'`).join(' UNION ALL ');
  const [rows, ids] = sql(`SELECT COUNT(*), COUNT(DISTINCT id) FROM (${each}) AS e`).trim().split(/[|\t]/).map(Number);
  return {rows, ids};
}

// `sql` asks the server's database; without one it is SQLite's file. Ends with a server that runs: its process.
export async function killAgainAndAgain(server, where, sql) {
  const ask = sql ?? ((text) => execFileSync('sqlite3', ['-cmd', '.timeout 10000', join(server.data, 'whatsflow.db')], {input: text, encoding: 'utf8'}));
  const api = server.url('api');
  const words = ['--config', server.config, '--data', server.data];
  const tokenFor = (scope) => JSON.parse(execFileSync(server.program, ['tokens', 'create', '--scope', scope, '--json', ...words], {env: server.environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})).token;
  const [capture, reader] = [tokenFor('analytics:capture'), tokenFor('analytics:read')];
  const send = (batch) => fetch(`${api}/batch/`, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({api_key: capture, batch})}).catch(() => null);
  const start = () => spawn(server.program, ['serve', ...words], {env: server.environment, stdio: 'ignore'});
  const up = async () => {
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(50))
      if (await fetch(`${api}/readyz`).then((answer) => answer.status === 200, () => false)) return;
    throw new Error('the server did not come back');
  };
  let child = null, accepted = 0, number = 0;
  const again = [];
  for (let round = 0; round < 4; round += 1) {
    const pid = child?.pid ?? server.pid;
    let alive = true;
    const sender = async () => {
      while (alive) {
        const batch = Array.from({length: 25}, () => ({event: 'survived', distinct_id: 'ann', uuid: `survived-${(number += 1)}`}));
        if ((await send(batch))?.status === 200) accepted += batch.length;
        else again.push(batch);
      }
    };
    const senders = [sender(), sender(), sender(), sender()];
    await sleep(300 + 170 * round);
    process.kill(pid, 'SIGKILL');
    alive = false;
    await Promise.all(senders);
    child = start();
    await up();
  }
  // What nobody said yes to is sent again, and counts once although some of it had come through.
  for (const batch of again) if ((await send(batch))?.status === 200) accepted += batch.length;
  expect(accepted > 1000, `only ${accepted} events were accepted`);
  const counted = async () => (await (await fetch(`${api}/v1/analytics/query?metric=events&event=survived`, {headers: {authorization: `Bearer ${reader}`}})).json()).total;
  let total;
  for (const until = Date.now() + 15_000; Date.now() < until && total !== accepted; await sleep(100)) total = await counted();
  expect(total === accepted, `${where}: sums know ${total} of ${accepted} accepted events`);
  const {rows, ids} = rowsOf('survived', ask);
  expect(rows === accepted && ids === accepted, `${where}: ${rows} events with ${ids} ids lie there of ${accepted} accepted ones`);
  console.log(`${where}: ${accepted} events through four kills, ${again.length} batches sent again`);
  return child;
}
