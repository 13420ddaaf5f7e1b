// Who may call what: every route × everybody, and one tenant's ids in another's hands; then what
// strangers try. Once on SQLite and once on MariaDB, side by side.
// `node run.mjs WORD` runs the tests whose name has WORD.
import {runTests} from '../browser/suite.mjs';
import {startServer} from '../browser/server.mjs';
import {faultTests} from './faults.mjs';
import {isolationTests} from './isolation.mjs';
import {startMariaDb} from './mariadb.mjs';
import {matrixTests, outsiders, routesOf} from './matrix.mjs';
import {everybody} from './people.mjs';
import {mariaDbRows, sqliteRows} from './rows.mjs';
import {secureSiteTests, strangerTests} from './strangers.mjs';

// So many requests from one address are an attack everywhere but here.
const calm = {};
for (const limit of ['PAGES', 'API', 'EVALUATE', 'CAPTURE', 'WEBHOOKS', 'LOGIN']) calm[`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`] = '0';

async function prepared(name, environment, rowsBehind) {
  const server = await startServer({...calm, ...environment}, {demo: true});
  try {
    const fixture = {name, server, people: await everybody(server), routes: routesOf(server), rows: rowsBehind(server)};
    await outsiders(server, fixture.people, fixture.rows);
    return fixture;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const mariaDb = await startMariaDb({inMemory: true});
const fixtures = [];
const failures = await (async () => {
  try {
    const both = await Promise.allSettled([
      prepared('SQLite', {}, sqliteRows),
      prepared('MariaDB', {WHATSFLOW__DATABASE__URL: mariaDb.url}, () => mariaDbRows(mariaDb.query)),
    ]);
    for (const each of both) if (each.status === 'fulfilled') fixtures.push(each.value);
    for (const each of both) if (each.status === 'rejected') throw each.reason;
    for (const fixture of fixtures) {
      matrixTests(fixture);
      isolationTests(fixture);
      strangerTests(fixture);
    }
    secureSiteTests();
    faultTests();
    return await runTests();
  } finally {
    for (const fixture of fixtures) await fixture.server.stop();
    await mariaDb.stop();
  }
})();
process.exit(failures ? 1 : 0);
