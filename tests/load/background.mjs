// The durable parts: outbox and jobs, on SQLite and on MariaDB.
import {join} from 'node:path';
import {startMariaDb} from '../access/mariadb.mjs';
import {benchmarks, perSecond, row} from './instruments.mjs';

function measured(build, database, environment) {
  for (const each of benchmarks(join(build, 'bench/outbox_bench'), '.', environment)) {
    const rate = each['events/s'];
    if (rate) row(`outbox, ${database}: ${each.name.replace('/real_time', '')}`, perSecond(rate), '≥ 5,000/s', rate >= 5000);
  }
  for (const each of benchmarks(join(build, 'bench/jobs_bench'), '.', environment)) {
    const rate = each['jobs/s'];
    if (rate) row(`jobs, ${database}: ${each.name.replace('/real_time', '')}`, perSecond(rate), '≥ 2,000/s', rate >= 2000);
  }
}

export async function background(build) {
  measured(build, 'SQLite', {});
  const mariadb = await startMariaDb();
  try {
    measured(build, 'MariaDB', {WHATSFLOW_TEST_DATABASE_URL: mariadb.url});
  } finally {
    await mariadb.stop();
  }
}
