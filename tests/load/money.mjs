// What billing promises, on MariaDB: renewals with every document, limits under contention, notices,
// pages. WHATSFLOW_BENCH_DUE=100000 renews so many at once besides.
import {join} from 'node:path';
import {startMariaDb} from '../access/mariadb.mjs';
import {benchmarks, perSecond, row} from './instruments.mjs';
import {moneyPages} from './money_pages.mjs';

const held = {'renewals/s': 500, 'consumed/s': 5000, 'answers/s': 5000, 'notices/s': 2000};

// A server of a size that somebody would give to a business: a hundred thousand renewals touch some
// 1.6 GB, and what does not fit is measured as the speed of the disk.
const ofABusiness = {memory: '2G', log: '512M'};

async function onADatabase(measure) {
  const mariadb = await startMariaDb(ofABusiness);
  try {
    await measure(mariadb);
  } finally {
    await mariadb.stop();
  }
}

export async function money(build) {
  await onADatabase((mariadb) => engine(build, mariadb));
  await onADatabase(moneyPages);
}

function engine(build, mariadb) {
  const measured = benchmarks(join(build, 'bench/billing_bench'), '.', {WHATSFLOW_TEST_DATABASE_URL: mariadb.url});
  for (const each of measured)
    for (const [counter, least] of Object.entries(held))
      if (each[counter]) row(`billing, MariaDB: ${each.name.replace('/iterations:1/real_time', '')}`, perSecond(each[counter]), `≥ ${perSecond(least)}`, each[counter] >= least);
  const renewals = measured.filter((each) => each['renewals/s']);
  const [few, many] = [renewals.at(0), renewals.at(-1)];
  const ratio = few['renewals/s'] / many['renewals/s'];
  row('billing, MariaDB: time of one renewal among many against among few', `${ratio.toFixed(2)} ×, ${many['MiB more'].toFixed(0)} MiB more`, '≤ 1.3 ×', ratio <= 1.3);
}
