// Pages that are rendered for somebody: session, permission, queries, template. On both databases.
import {startMariaDb} from '../access/mariadb.mjs';
import {command} from '../access/people.mjs';
import {Visitor} from '../access/visitor.mjs';
import {startServer} from '../browser/server.mjs';
import {latency, median, perSecond, residentMiB, row, wrk} from './instruments.mjs';
import {addMillionUsers} from './million_users.mjs';

const calm = {WHATSFLOW__LOG__LEVEL: 'warn', WHATSFLOW__HTTP__THREADS: '2'};
for (const limit of ['PAGES', 'API', 'LOGIN']) calm[`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`] = '0';

async function staffMember(server) {
  const email = 'load@staff.example';
  const printed = command(server, 'staff', 'create', '--email', email, '--role', 'super_admin');
  const visitor = new Visitor(server);
  const answer = await visitor.submit('admin', '/login', '/login', {email, password: /password: (\S+)/.exec(printed)[1]});
  if (answer.status !== 303) throw new Error(`staff could not sign in: ${answer.status}`);
  return visitor;
}

function renderedPage(database, server, visitor, wanted, tail) {
  const headers = {Cookie: visitor.cookieHeader('admin')};
  const url = `http://127.0.0.1:${server.ports.admin}/users`;
  wrk(url, {headers, seconds: 1});
  const runs = [1, 2, 3].map(() => wrk(url, {headers}));
  const rate = median(runs.map((each) => each.rate));
  const p99 = median(runs.map((each) => each.p99));
  row(`page with session, permission and its queries (admin /users), ${database}`, perSecond(rate), `≥ ${wanted.toLocaleString('en')}/s`, rate >= wanted);
  row('… 99th percentile at 32 connections', `${p99.toFixed(1)} ms`, `< ${tail} ms`, p99 < tail);
}

async function millionUsers(database, server, visitor) {
  for (const [what, path] of [['first page', '/users'], ['filtered page', '/users?status=suspended&sort=name'],
    ['search by name', '/users?q=amara%20perera'], ['search by address', '/users?q=person77777%40load.example']]) {
    const taken = await latency(async () => {
      const answer = await visitor.get('admin', path);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    });
    row(`1,000,000 users, ${database}: ${what}`, `${taken.toFixed(1)} ms`, '< 50 ms', taken < 50);
  }
  const before = residentMiB(server.pid);
  let most = before;
  let bytes = 0;
  const begun = performance.now();
  const response = await fetch(`${server.url('admin')}/users/export.csv`, {headers: {cookie: visitor.cookieHeader('admin')}});
  if (response.status !== 200) throw new Error(`the export answered ${response.status}`);
  let lines = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    for (const byte of piece) if (byte === 10) lines += 1;
    most = Math.max(most, residentMiB(server.pid));
  }
  const seconds = (performance.now() - begun) / 1000;
  row(`export of ${lines.toLocaleString('en')} lines as CSV, ${database}`, `${seconds.toFixed(1)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
  row('… memory it added at most', `${(most - before).toFixed(1)} MiB`, 'flat (< 16 MiB)', most - before < 16 && lines > 1_000_000);
}

async function onOne(database, environment, wanted, tail) {
  const server = await startServer({...calm, ...environment.variables});
  try {
    const visitor = await staffMember(server);
    for (let i = 0; i < 25; i += 1) command(server, 'tenants', 'create', '--name', `Shop ${i}`, '--email', `owner${i}@shop.example`, '--country', 'LK');
    renderedPage(database, server, visitor, wanted, tail);
    addMillionUsers(environment.run(server));
    await millionUsers(database, server, visitor);
  } finally {
    await server.stop();
  }
}

export async function people(sqliteRunner) {
  await onOne('SQLite', {variables: {}, run: sqliteRunner}, 4000, 15);
  const mariadb = await startMariaDb();
  try {
    await onOne('MariaDB', {variables: {WHATSFLOW__DATABASE__URL: mariadb.url}, run: () => ({dialect: 'mariadb', sql: mariadb.query})}, 2500, 25);
  } finally {
    await mariadb.stop();
  }
}
