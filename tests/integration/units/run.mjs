// Unit tests whose statements differ between databases, once more on MariaDB: ./tests/run unit has them on SQLite.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {root} from '../../browser/server.mjs';
import {expect, runTests, test} from '../../browser/suite.mjs';
import {startMariaDb} from '../../access/mariadb.mjs';

const units = ['accounts_test', 'admin_test', 'app_test', 'flags_test', 'billing_test', 'payhere_test', 'testpay_test', 'analytics_test'];
const mariaDb = await startMariaDb({inMemory: true});
for (const name of units)
  test(`${name} on MariaDB`, async () => {
    const program = join(root, process.env.WHATSFLOW_BUILD ?? 'build/dev', 'tests', name);
    expect(existsSync(program), `${program} is not built`);
    const {status, stdout, stderr} = spawnSync(program, ['--gtest_brief=1'],
      {encoding: 'utf8', env: {...process.env, WHATSFLOW_TEST_DATABASE_URL: mariaDb.url}});
    expect(status === 0 && !stdout.includes(' 0 tests '), `${stdout}${stderr}`.split('\n').slice(-30).join(' | '));
  });
const failures = await runTests();
await mariaDb.stop();
process.exit(failures ? 1 : 0);
