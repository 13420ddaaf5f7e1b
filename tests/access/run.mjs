// Who may call what: every route × everybody, and one tenant's ids in another's hands.
import {runTests} from '../browser/suite.mjs';
import {startServer} from '../browser/server.mjs';
import {isolationTests} from './isolation.mjs';
import {matrixTests, outsiders, routesOf} from './matrix.mjs';
import {everybody} from './people.mjs';

const fixture = {};
const failures = await (async () => {
  // So many requests from one address are an attack everywhere but here.
  const calm = {};
  for (const limit of ['PAGES', 'API', 'EVALUATE', 'CAPTURE', 'WEBHOOKS', 'LOGIN']) calm[`WHATSFLOW__HTTP__RATE_LIMITS__${limit}`] = '0';
  fixture.server = await startServer(calm);
  try {
    fixture.people = await everybody(fixture.server);
    fixture.routes = routesOf(fixture.server);
    await outsiders(fixture.server, fixture.people);
    matrixTests(fixture);
    isolationTests(fixture);
    return await runTests();
  } finally {
    await fixture.server.stop();
  }
})();
process.exit(failures ? 1 : 0);
