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

function measuredPage(server, visitor, path) {
  const headers = {Cookie: visitor.cookieHeader('admin')};
  const url = `http://127.0.0.1:${server.ports.admin}${path}`;
  wrk(url, {headers, seconds: 1});
  const runs = [1, 2, 3].map(() => wrk(url, {headers}));
  return {rate: median(runs.map((each) => each.rate)), p99: median(runs.map((each) => each.p99))};
}

function renderedPages(database, server, visitor, wanted, tail) {
  const page = measuredPage(server, visitor, '/staff');
  row(`page with session, permission and two queries (admin /staff), ${database}`, perSecond(page.rate), `≥ ${wanted.toLocaleString('en')}/s`, page.rate >= wanted);
  row('… 99th percentile at 32 connections', `${page.p99.toFixed(1)} ms`, `< ${tail} ms`, page.p99 < tail);
  const list = measuredPage(server, visitor, '/users');
  row(`a list of 25 rows with filters (admin /users), ${database}`, `${perSecond(list.rate)}, 99 % in ${list.p99.toFixed(1)} ms`);
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
  // Caches fill with the first lines, whatever their number; what grows with the lines comes after.
  let filled = 0;
  let most = 0;
  let bytes = 0;
  const begun = performance.now();
  const response = await fetch(`${server.url('admin')}/users/export.csv`, {headers: {cookie: visitor.cookieHeader('admin')}});
  if (response.status !== 200) throw new Error(`the export answered ${response.status}`);
  let lines = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    for (const byte of piece) if (byte === 10) lines += 1;
    if (lines < 100_000) filled = Math.max(filled, residentMiB(server.pid));
    else most = Math.max(most, residentMiB(server.pid));
  }
  const seconds = (performance.now() - begun) / 1000;
  row(`export of ${lines.toLocaleString('en')} lines as CSV, ${database}`, `${seconds.toFixed(1)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB`);
  const grown = Math.max(0, most - filled);
  const added = Math.max(most, filled) - before;
  row('… memory it added at most', `${added.toFixed(1)} MiB`, 'flat (< 16 MiB)', added < 16 && lines > 1_000_000);
  row('… memory that the last 900,000 lines added to that of the first 100,000', `${grown.toFixed(1)} MiB`, 'flat (< 2 MiB)', grown < 2 && lines > 1_000_000);
}

async function onOne(database, environment, wanted, tail) {
  const server = await startServer({...calm, ...environment.variables});
  try {
    const visitor = await staffMember(server);
    for (let i = 0; i < 25; i += 1) command(server, 'tenants', 'create', '--name', `Shop ${i}`, '--email', `owner${i}@shop.example`, '--country', 'LK');
    renderedPages(database, server, visitor, wanted, tail);
    addMillionUsers(environment.run(server));
    // That took longer than idle connections are kept, and this program has yet to notice.
    await new Promise((done) => setTimeout(done, 1000));
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
