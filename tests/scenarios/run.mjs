// Each story through the program itself: `whatsflow billing simulate FOLDER` prints what their
// reviewed results say. `node run.mjs WORD` shows those whose name has WORD.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {expect, runTests, test} from '../browser/suite.mjs';
import {root} from '../browser/server.mjs';

const folder = join(root, 'tests/scenarios');
const program = join(root, process.env.WHATSFLOW_BUILD ?? 'build/dev', 'bin/whatsflow');
const place = mkdtempSync(join(tmpdir(), 'whatsflow-scenarios-'));
const config = join(place, 'whatsflow.toml');
writeFileSync(config, '');
const simulate = (path) => JSON.parse(execFileSync(program, ['billing', 'simulate', path, '--config', config, '--data', place],
  {encoding: 'utf8', maxBuffer: 1 << 26}));
const told = simulate(folder);

const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
for (const name of names)
  test(`scenario ${name}`, async () => {
    expect(isDeepStrictEqual(told[name], JSON.parse(readFileSync(join(folder, 'results', name), 'utf8'))), `it ended in ${JSON.stringify(told[name])}`);
  });
test('a scenario alone ends as it does among the others', async () => {
  expect(names.length > 50, `only ${names.length} stories`);
  expect(isDeepStrictEqual(simulate(join(folder, names[0])), told[names[0]]), names[0]);
});

const failures = await runTests();
rmSync(place, {recursive: true, force: true});
process.exit(failures ? 1 : 0);
